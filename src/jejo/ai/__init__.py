"""Detectors, explanations and defect-cause analysis that say how they were validated."""
