"""The roof: where screens, devices and rooms are put together. Nothing imports it but the command line."""
