"""Seeded faults with known intervals: the ground truth that the product's findings are measured against."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

import numpy as np

from jejo.onboarding.domain.demo.dynamics import MINUTES, Minutes

HEALTHY_DAYS = 10
"""Days from the origin without a fault, as after commissioning."""
ROUND_DAYS = 20
"""Afterwards every fault kind comes once within so many days, for ever."""

APART = timedelta(hours=12)
"""At least so long nothing is wrong between two faults of a round."""


class FaultKind(StrEnum):
    """What goes wrong."""

    FILTER_CLOGGING = "filter-clogging"
    THERMOCOUPLE_OFFSET = "thermocouple-offset"
    ACCUMULATOR_LOSS = "accumulator-loss"
    CHILLER_TRIP = "chiller-trip"


_HOURS = {
    FaultKind.FILTER_CLOGGING: 44.0,
    FaultKind.THERMOCOUPLE_OFFSET: 9.0,
    FaultKind.ACCUMULATOR_LOSS: 14.0,
    FaultKind.CHILLER_TRIP: 3.0,
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault.

    Args:
        start, end: aware; from `start` until before `end`.
        size: share of flow or pressure lost at the end (0–1), K for temperatures.
    """

    kind: FaultKind
    start: datetime
    end: datetime
    size: float

    def progress(self, day: datetime) -> Minutes:
        """Return per minute of the day how far the fault is: 0 before and after, rising to 1 within."""
        first = (self.start - day) / timedelta(minutes=1)
        length = (self.end - self.start) / timedelta(minutes=1)
        share = (np.arange(MINUTES) - first) / length
        return np.where((share >= 0.0) & (share < 1.0), share, 0.0)

    def present(self, day: datetime) -> Minutes:
        """Return 1 in the minutes of the fault, else 0."""
        minutes = day_minutes(day, self.start, self.end)
        there = np.zeros(MINUTES)
        there[minutes] = 1.0
        return there


def day_minutes(day: datetime, start: datetime, end: datetime) -> slice:
    """Return the minutes of a day that lie within an interval."""
    first, last = ((each - day) // timedelta(minutes=1) for each in (start, end))
    return slice(min(max(first, 0), MINUTES), min(max(last, 0), MINUTES))


def _sized(kind: FaultKind, random: np.random.Generator) -> float:
    low, high = {
        FaultKind.FILTER_CLOGGING: (0.45, 0.55),
        FaultKind.THERMOCOUPLE_OFFSET: (-60.0, -50.0),
        FaultKind.ACCUMULATOR_LOSS: (0.22, 0.28),
        FaultKind.CHILLER_TRIP: (16.0, 20.0),
    }[kind]
    return float(random.uniform(low, high))


def _round(seed: int, origin: datetime, number: int) -> list[Fault]:
    """Return the faults of one round: each kind once, one after the other."""
    random = np.random.default_rng([seed, number, 7])
    while True:
        found = _drawn(origin + timedelta(days=HEALTHY_DAYS + number * ROUND_DAYS), random)
        if all(later.start >= earlier.end + APART for earlier, later in pairwise(found)):
            return found


def _drawn(first: datetime, random: np.random.Generator) -> list[Fault]:
    """Return each kind once, in its own part of a round, begun on a morning while the cell works."""
    part = ROUND_DAYS // len(FaultKind)
    found = []
    for place, kind in enumerate(random.permutation(list(FaultKind))):
        known = FaultKind(str(kind))
        # The longest one must end before the weekly rest as well.
        weekdays = (1, 2, 3) if known is FaultKind.FILTER_CLOGGING else (1, 2, 3, 4)
        days = [first + timedelta(days=place * part + each) for each in range(part)]
        day = random.choice(np.array([each.toordinal() for each in days if each.weekday() in weekdays]))
        start = first + timedelta(days=int(day) - first.toordinal(), minutes=int(random.integers(555, 660)))
        hours = _HOURS[known] * float(random.uniform(0.9, 1.1))
        end = start + timedelta(minutes=round(hours * 60))
        found.append(Fault(known, start, end, _sized(known, random)))
    return found


def faults_between(seed: int, origin: datetime, start: datetime, end: datetime) -> Sequence[Fault]:
    """Return the faults that touch the span, in order of time.

    Args:
        origin: local midnight of the first simulated day.
    """
    length = timedelta(days=ROUND_DAYS)
    rounds = max(0, (end - origin - timedelta(days=HEALTHY_DAYS)) // length + 1)
    found = [fault for number in range(rounds) for fault in _round(seed, origin, number)]
    return sorted(
        (fault for fault in found if fault.start < end and fault.end > start), key=lambda each: each.start
    )
