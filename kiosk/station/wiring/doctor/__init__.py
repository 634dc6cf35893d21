"""`kiosk doctor`: the room of the doctor, with the devices and the other rooms that it asks."""
