"""Level or variability moved."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Rows, Scores
from jejo.ai.domain.scaling import demand_rows, learn_scale, split_runs
from jejo.ai.domain.windows import rolling_level_and_spread, window_length

_WINDOW = 30


class RollingMahalanobis:
    """Distance of the last 30 rows' means and standard deviations from their usual ones.

    Source:
        Hotelling's T² on rolling statistics; covariance by Ledoit & Wolf, A well-conditioned estimator for
        large-dimensional covariance matrices, 2004.
    """

    warm_up = _WINDOW

    def fit(self, rows: Rows, starts: Sequence[int] = ()) -> None:
        """Learn how means and standard deviations usually vary together.

        Raises:
            Invalid: `ai.too-few-rows`, `ai.missing-values`.
        """
        demand_rows(rows)
        self._scale = learn_scale(rows)
        runs = split_runs(self._scale.apply(rows), starts)
        self._window = window_length(_WINDOW, max(map(len, runs)))
        features = np.vstack(
            [rolling_level_and_spread(run, self._window) for run in runs if len(run) >= self._window]
        )
        self._usual = learn_scale(features)
        self._precision = np.linalg.inv(ledoit_wolf(self._usual.apply(features)))

    def score(self, rows: Rows) -> Scores:
        """Return the squared distance per feature; about 1 when usual, 0 during the first rows."""
        scores = np.zeros(len(rows))
        if len(rows) >= self._window:
            features = self._features(rows)
            scores[self._window - 1 :] = ((features @ self._precision) * features).mean(axis=1)
        return np.maximum(scores, 0.0)

    def contributions(self, rows: Rows) -> NDArray[np.float64]:
        """Return each signal's part of the squared distance, mean and standard deviation together."""
        parts = np.zeros(rows.shape)
        if len(rows) >= self._window:
            features = self._features(rows)
            # A term below zero only offsets another signal's; it makes no row strange.
            terms = np.maximum((features @ self._precision) * features, 0.0)
            parts[self._window - 1 :] = terms[:, : rows.shape[1]] + terms[:, rows.shape[1] :]
        return parts

    def _features(self, rows: Rows) -> NDArray[np.float64]:
        features = rolling_level_and_spread(self._scale.apply(rows), self._window)
        scaled: NDArray[np.float64] = self._usual.apply(features)
        return scaled


def ledoit_wolf(centred: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the covariance shrunk towards a sphere by the amount that costs least squared error.

    Args:
        centred: shape (n, p), each column of mean 0.
    """
    n, p = centred.shape
    sample = centred.T @ centred / n
    sphere = float(np.trace(sample)) / p
    distance = float(((sample - sphere * np.eye(p)) ** 2).sum())
    fourth = float((((centred**2).sum(axis=1)) ** 2).mean())
    noise = max(0.0, (fourth - float((sample**2).sum())) / n)
    weight = 1.0 if distance <= 0.0 else min(1.0, noise / distance)
    # The last summand keeps a table of constant signals invertible.
    shrunk = (1.0 - weight) * sample + (weight * sphere + 1e-9) * np.eye(p)
    return np.asarray(shrunk, dtype=np.float64)


plugin = RollingMahalanobis
