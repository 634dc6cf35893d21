"""The screens: Textual only. They draw and decide nothing."""
