"""Measured quality, process resemblance, and which manufacturing AI the data can carry."""
