"""The first configuration and every change of it: what is asked, and how the file takes it."""
