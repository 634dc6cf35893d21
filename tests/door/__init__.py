"""The kiosk at its real door: `kiosk run` in a terminal, keys in, screens and paper out."""
