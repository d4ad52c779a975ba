"""Signals over time: acknowledged when durable, read in one snapshot, reduced for charts."""
