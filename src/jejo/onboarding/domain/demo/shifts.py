"""When the cell works: two shifts from Monday 08:00 to Saturday 20:00, breaks, and small stops."""

import numpy as np
from numpy.typing import NDArray

from jejo.onboarding.domain.demo.dynamics import MINUTES

_DAY_BREAKS = ((600, 10), (720, 50), (900, 10))
_NIGHT_BREAKS = ((0, 50), (180, 10), (1320, 10))
"""(minute of the local day, minutes)."""
_START, _END = 480, 1200
_PREHEATING = 150
_STOPS_A_DAY = 5.0


def planned(weekday: int) -> NDArray[np.bool_]:
    """Return in which minutes of a local day the cell should work, breaks taken out; Monday is 0."""
    works = np.zeros(MINUTES, dtype=bool)
    first = _START if weekday == 0 else 0
    last = _END if weekday == 5 else 0 if weekday == 6 else MINUTES
    works[first:last] = True
    for start, minutes in (*_DAY_BREAKS, *_NIGHT_BREAKS):
        works[start : start + minutes] = False
    return works


def is_open(weekday: int) -> NDArray[np.bool_]:
    """Return in which minutes the cell is kept ready: mould heated, hydraulics on; Monday begins with preheating."""
    ready = np.zeros(MINUTES, dtype=bool)
    first = _START - _PREHEATING if weekday == 0 else 0
    last = _END if weekday == 5 else 0 if weekday == 6 else MINUTES
    ready[first:last] = True
    return ready


def running(weekday: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return in which minutes the cell makes parts: planned ones without small stops of two to twelve minutes."""
    works = planned(weekday)
    for start in random.integers(0, MINUTES, random.poisson(_STOPS_A_DAY)):
        works[start : start + 2 + min(10, int(random.exponential(3.0)))] = False
    return works
