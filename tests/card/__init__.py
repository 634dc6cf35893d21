"""Tests of the card room."""
