"""Readings, spans of time, and the reduction of many points to what a chart can show."""
