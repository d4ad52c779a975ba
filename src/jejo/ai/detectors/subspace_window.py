"""The pattern over time is new."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Rows, Scores
from jejo.ai.domain.scaling import demand_rows, learn_scale, split_runs
from jejo.ai.domain.windows import lag_products, lag_windows, rolling_sum, window_length

_WINDOW = 20
_EXPLAINED = 0.9
_WIDEST = 600
"""Dimensions of a window before signals are first condensed: the decomposition costs their third power."""


class SubspaceWindow:
    """What the main patterns of the last 20 rows leave unexplained (Q statistic of dynamic PCA).

    Source:
        Ku, Storer & Georgakis, Disturbance detection and isolation by dynamic PCA, 1995.
    """

    warm_up = _WINDOW

    def fit(self, rows: Rows, starts: Sequence[int] = ()) -> None:
        """Learn the patterns that explain 90 % of the usual variance of a window.

        Raises:
            Invalid: `ai.too-few-rows`, `ai.missing-values`.
        """
        demand_rows(rows)
        self._scale = learn_scale(rows)
        scaled = self._scale.apply(rows)
        runs = split_runs(scaled, starts)
        self._window = window_length(_WINDOW, max(map(len, runs)))
        width = rows.shape[1]
        condensed = np.eye(width)
        if width * self._window > _WIDEST:
            _, vectors = np.linalg.eigh(scaled.T @ scaled)
            condensed = vectors[:, ::-1][:, : max(1, _WIDEST // self._window)]
        total = np.zeros((condensed.shape[1] * self._window,) * 2)
        count = 0
        for run in runs:
            products, windows = lag_products(run @ condensed, self._window)
            total += products
            count += windows
        power, patterns = np.linalg.eigh(total / count)
        share = np.cumsum(power[::-1]) / max(1e-12, float((scaled**2).mean(axis=0).sum()) * self._window)
        kept = min(len(power), int(np.searchsorted(share, _EXPLAINED)) + 1)
        inner = patterns[:, ::-1][:, :kept].reshape(condensed.shape[1], self._window, kept)
        self._patterns = np.einsum("sc,cwk->swk", condensed, inner).reshape(width * self._window, kept)

    def score(self, rows: Rows) -> Scores:
        """Return the mean unexplained square of each row's window; 0 during the first rows."""
        scaled = self._scale.apply(rows)
        scores = np.zeros(len(rows))
        if len(rows) < self._window:
            return scores
        whole = rolling_sum((scaled**2).sum(axis=1), self._window)
        for first, windows in lag_windows(scaled, self._window):
            explained = ((windows @ self._patterns) ** 2).sum(axis=1)
            left = whole[first - self._window + 1 :][: len(windows)] - explained
            scores[first : first + len(windows)] = left
        return np.asarray(np.maximum(scores, 0.0) / (rows.shape[1] * self._window))

    def contributions(self, rows: Rows) -> NDArray[np.float64]:
        """Return each signal's mean unexplained square within the row's window."""
        scaled = self._scale.apply(rows)
        parts = np.zeros(rows.shape)
        for first, windows in lag_windows(scaled, self._window):
            left = windows - (windows @ self._patterns) @ self._patterns.T
            squares = (left**2).reshape(len(left), rows.shape[1], self._window)
            parts[first : first + len(left)] = squares.mean(axis=2)
        return parts


plugin = SubspaceWindow
