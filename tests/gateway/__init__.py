"""The gateway: its API, its simulator and its invented people."""
