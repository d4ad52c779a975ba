"""From scores to alarms: a limit learnt without labels, and how long it must be exceeded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Detector, Rows, Scores
from jejo.ai.domain.memory import effective_size

FOLDS = 5
_CONFIDENCE = 0.99
_NORMAL = NormalDist()
PERSISTENCE = 5
"""Rows in a row above the limit before an alarm is raised."""
RELEASE = 0.7
"""An alarm stays until the margin falls below this, so that it does not flicker."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a detector's scores usually are, and from where they are strange, both as cube roots.

    Scores are sums of squares; their cube root is close to normally distributed, however many terms they have.

    Source:
        Wilson & Hilferty, The distribution of chi-square, 1931.
    """

    usual: float
    alarm: float

    def margin(self, scores: Scores) -> Scores:
        """Return how far scores have come from usual (0) to the limit (1) and beyond.

        This makes members comparable: one whose usual scores vary by a tenth, and one whose scores vary tenfold,
        both stand at 2 when they are as far beyond the limit as the limit is from usual.
        """
        if not np.isfinite(self.alarm):
            return np.zeros(len(scores))
        beyond = np.maximum(np.cbrt(scores) - self.usual, 0.0)
        return np.asarray(beyond / (self.alarm - self.usual))


def held_out_scores(make: Callable[[], Detector], rows: Rows, starts: Sequence[int] = ()) -> Scores:
    """Score usual rows as if they were new: each of five blocks by a detector that never saw it.

    Args:
        rows, starts: as in `Detector.fit`.
    Returns:
        Shape (≤ n,): rows that would look back beyond their block or run are left out.
    """
    cuts = np.linspace(0, len(rows), FOLDS + 1).astype(int)
    scores = []
    for first, last in pairwise(cuts):
        detector = make()
        seam = [int(first)] if first > 0 and last < len(rows) else []
        before = [start for start in starts if start < first]
        after = [start - int(last - first) for start in starts if start > last]
        detector.fit(np.concatenate([rows[:first], rows[last:]]), [*before, *seam, *after])
        edges = [first, *(start for start in starts if first < start < last), last]
        for begin, end in pairwise(edges):
            # Short pieces keep their second half: a limit from half-warm scores is better than none.
            cold = min(detector.warm_up - 1, (end - begin) // 2)
            scores.append(detector.score(rows[begin:end])[cold:])
    return np.concatenate(scores)


def learn_limit(scores: Scores, budget: float) -> Limit:
    """Return the limit below which all usual rows but the budget lie, with 99 % confidence.

    A one-sided tolerance limit of the scores' cube roots above their median. Neighbouring rows say nearly the
    same, so its sample size is the number of independent rows: a limit from few windows is wide. Where many rows
    were seen, their own quantile must hold as well.

    Args:
        scores: held-out scores of usual rows, time order.
        budget: share of usual rows, for example 0.001.
    Returns:
        Infinite when nothing was learnt (no spread of scores above zero): such a member never alarms.
    Source:
        Hahn & Meeker, Statistical Intervals, 1991, 4.4: k ≈ z_p + z_c √(1/n + z_p²/2n), in its large-sample form:
        the exact one would make limits from five independent rows depend on that five more than on the scores.
    """
    seen = scores[scores > 0.0]
    if not len(seen):
        return Limit(0.0, float("inf"))
    roots: NDArray[np.float64] = np.cbrt(seen)
    usual = float(np.median(roots))
    size = effective_size(roots)
    # Scores of usual rows are skewed the one way or the other; only how far they rise above matters.
    above = roots[roots >= usual] - usual
    spread = float(np.sqrt((above**2).mean() * size / (size - 1.0)))
    tail = _NORMAL.inv_cdf(1.0 - budget)
    widening = tail + _NORMAL.inv_cdf(_CONFIDENCE) * float(np.sqrt(1.0 / size + tail**2 / (2.0 * size)))
    alarm = max(usual + widening * spread, float(np.quantile(roots, 1.0 - budget)))
    return Limit(usual, alarm if alarm > usual * (1.0 + 1e-9) else float("inf"))


def raise_alarms(
    margins: Scores, *, persistence: int = PERSISTENCE, release: float = RELEASE
) -> NDArray[np.bool_]:
    """Return which rows are in alarm; causal.

    Args:
        margins: 1 is the limit; NaN where not scored (no alarm, and a new start).

    >>> raise_alarms(np.array([2.0, 2.0, 0.9, 0.5]), persistence=2).tolist()
    [False, True, True, False]
    """
    above = margins > 1.0
    rows = np.arange(len(margins))
    last_below = np.maximum.accumulate(np.where(above, -1, rows))
    raised = rows - last_below >= persistence
    released = ~(margins > release)
    last_raised = np.maximum.accumulate(np.where(raised, rows, -1))
    last_released = np.maximum.accumulate(np.where(released, rows, -1))
    return np.asarray((last_raised >= 0) & (last_raised > last_released))
