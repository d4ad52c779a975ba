"""What pages of equipment show: which periods, which signals first, a line small enough for a table's row."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from jejo.history.domain.chart import Series
from jejo.history.domain.readings import EPOCH, Extent, Span

PERIODS: Mapping[str, timedelta] = {
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
}
"""Periods that a reader picks; each ends with the last reading, not now."""

USUAL_PERIOD = "week"
FIRST_SIGNALS = 4
"""Charts that a page draws before anyone chose."""

_AFTER_LAST = timedelta(milliseconds=1)


def whole(extent: Extent) -> Span:
    """Return the span that holds all readings of an extent, the last one too."""
    return Span(extent.first, extent.last + _AFTER_LAST)


def periods(extent: Extent) -> dict[str, Span]:
    """Return the periods shorter than all there is, shortest first, and `all`."""
    everything = whole(extent)
    shorter = {
        name: Span(everything.end - length, everything.end)
        for name, length in PERIODS.items()
        if everything.end - length > everything.start
    }
    return {**shorter, "all": everything}


def shown_span(extent: Extent, start: datetime | None, end: datetime | None) -> Span:
    """Return what a page shows: what was asked for; the usual period where nothing was.

    Raises:
        Invalid: `history.empty-span`.
    """
    offered = periods(extent)
    usual = offered.get(USUAL_PERIOD, offered["all"])
    if start is None and end is None:
        return usual
    return Span(start or offered["all"].start, end or offered["all"].end)


def seconds(moment: datetime) -> float:
    """Return seconds since 1970 UTC, as charts count."""
    return (moment - EPOCH) / timedelta(seconds=1)


def outline(line: Series, span: Span, width: int, height: int) -> str:
    """Return the path of an SVG of that size: whole units, lowest value at the bottom, gaps not joined.

    >>> import numpy as np
    >>> line = Series("s", np.array([0, 5, 10]) * 1_000_000, np.array([1.0, 3.0, 2.0]))
    >>> outline(line, Span(EPOCH, EPOCH + timedelta(seconds=10)), 100, 20)
    'M0 20h0L50 0L100 10'
    """
    values: Sequence[float] = line.values.tolist()
    numbers = [value for value in values if not math.isnan(value)]
    if not numbers:
        return ""
    low, high = min(numbers), max(numbers)
    start, end = span.microseconds
    parts: list[str] = []
    is_joined = False
    for time, value in zip(line.times.tolist(), values, strict=True):
        if math.isnan(value):
            is_joined = False
            continue
        x = round((time - start) / (end - start) * width)
        # A signal that stands still is a line in the middle.
        y = round((high - value) / (high - low) * height) if high > low else height // 2
        # The empty stroke makes a lonely point visible.
        parts.append(f"L{x} {y}" if is_joined else f"M{x} {y}h0")
        is_joined = True
    return "".join(parts)
