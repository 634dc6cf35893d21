"""Documents for the desk's binder: one small model, drawn as a page for print and as plain text."""
