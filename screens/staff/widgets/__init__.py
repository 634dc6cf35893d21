"""The few widgets of the board; all of them draw only the lines that changed."""
