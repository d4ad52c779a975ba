"""First-order dynamics over a day of minutes, without a loop per minute."""

import numpy as np
from numpy.typing import NDArray

Minutes = NDArray[np.float64]
"""Shape (1440,): one value per minute of a local day."""

MINUTES = 1440
_BLOCK = 60


def first_order(keep: Minutes, drive: Minutes, start: float) -> Minutes:
    """Return x with x[k] = keep[k] · x[k−1] + drive[k], x[−1] = start.

    Args:
        keep: within (0, 1]; the share of the state that a minute leaves. Above 0.01, else an hour underflows.

    >>> first_order(np.full(1440, 0.5), np.full(1440, 10.0), 0.0)[[0, 1, -1]].tolist()
    [10.0, 15.0, 20.0]
    """
    keeps, drives = keep.reshape(-1, _BLOCK), drive.reshape(-1, _BLOCK)
    shares = np.cumprod(keeps, axis=1)
    driven = np.cumsum(drives / shares, axis=1) * shares
    states = np.empty_like(driven)
    for block in range(len(states)):
        states[block] = shares[block] * start + driven[block]
        start = float(states[block, -1])
    return np.asarray(states.reshape(-1))


def follow(target: Minutes, minutes: float, start: float) -> Minutes:
    """Return what follows a target with a time constant in minutes."""
    keep = float(np.exp(-1.0 / minutes))
    return first_order(np.full(MINUTES, keep), (1.0 - keep) * target, start)


def wander(draws: Minutes, minutes: float, spread: float, start: float) -> Minutes:
    """Return a slow random walk around 0: correlation time in minutes, standard deviation `spread`."""
    keep = float(np.exp(-1.0 / minutes))
    return first_order(np.full(MINUTES, keep), spread * float(np.sqrt(1.0 - keep**2)) * draws, start)
