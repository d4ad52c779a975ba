"""Metrics of held-out predictions with 95 % intervals, from resamples of whole blocks of rows."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Interval

Numbers = NDArray[np.float64]
RESAMPLES = 300


@dataclass(frozen=True, slots=True)
class Measured:
    """Metrics, and whether they differ from guessing."""

    metrics: dict[str, Interval]
    no_skill: bool


class _Ranked:
    """Held-out scores sorted once, so that each resample is only a weighted running sum."""

    def __init__(self, truth: Numbers, scores: Numbers) -> None:
        self.order = np.argsort(-scores, kind="stable")
        self.truth = truth[self.order]
        ranked = scores[self.order]
        self.ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))

    def areas(self, weights: Numbers) -> tuple[float, float, float]:
        """Return average precision, area under the ROC curve and base rate under row weights."""
        weight = weights[self.order]
        hits = np.cumsum(weight * self.truth)[self.ends]
        misses = np.cumsum(weight * (1 - self.truth))[self.ends]
        bad, good = hits[-1], misses[-1]
        if bad == 0 or good == 0:
            return float("nan"), float("nan"), float("nan")
        flagged = hits + misses
        precision = np.divide(hits, flagged, out=np.zeros_like(hits), where=flagged > 0)
        average = float((np.diff(hits, prepend=0) * precision).sum() / bad)
        width = np.diff(misses, prepend=0)
        height = hits - np.diff(hits, prepend=0) / 2
        return average, float((width * height).sum() / (bad * good)), float(bad / (bad + good))


def binary_metrics(
    truth: Numbers, scores: Numbers, flagged: NDArray[np.bool_], blocks: NDArray[np.int64], seed: int = 0
) -> Measured:
    """Return `pr_auc`, `roc_auc` and `f1`.

    Args:
        truth: shape (n,), 0 or 1.
        scores: shape (n,), held-out; higher is more likely bad.
        flagged: shape (n,), by a cut that was not chosen on the row's own fold.
        blocks: shape (n,); rows of one block are resampled together.
    """
    ranked = _Ranked(truth, scores)
    right, wrong = flagged & (truth == 1), flagged & (truth == 0)
    missed = ~flagged & (truth == 1)
    value = [*ranked.areas(np.ones(len(truth)))[:2], _f1(right.sum(), wrong.sum(), missed.sum())]
    drawn, lifts = [], []
    for weights in _resamples(blocks, seed):
        average, area, base = ranked.areas(weights)
        drawn.append((average, area, _f1(weights @ right, weights @ wrong, weights @ missed)))
        lifts.append(average - base)
    low, high = _bounds(np.array(drawn))
    names = ("pr_auc", "roc_auc", "f1")
    metrics = {name: Interval(float(value[i]), float(low[i]), float(high[i])) for i, name in enumerate(names)}
    lift = float(np.quantile([each for each in lifts if np.isfinite(each)] or [0.0], 0.025))
    # Written so that an interval that could not be computed (NaN) counts as guessing.
    guess = not (lift > 0 and metrics["roc_auc"].low > 0.5)
    return Measured(metrics, guess)


def multiclass_metrics(
    truth: Numbers, chosen: Numbers, classes: int, blocks: NDArray[np.int64], seed: int = 0
) -> Measured:
    """Return `macro_f1`, `accuracy` and `majority_accuracy` (always answering with the most frequent class)."""
    pair = (truth * classes + chosen).astype(np.int64)
    present = np.unique(truth).astype(int)
    majority = np.bincount(truth.astype(int)).argmax()
    guess = (truth * classes + majority).astype(np.int64)

    def measure(weights: Numbers) -> tuple[float, float, float, float]:
        answers = np.asarray(np.bincount(pair, weights, minlength=classes**2), float).reshape(
            classes, classes
        )
        guesses = np.asarray(np.bincount(guess, weights, minlength=classes**2), float).reshape(
            classes, classes
        )
        return _macro(answers, present), _right(answers), _right(guesses), _macro(guesses, present)

    value = measure(np.ones(len(truth)))
    drawn = np.array([measure(weights) for weights in _resamples(blocks, seed)])
    low, high = _bounds(drawn)
    names = ("macro_f1", "accuracy", "majority_accuracy")
    metrics = {name: Interval(value[i], float(low[i]), float(high[i])) for i, name in enumerate(names)}
    return Measured(metrics, not float(np.quantile(drawn[:, 0] - drawn[:, 3], 0.025)) > 0)


def regression_metrics(truth: Numbers, answer: Numbers, blocks: NDArray[np.int64], seed: int = 0) -> Measured:
    """Return `r2` (against the mean) and `mae` (in the label's own unit)."""
    wrong = truth - answer

    def measure(weights: Numbers) -> tuple[float, float]:
        total = weights.sum()
        mean = (weights @ truth) / total
        spread = weights @ (truth - mean) ** 2
        return 1 - float(weights @ wrong**2 / spread) if spread > 0 else float("nan"), float(
            weights @ np.abs(wrong) / total
        )

    value = measure(np.ones(len(truth)))
    low, high = _bounds(np.array([measure(weights) for weights in _resamples(blocks, seed)]))
    metrics = {
        name: Interval(value[i], float(low[i]), float(high[i])) for i, name in enumerate(("r2", "mae"))
    }
    return Measured(metrics, not metrics["r2"].low > 0)


def best_cut(truth: Numbers, scores: Numbers) -> float:
    """Return the score from which flagging gives the highest F1."""
    order = np.argsort(-scores, kind="stable")
    hits = np.cumsum(truth[order])
    f1 = 2 * hits / (np.arange(1, len(truth) + 1) + hits[-1])
    return float(scores[order][int(f1.argmax())])


def _resamples(blocks: NDArray[np.int64], seed: int) -> "list[Numbers]":
    rng = np.random.default_rng(seed)
    _, place = np.unique(blocks, return_inverse=True)
    count = int(place.max()) + 1
    draws = RESAMPLES if len(blocks) <= 100_000 else RESAMPLES // 3
    return [
        np.bincount(rng.integers(0, count, count), minlength=count)[place].astype(np.float64)
        for _ in range(draws)
    ]


def _bounds(drawn: Numbers) -> tuple[Numbers, Numbers]:
    usable = drawn[np.isfinite(drawn).all(axis=1)]
    if len(usable) < 20:
        return np.full(drawn.shape[1], np.nan), np.full(drawn.shape[1], np.nan)
    return np.quantile(usable, 0.025, axis=0), np.quantile(usable, 0.975, axis=0)


def _f1(right: float, wrong: float, missed: float) -> float:
    return float(2 * right / (2 * right + wrong + missed)) if right else 0.0


def _macro(table: Numbers, present: NDArray[np.int64]) -> float:
    hits = np.diag(table)
    both = table.sum(axis=0) + table.sum(axis=1)
    f1 = np.divide(2 * hits, both, out=np.zeros(len(hits)), where=both > 0)
    return float(f1[present].mean())


def _right(table: Numbers) -> float:
    return float(np.trace(table) / table.sum())
