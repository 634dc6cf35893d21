"""How a site brings in the ministry's ways of checking a qualification."""
