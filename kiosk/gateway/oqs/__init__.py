"""The files of オンライン資格確認 (OQS), in the terminal's `req`, `res` and `face` folders."""
