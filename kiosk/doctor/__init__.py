"""The doctor: walks every layer of a terminal, and tells the installer what is wrong and what to type."""
