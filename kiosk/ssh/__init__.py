"""The door for staff over SSH: whose key it is, and the few commands that may be behind it."""
