"""Named check-ins that prove an installation."""
