"""Brings signals of any unit to one measure, learnt from usual rows."""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jejo.kernel.errors import Invalid

# A wild reading (a broken sensor's −32768) is strange enough at 100 spreads; beyond, squares lose digits.
_WILDEST = 100.0
_LEAST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Scale:
    """Usual level and spread per signal.

    Args:
        centre, spread: shape (d,), in the signals' own units; spread is infinite for a constant signal, which
            therefore always scales to 0: nothing was learnt about how it moves.
    """

    centre: NDArray[np.float64]
    spread: NDArray[np.float64]

    def apply(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return rows as deviations from the usual level, in spreads, at most 100 either way.

        Raises:
            Invalid: `ai.channel-count` when the rows have another number of signals.
        """
        if rows.ndim != 2 or rows.shape[1] != len(self.centre):
            raise Invalid("ai.channel-count", expected=len(self.centre), found=rows.shape[-1])
        return np.clip((rows - self.centre) / self.spread, -_WILDEST, _WILDEST)

    @property
    def moving(self) -> NDArray[np.bool_]:
        """Shape (d,): which signals are not constant."""
        return np.isfinite(self.spread)


def learn_scale(rows: NDArray[np.float64]) -> Scale:
    """Return mean and standard deviation per signal."""
    centre = rows.mean(axis=0)
    spread = rows.std(axis=0)
    constant = spread <= 1e-9 * np.maximum(1e-9, np.abs(centre))
    return Scale(centre, np.where(constant, np.inf, spread))


def demand_rows(rows: NDArray[np.float64]) -> None:
    """Refuse what no detector can learn from.

    Raises:
        Invalid: `ai.too-few-rows` below 30 rows, `ai.missing-values` where a value is not finite.
    """
    if rows.ndim != 2 or len(rows) < _LEAST_ROWS or rows.shape[1] == 0:
        raise Invalid("ai.too-few-rows", rows=len(rows), needed=_LEAST_ROWS)
    if not np.isfinite(rows).all():
        raise Invalid("ai.missing-values")


def split_runs(rows: NDArray[np.float64], starts: Sequence[int]) -> list[NDArray[np.float64]]:
    """Return the runs of rows that begin at row 0 and at each start, as views."""
    edges = [0, *starts, len(rows)]
    return [rows[first:last] for first, last in itertools.pairwise(edges) if last > first]
