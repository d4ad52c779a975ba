"""From rows in alarm to a few intervals worth a person's time."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Scores


@dataclass(frozen=True, slots=True)
class Stretch:
    """Consecutive rows, both ends included."""

    first: int
    last: int

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.last - self.first + 1


def stretches(flags: NDArray[np.bool_]) -> list[Stretch]:
    """Return the stretches of rows that are flagged.

    >>> stretches(np.array([True, True, False, True]))
    [Stretch(first=0, last=1), Stretch(first=3, last=3)]
    """
    edges = np.flatnonzero(np.diff(flags.astype(np.int8), prepend=0, append=0))
    return [Stretch(int(first), int(end) - 1) for first, end in zip(edges[::2], edges[1::2], strict=True)]


def reach_back(found: Sequence[Stretch], margins: Scores, rows: int) -> list[Stretch]:
    """Return stretches that begin where the margin first exceeded 1, at most `rows` before the alarm was raised."""
    reached = []
    for stretch in found:
        first = stretch.first
        while first > max(0, stretch.first - rows) and margins[first - 1] > 1.0:
            first -= 1
        reached.append(Stretch(first, stretch.last))
    return reached


def merge_close(found: Sequence[Stretch], gap: int) -> list[Stretch]:
    """Return stretches where neighbours with at most `gap` rows between them have become one.

    >>> merge_close([Stretch(0, 4), Stretch(8, 9), Stretch(30, 31)], 5)
    [Stretch(first=0, last=9), Stretch(first=30, last=31)]
    """
    merged: list[Stretch] = []
    for stretch in found:
        if merged and stretch.first - merged[-1].last - 1 <= gap:
            merged[-1] = Stretch(merged[-1].first, stretch.last)
        else:
            merged.append(stretch)
    return merged


def strangest_part(stretch: Stretch, margins: Scores, longest: int) -> Stretch:
    """Return at most `longest` rows of a stretch around its highest margin."""
    if stretch.rows <= longest:
        return stretch
    peak = stretch.first + int(np.nanargmax(margins[stretch.first : stretch.last + 1]))
    first = min(max(stretch.first, peak - longest // 2), stretch.last - longest + 1)
    return Stretch(first, first + longest - 1)


def even_chunks(rows: int, most: int, chunks: int = 10) -> list[Stretch]:
    """Return all rows, or `chunks` evenly spaced pieces of them with `most` rows in all."""
    if rows <= most:
        return [Stretch(0, rows - 1)]
    length = most // chunks
    begins = np.linspace(0, rows - length, chunks).astype(int)
    return [Stretch(int(begin), int(begin) + length - 1) for begin in begins]


def without(stretch: Stretch, left_out: Sequence[Stretch]) -> list[Stretch]:
    """Return what remains of a stretch outside the given ones (ascending, not overlapping)."""
    edges = [
        stretch.first - 1,
        *(edge for cut in left_out for edge in (cut.first, cut.last)),
        stretch.last + 1,
    ]
    gaps = list(pairwise(edges))[::2]
    return [Stretch(end + 1, begin - 1) for end, begin in gaps if begin - 1 >= end + 1]
