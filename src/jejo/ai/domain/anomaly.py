"""Detectors, limits, and the intervals they find."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.float64]
"""Shape (n, d): n rows in time order, d signals, no NaN."""
Scores = NDArray[np.float64]
"""Shape (n,): higher is stranger."""


class Detector(Protocol):
    """A causal detector: the score of row i depends on rows 0…i and on what it was fitted on, only.

    Args:
        warm_up: rows before a row that its score looks back on, in the main.
    """

    warm_up: int

    def fit(self, rows: Rows, starts: Sequence[int] = ()) -> None:
        """Learn the usual behaviour; no label, no share of anomalies is assumed.

        Args:
            starts: rows at which a new run begins, ascending: what lies across them are no neighbours in time.
        Raises:
            Invalid: `ai.too-few-rows`, `ai.missing-values`.
        """

    def score(self, rows: Rows) -> Scores:
        """Score rows that follow each other in time; the first rows warm up and score low.

        Raises:
            Invalid: `ai.channel-count` when the number of signals is not that of `fit`.
        """

    def contributions(self, rows: Rows) -> NDArray[np.float64]:
        """Return shape (n, d), not negative: how much each signal makes each row strange."""


@dataclass(frozen=True, slots=True)
class Share:
    """A signal's part in an anomaly; the shares of one anomaly add up to 1."""

    signal: str
    share: float
    change: float
    """Mean in the interval minus the usual mean, in the signal's own unit."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """One interval of consecutive strange rows.

    Args:
        first_row, last_row: 0-based, inclusive, rows of the analysed frame.
        strength: highest margin, ≥ 1: how far beyond usual, 1 being the limit.
        detectors: names of the detectors that flagged it, strongest first.
        shares: largest first, at most five.
        group: value of the run (file, mould …) it belongs to, or None.
    """

    first_row: int
    last_row: int
    strength: float
    detectors: tuple[str, ...]
    shares: tuple[Share, ...]
    group: str | None = None


@dataclass(frozen=True, slots=True)
class UsualRange:
    """Where a signal usually lies: 1 % and 99 % quantile of the rows taken as usual, in its own unit."""

    signal: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class AnomalyReport:
    """What was found, and how it was looked for.

    Args:
        reference_rows: (first, last) rows taken as usual, per run.
        not_computable: code of the reason why nothing was computed (`ai.too-few-rows` …), or None.
        scores: per row, margin: 0 is usual, ≥ 1 is strange before persistence, NaN where not scored.
        is_anomaly: per row.
    """

    anomalies: tuple[Anomaly, ...]
    usual: tuple[UsualRange, ...]
    reference_rows: tuple[tuple[int, int], ...]
    scores: Scores
    is_anomaly: NDArray[np.bool_]
    not_computable: str | None = None
