"""One file for each layer: its facts, and a pure judgement over them.

Facts of the system are gathered here, those of a device or of another room under `kiosk.station.wiring.doctor`.
"""
