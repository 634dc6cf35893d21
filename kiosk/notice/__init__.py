"""What the ministry's notice of October 2025 says, as data in our own words; the binder and the guide print it."""
