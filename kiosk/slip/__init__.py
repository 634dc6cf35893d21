"""The slip: content, layout, QR."""
