"""The installation in a real Debian 13 with systemd as its first process (`make test-system`)."""
