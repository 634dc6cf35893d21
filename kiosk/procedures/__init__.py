"""The binder for the desk: every reason code with what staff do."""
