"""Printer devices."""
