"""Data quality by the six certified criteria, readiness by the 35 cells, and the process model resembled."""

from jejo.assessment.domain.answers import (
    Action,
    Criterion,
    Issue,
    Measure,
    Missing,
    ProcessMatch,
    Quality,
    Readiness,
    State,
    Verdict,
)

__all__ = [
    "Action",
    "Criterion",
    "Issue",
    "Measure",
    "Missing",
    "ProcessMatch",
    "Quality",
    "Readiness",
    "State",
    "Verdict",
]
