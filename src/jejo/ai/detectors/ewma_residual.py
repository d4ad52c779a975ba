"""This sensor no longer fits the others."""

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Rows, Scores
from jejo.ai.domain.memory import effective_sizes
from jejo.ai.domain.scaling import demand_rows, learn_scale
from jejo.ai.domain.windows import exponential_mean

_WEIGHT = 0.1
"""Of the newest row: a memory of about ten rows, the usual choice for small lasting shifts."""
_RIDGE = 0.1
_FOLDS = 5
_COVERED = 10
"""A signal must have moved through ten of its own correlation times: before, its usual range is unknown."""
_JUDGED = 19
"""Independent residuals needed before any distribution-free limit of 5 % exists: 1 / (n + 1) ≤ 5 %."""


class EwmaResidual:
    """Exponentially weighted mean of what the other signals cannot tell about each signal.

    Every signal is predicted from all others by ridge regression (all at once, from the inverse covariance). Its
    squared residual over the one expected on held-out blocks is smoothed, and damped by the tail of a t
    distribution with as many degrees of freedom as the residual has independent rows. Slow signals that the
    usual rows have not shown through are left out: their relations drift.

    Source:
        MacGregor & Kourti, Statistical process control of multivariate processes, 1995 (residuals, EWMA);
        Wallace, Bounds on normal approximations to Student's, 1959 (z² ≈ ν log(1 + t²/ν)).
    """

    warm_up = 10

    def fit(self, rows: Rows, starts: Sequence[int] = ()) -> None:
        """Learn how signals go together.

        Raises:
            Invalid: `ai.too-few-rows`, `ai.missing-values`.
        """
        demand_rows(rows)
        self._scale = learn_scale(rows)
        scaled = self._scale.apply(rows)
        covered = self._scale.moving & (effective_sizes(scaled) >= _COVERED)
        # A table of slow signals only is still better judged than not.
        self._used = np.flatnonzero(covered if covered.sum() >= 2 else self._scale.moving)
        scaled = scaled[:, self._used]
        self._filter = _residual_filter(scaled)
        residuals = scaled @ self._filter
        self._centre = residuals.mean(axis=0)
        sizes = effective_sizes(residuals)
        self._judged = sizes >= _JUDGED
        if not self._judged.any():
            self._judged[:] = True
        sizes = sizes[self._judged]
        self._freedom = np.maximum(sizes - 1.0, 1.0)
        self._expected = _held_out_square(scaled)[self._judged] * (1.0 + 1.0 / sizes)

    def score(self, rows: Rows) -> Scores:
        """Return the mean damped square over the judged signals; about 1 when usual."""
        terms = self._terms(rows)
        if terms.shape[1] == 0:
            return np.zeros(len(rows))
        return np.asarray(terms.mean(axis=1))

    def contributions(self, rows: Rows) -> NDArray[np.float64]:
        """Return each signal's damped square; 0 for signals left out."""
        parts = np.zeros(rows.shape)
        parts[:, self._used[self._judged]] = self._terms(rows)
        return parts

    def _terms(self, rows: Rows) -> NDArray[np.float64]:
        residuals = self._scale.apply(rows)[:, self._used] @ self._filter - self._centre
        squares = residuals[:, self._judged] ** 2 / self._expected
        if not squares.size:
            return np.zeros(squares.shape)
        smooth = exponential_mean(squares, _WEIGHT)
        return np.asarray(self._freedom * np.log1p(smooth / self._freedom))


def _residual_filter(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the matrix that turns scaled rows into residuals of each signal on all others."""
    covariance = scaled.T @ scaled / len(scaled) + _RIDGE * np.eye(scaled.shape[1])
    precision = np.linalg.inv(covariance)
    return np.asarray(precision / np.diag(precision))


def _held_out_square(scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return each signal's mean squared residual on blocks that did not take part in the regression."""
    cuts = np.linspace(0, len(scaled), _FOLDS + 1).astype(int)
    total = np.zeros(scaled.shape[1])
    for first, last in itertools.pairwise(cuts):
        rest = np.concatenate([scaled[:first], scaled[last:]])
        level = rest.mean(axis=0)
        residuals = (scaled[first:last] - level) @ _residual_filter(rest - level)
        total += (residuals**2).sum(axis=0)
    return np.asarray(np.maximum(total / len(scaled), 1e-9))


plugin = EwmaResidual
