"""Missing values before scoring: short gaps are carried forward, long ones stay gaps."""

import numpy as np
from numpy.typing import NDArray

SHORT_GAP = 10
"""Rows over which the last value is carried forward."""


def carry_forward(rows: NDArray[np.float64], limit: int | None = SHORT_GAP) -> NDArray[np.float64]:
    """Return rows where missing values (NaN) take the last value seen; causal.

    Args:
        rows: shape (n, d).
        limit: longest gap that is bridged, in rows; None: any.
    """
    present = np.isfinite(rows)
    positions = np.arange(len(rows))[:, None]
    last = np.maximum.accumulate(np.where(present, positions, -1), axis=0)
    bridged = last >= 0
    if limit is not None:
        bridged &= positions - last <= limit
    taken = np.take_along_axis(rows, np.maximum(last, 0), axis=0)
    return np.where(bridged, taken, np.nan)


def fill_with(rows: NDArray[np.float64], values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return rows where what is still missing takes each signal's given value, shape (d,)."""
    return np.where(np.isfinite(rows), rows, values)


def medians(rows: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the median of each signal's present values, 0 where there are none."""
    return np.array(
        [np.median(seen) if len(seen := column[np.isfinite(column)]) else 0.0 for column in rows.T]
    )


def is_counter(column: NDArray[np.float64]) -> bool:
    """Tell whether a signal only counts up (or down), as row numbers, meters and shot counters do.

    Such a signal is always beyond what was usual before, and says nothing about the machine's state. Falls
    back to the start (a new day, a new order) are allowed for one step in fifty.
    """
    steps = np.diff(column[np.isfinite(column)])
    moves = steps[steps != 0.0]
    if len(moves) < 30:
        return False
    rising = float((moves > 0).mean())
    return max(rising, 1.0 - rising) >= 0.98
