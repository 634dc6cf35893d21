"""The parts of the check-in form: each asks for one part, writes it down, and says how to go on."""
