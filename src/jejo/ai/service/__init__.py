"""Use cases of the room: finding anomalies, explaining a label."""
