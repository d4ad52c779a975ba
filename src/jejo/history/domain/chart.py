"""What a chart of a given width can show, and how it travels to the browser.

Layout of the binary format, version 1, all little endian:

| Byte | Type | What |
|---|---|---|
| 0 | 4 bytes | `JJTS` |
| 4 | uint16 | version, 1 |
| 6 | uint16 | 0 |
| 8 | uint32 | n, number of series |
| 12 | uint32 | offset of the first array, a multiple of 8 |
| 16 | n × uint32 | points of each series |
| offset | per series | times: float64 each, seconds since 1970 UTC; then values: float64 each, NaN is a gap |
"""

import struct
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jejo.kernel.errors import Invalid

MAGIC, VERSION = b"JJTS", 1
WIDEST = 10_000
"""Pixels; wider than any screen."""

SAMPLED = 65_536
"""Readings from which the usual range is told from a sample, evenly spaced."""

Times = NDArray[np.int64]
Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One line of a chart.

    Args:
        times: shape (n,), µs since 1970 UTC, ascending.
        values: shape (n,), in the signal's unit; NaN breaks the line.
        readings: how many readings with a value the span holds, before they were reduced.
        usual: see `usual_range`, in the signal's unit; None without readings.
    """

    signal: str
    times: Times
    values: Values
    readings: int = 0
    usual: tuple[float, float] | None = None


def usual_range(values: Values) -> tuple[float, float] | None:
    """Return the 1 % and the 99 % quantile of the values, or None where there are none.

    Args:
        values: shape (n,); NaN is left out. Of more than `SAMPLED` values every so-manieth counts.

    >>> usual_range(np.arange(101.0))
    (1.0, 99.0)
    """
    numbers = values[:: max(values.size // SAMPLED, 1)]
    numbers = numbers[~np.isnan(numbers)]
    if not numbers.size:
        return None
    low, high = np.quantile(numbers, (0.01, 0.99))
    return float(low), float(high)


def usual_gap(times: Times) -> int:
    """Return the distance in µs from which neighbours are no longer joined: five times the usual one.

    Usual is the 95 % quantile of a sample of the distances, so that a signal with two rhythms keeps both whole.
    """
    if times.size < 2:
        return 0
    at = np.linspace(0, times.size - 2, min(times.size - 1, 4096)).astype(np.intp)
    return int(5 * np.quantile(times[at + 1] - times[at], 0.95))


def reduce_m4(
    times: Times, values: Values, width_px: int, start: int, end: int, gap: int | None = None
) -> tuple[Times, Values]:
    """Reduce points to at most 4 per pixel column, so that a line drawn through them looks the same.

    Of each column the first, last, lowest and highest value stay, at their own times, so that no spike is lost.
    Where NaN lies between two values, or they are further apart than `gap`, a NaN point stays between them.

    Args:
        times: shape (n,), µs, strictly ascending.
        values: shape (n,), NaN for missing.
        width_px: number of columns between `start` and `end`.
        start, end: µs; points outside are left out.
        gap: µs; None: only NaN breaks the line.
    Returns:
        Times and values, shape (m,), m ≤ 8 · width_px.
    Raises:
        Invalid: `history.bad-width` unless 1 ≤ width_px ≤ 10,000.
    Source:
        Jugel et al., M4: A Visualization-Oriented Time Series Data Aggregation, VLDB 2014.
    """
    if not 1 <= width_px <= WIDEST:
        raise Invalid("history.bad-width", width=width_px, widest=WIDEST)
    low, high = np.searchsorted(times, (start, end))
    times, values = times[low:high], values[low:high]
    is_number = ~np.isnan(values)
    is_broken = np.zeros(0, dtype=np.bool_)
    if not is_number.all():
        at = np.flatnonzero(is_number)
        times, values = times[at], values[at]
        is_broken = np.diff(at) > 1
    if gap is not None:
        is_far = np.diff(times) > gap
        is_broken = is_far | is_broken if is_broken.size else is_far
    kept = _extremes(times, values, width_px, start, end)
    return _with_breaks(times, values, kept, np.flatnonzero(is_broken))


def _extremes(times: Times, values: Values, width_px: int, start: int, end: int) -> NDArray[np.intp]:
    if times.size <= 4 * width_px:
        return np.arange(times.size)
    # Columns are aligned with the chart, not with the data: only then is M4 free of error.
    edges = start + (end - start) * np.arange(width_px + 1, dtype=object) // width_px
    cuts = np.searchsorted(times, edges.astype(np.int64))
    firsts, afters = cuts[:-1], cuts[1:]
    is_filled = afters > firsts
    firsts, afters = firsts[is_filled], afters[is_filled]
    pieces = list(zip(firsts.tolist(), afters.tolist(), strict=True))
    lowest = firsts + [values[first:after].argmin() for first, after in pieces]
    highest = firsts + [values[first:after].argmax() for first, after in pieces]
    return np.unique(np.concatenate([firsts, lowest, highest, afters - 1]))


def _with_breaks(
    times: Times, values: Values, kept: NDArray[np.intp], breaks: NDArray[np.intp]
) -> tuple[Times, Values]:
    # breaks[i] = k: the line is broken between points k and k + 1. One NaN per pair of kept points says so.
    before = np.searchsorted(breaks, kept)
    is_split = before[1:] > before[:-1]
    first_break = breaks[before[:-1][is_split]]
    middle = times[first_break] + (times[first_break + 1] - times[first_break]) // 2
    place = np.flatnonzero(is_split) + 1
    return np.insert(times[kept], place, middle), np.insert(values[kept], place, np.nan)


def encode_series(series: Sequence[Series]) -> bytes:
    """Return the series in the binary format of this module."""
    count = len(series)
    offset = 16 + 4 * count + (4 * count) % 8
    head = struct.pack("<4sHHII", MAGIC, VERSION, 0, count, offset)
    sizes = np.array([each.times.size for each in series], dtype="<u4").tobytes()
    arrays = [
        part
        for each in series
        for part in ((each.times / 1e6).astype("<f8"), each.values.astype("<f8", copy=False))
    ]
    return b"".join([head, sizes.ljust(offset - 16, b"\0"), *(array.tobytes() for array in arrays)])
