"""一括照会: many queries handed in at once, and fetched when they are processed."""
