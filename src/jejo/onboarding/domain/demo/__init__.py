"""A simulated die-casting cell: plant physics, shift pattern, seeded faults, shots with defects that have causes."""

from jejo.onboarding.domain.demo.cell import Cell, Day
from jejo.onboarding.domain.demo.faults import Fault, FaultKind, faults_between
from jejo.onboarding.domain.demo.signals import EQUIPMENT, LINE, SHOTS, SIGNALS, SITE

__all__ = [
    "EQUIPMENT",
    "LINE",
    "SHOTS",
    "SIGNALS",
    "SITE",
    "Cell",
    "Day",
    "Fault",
    "FaultKind",
    "faults_between",
]
