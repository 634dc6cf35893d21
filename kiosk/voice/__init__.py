"""Guidance in spoken Japanese: what is said when, the clips for it, and how they are made."""
