"""The devices: card reader, printer, scanner, and virtual ones."""
