"""The facility's HTTP gateway in front of オンライン資格確認."""
