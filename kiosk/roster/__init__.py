"""予約名簿: the day's appointments, from the clerk's CSV file to the look-ups of a check-in."""
