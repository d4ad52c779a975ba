"""The ten-minute path: drop a file, see what it means, the first report, the next action."""
