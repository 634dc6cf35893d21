"""Drawings in one style: few flat colours, thick lines, round corners, and no word that would need a translation."""
