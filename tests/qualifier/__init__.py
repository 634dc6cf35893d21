"""The gateway's client, against the real gateway and against broken ones."""
