"""Face sessions: a kiosk arms one for one person, and gets the capture of the face reader that is this person's."""
