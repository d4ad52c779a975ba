"""Metrics of held-out predictions with 95 % intervals, from resamples of whole blocks of rows."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Interval

Numbers = NDArray[np.float64]
RESAMPLES = 300
MOST_BLOCKS = 200
MOST_CUTS = 4000


@dataclass(frozen=True, slots=True)
class Measured:
    """Metrics, and whether they differ from guessing."""

    metrics: dict[str, Interval]
    no_skill: bool


class _Ranked:
    """Held-out scores sorted and counted once per block, so that a resample is only a sum over blocks.

    Args:
        truth, scores: shape (n,).
        place: shape (n,), the block of each row, 0 … blocks − 1.
    """

    def __init__(self, truth: Numbers, scores: Numbers, place: NDArray[np.int64], blocks: int) -> None:
        order = np.argsort(-scores, kind="stable")
        truth, place = truth[order], place[order]
        ranked = scores[order]
        ends = np.flatnonzero(np.append(ranked[1:] != ranked[:-1], True))
        found = np.diff(np.cumsum(truth)[ends], prepend=0) > 0
        # Both curves bend only where a bad row is found, and just before.
        bends = found | np.append(found[1:], True)
        ends = ends[bends]
        if len(ends) > MOST_CUTS:
            ends = ends[np.linspace(0, len(ends) - 1, MOST_CUTS).astype(np.int64)]
        self.hits = np.empty((blocks, len(ends)))
        self.misses = np.empty((blocks, len(ends)))
        for block in range(blocks):
            inside = place == block
            self.hits[block] = np.cumsum(inside * truth)[ends]
            self.misses[block] = np.cumsum(inside * (1 - truth))[ends]

    def areas(self, times: Numbers) -> tuple[float, float, float]:
        """Return average precision, area under the ROC curve and base rate; `times`: how often each block counts."""
        hits, misses = times @ self.hits, times @ self.misses
        bad, good = hits[-1], misses[-1]
        if bad == 0 or good == 0:
            return float("nan"), float("nan"), float("nan")
        flagged = hits + misses
        precision = np.divide(hits, flagged, out=np.zeros_like(hits), where=flagged > 0)
        rise = np.diff(hits, prepend=0)
        average = float((rise * precision).sum() / bad)
        area = float((np.diff(misses, prepend=0) * (hits - rise / 2)).sum() / (bad * good))
        return average, area, float(bad / (bad + good))


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
    place, count = _places(blocks)
    ranked = _Ranked(truth, scores, place, count)
    right, wrong, missed = (
        np.asarray(np.bincount(place, chosen, minlength=count), float)
        for chosen in (flagged & (truth == 1), flagged & (truth == 0), ~flagged & (truth == 1))
    )
    value = [
        *ranked.areas(np.ones(count))[:2],
        _f1(float(right.sum()), float(wrong.sum()), float(missed.sum())),
    ]
    drawn, lifts = [], []
    for times in _draws(count, seed):
        average, area, base = ranked.areas(times)
        drawn.append((average, area, _f1(float(times @ right), float(times @ wrong), float(times @ missed))))
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


def _places(blocks: NDArray[np.int64]) -> tuple[NDArray[np.int64], int]:
    """Return blocks numbered from 0, at most 200 (more are joined), and their number."""
    _, place = np.unique(blocks, return_inverse=True)
    place = place % MOST_BLOCKS
    return place, int(place.max()) + 1


def _draws(count: int, seed: int) -> Iterator[Numbers]:
    rng = np.random.default_rng(seed)
    for _ in range(RESAMPLES):
        yield np.bincount(rng.integers(0, count, count), minlength=count).astype(np.float64)


def _resamples(blocks: NDArray[np.int64], seed: int) -> Iterator[Numbers]:
    place, count = _places(blocks)
    for times in _draws(count, seed):
        yield times[place]


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
