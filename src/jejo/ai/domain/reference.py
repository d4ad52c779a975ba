"""Which part of an unlabelled run is taken as usual."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Rows, Scores
from jejo.ai.domain.intervals import Stretch, even_chunks, merge_close, stretches, without
from jejo.ai.domain.limits import PERSISTENCE, raise_alarms
from jejo.ai.domain.panel import Panel

LEAST_ROWS = 120
"""Scored rows of a run below which nothing is computed: a reference of 60 rows and as many to compare."""
_REFERENCE_PART = 3
_LEAST_REFERENCE = 60
_MOST_REFERENCE = 10_000
_ODD = 0.7
"""A stretch against which more than this share of all other rows is strange is itself the strange one."""
_RESTLESS_SHARE, _RESTLESS_TIMES = 0.25, 5
"""More than a quarter of all other rows strange, again and again: the stretch has not seen all usual states."""
_APART = 30
_TRIM_SPREADS = 6.0
_TRIM_AT_MOST = 0.2
_SAMPLE_ROWS = 20_000


@dataclass(frozen=True, slots=True)
class Reference:
    """The rows taken as usual, and the panel fitted on them.

    Args:
        stretch: the part of the run it was taken from.
        pieces: the rows of it that were used: evenly spaced ones of a long part, without odd ones.
    """

    stretch: Stretch
    pieces: tuple[Stretch, ...]
    panel: Panel

    def rows(self, run: Rows) -> Rows:
        """Return the rows that were used."""
        return np.concatenate([run[piece.first : piece.last + 1] for piece in self.pieces])


def choose_reference(run: Rows, make_panel: Callable[[], Panel]) -> Reference:
    """Return the first third of a run as reference, unless it is itself odd against the rest.

    Then the next third is tried, then the last. Where each third finds the rest odd, the run never settles:
    all of it is the reference, and only what stands out from all its states is strange.

    Args:
        run: shape (n ≥ 120, d), time order, no NaN.
    """
    length = max(len(run) // _REFERENCE_PART, min(len(run), _LEAST_REFERENCE))
    for first in (0, length, len(run) - length):
        reference = fit_reference(run, Stretch(first, first + length - 1), make_panel)
        share, times = _strange_elsewhere(run, reference)
        if share <= _RESTLESS_SHARE or (share <= _ODD and times <= _RESTLESS_TIMES):
            return reference
    return fit_reference(run, Stretch(0, len(run) - 1), make_panel)


def fit_reference(run: Rows, stretch: Stretch, make_panel: Callable[[], Panel]) -> Reference:
    """Return a panel fitted on a stretch, once without and, if odd rows stood out in it, again without them."""
    pieces = [
        Stretch(stretch.first + chunk.first, stretch.first + chunk.last)
        for chunk in even_chunks(stretch.rows, _MOST_REFERENCE)
    ]
    panel = make_panel()
    panel.fit(*_joined(run, pieces))
    kept = [part for piece in pieces for part in without(piece, _odd_parts(run, piece, panel))]
    used, before = sum(part.rows for part in kept), sum(piece.rows for piece in pieces)
    if (1.0 - _TRIM_AT_MOST) * before <= used < before and used >= _LEAST_REFERENCE // 2:
        pieces = kept
        panel.fit(*_joined(run, pieces))
    return Reference(stretch, tuple(pieces), panel)


def margins_of(run: Rows, panel: Panel) -> NDArray[np.float64]:
    """Return the members' margins of a long run, in blocks that look back far enough, shape (n, members)."""
    step, look_back = 100_000, 200
    blocks = []
    for first in range(0, len(run), step):
        begin = max(0, first - look_back)
        blocks.append(panel.margins(run[begin : first + step])[first - begin :])
    return np.concatenate(blocks)


def _joined(run: Rows, pieces: Sequence[Stretch]) -> tuple[Rows, list[int]]:
    rows = np.concatenate([run[piece.first : piece.last + 1] for piece in pieces])
    ends = np.cumsum([piece.rows for piece in pieces])
    return rows, [int(end) for end in ends[:-1]]


def _odd_parts(run: Rows, piece: Stretch, panel: Panel) -> list[Stretch]:
    """Return the parts of a reference piece whose scores stand far above those of its other rows."""
    margins = panel.margins(run[piece.first : piece.last + 1])
    spread = np.quantile(margins, 0.84, axis=0) - np.median(margins, axis=0)
    threshold = np.median(margins, axis=0) + _TRIM_SPREADS * np.maximum(spread, 1e-9)
    beyond: Scores = (margins / np.maximum(threshold, 1e-9)).max(axis=1)
    # The alarm is raised only after some rows; those belong to the odd part as well.
    odd = [Stretch(max(0, each.first - PERSISTENCE), each.last) for each in stretches(raise_alarms(beyond))]
    return [
        Stretch(piece.first + each.first, piece.first + each.last) for each in merge_close(odd, PERSISTENCE)
    ]


def _strange_elsewhere(run: Rows, reference: Reference) -> tuple[float, int]:
    """Return the share of the other rows that are in alarm, and how often, in evenly spaced pieces of a long run."""
    strange = others = times = 0
    for chunk in even_chunks(len(run), _SAMPLE_ROWS, 20):
        rows = run[chunk.first : chunk.last + 1]
        alarms = raise_alarms(reference.panel.verdict(reference.panel.margins(rows)))
        position = np.arange(chunk.first, chunk.last + 1)
        outside = (position < reference.stretch.first) | (position > reference.stretch.last)
        strange += int(alarms[outside].sum())
        others += int(outside.sum())
        times += len(merge_close(stretches(alarms & outside), _APART))
    return (strange / others if others else 0.0), times
