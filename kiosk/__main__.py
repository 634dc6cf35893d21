"""`python -I -m kiosk`: the way the services start it, deaf to PYTHONPATH and the current folder."""

from kiosk.cli import main

if __name__ == "__main__":
    main()
