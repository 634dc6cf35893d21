"""The real terminal: foot under a headless sway, what it shows against what the screens say, and pictures of it."""
