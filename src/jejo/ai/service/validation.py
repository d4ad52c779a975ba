"""Judges models on rows they never saw."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Interval, Task
from jejo.ai.domain.features import Features
from jejo.ai.domain.folds import Fold, Folds
from jejo.ai.domain.labels import Target
from jejo.ai.domain.metrics import Measured, best_cut, binary_metrics, multiclass_metrics, regression_metrics
from jejo.ai.service.boosting import Numbers, Trees, fit_trees


@dataclass(frozen=True, slots=True)
class HeldOut:
    """Answers on rows that the answering model never saw.

    Args:
        scores: shape (n,): probability of the bad case or the quantity; (n, classes) for classes.
        fold_of: shape (n,), the fold that tested the row.
        models: one per fold.
    """

    scores: Numbers
    fold_of: NDArray[np.int64]
    models: tuple[Trees, ...]


def hold_out(
    table: Features,
    values: Numbers,
    target: Target,
    plan: Folds,
    *,
    seed: int = 0,
    is_quick: bool = False,
    tell: Callable[[float], None] = lambda done: None,
) -> HeldOut:
    """Return the answers of one model per fold."""
    scores = np.zeros((len(values), len(target.classes)) if target.task is Task.MULTICLASS else len(values))
    fold_of = np.zeros(len(values), dtype=np.int64)

    def fit(fold: Fold) -> tuple[Trees, Numbers]:
        trees = fit_trees(table, values, fold.train, target.task, is_quick=is_quick, seed=seed)
        return trees, trees.scores(table, fold.test)

    models = []
    # Training releases the interpreter lock, so folds share the processors without further copies of the rows.
    with ThreadPoolExecutor(max_workers=min(2, os.cpu_count() or 1)) as pool:
        for number, (fold, (trees, answer)) in enumerate(
            zip(plan.folds, pool.map(fit, plan.folds), strict=True)
        ):
            # Rare classes at the end of the list may be absent from these rows altogether.
            if answer.ndim == 2:
                scores[fold.test, : answer.shape[1]] = answer
            else:
                scores[fold.test] = answer
            fold_of[fold.test] = number
            models.append(trees)
            tell((number + 1) / len(plan.folds))
    return HeldOut(scores, fold_of, tuple(models))


def measure(values: Numbers, held: HeldOut, target: Target, plan: Folds) -> Measured:
    """Return the metrics of held-out answers; the F1 cut of a fold is chosen on the other folds."""
    match target.task:
        case Task.REGRESSION:
            return regression_metrics(values, held.scores, plan.blocks)
        case Task.MULTICLASS:
            chosen = held.scores.argmax(axis=1).astype(np.float64)
            return multiclass_metrics(values, chosen, len(target.classes), plan.blocks)
        case _:
            flagged = np.zeros(len(values), dtype=bool)
            for fold in np.unique(held.fold_of):
                inside = held.fold_of == fold
                if values[~inside].any():
                    flagged[inside] = held.scores[inside] >= best_cut(values[~inside], held.scores[~inside])
            return binary_metrics(values, held.scores, flagged, plan.blocks)


def measure_forward(
    table: Features, values: Numbers, target: Target, plan: Folds, *, seed: int = 0
) -> dict[str, Interval]:
    """Return the metrics of a model that learnt from earlier rows only, on the last rows; {} where that says nothing.

    The F1 cut is chosen on the last fifth of the rows learnt from, by a model that did not see them.
    """
    forward = plan.forward
    if forward is None or target.task is Task.MULTICLASS:
        return {}
    test = values[forward.test]
    if target.task is Task.BINARY and min(test.sum(), values[forward.train].sum()) < 5:
        return {}
    trees = fit_trees(table, values, forward.train, target.task, seed=seed)
    scores = trees.scores(table, forward.test)
    blocks = plan.blocks[forward.test]
    if target.task is Task.REGRESSION:
        return regression_metrics(test, scores, blocks).metrics
    cut = _inner_cut(table, values, forward, seed)
    return binary_metrics(test, scores, scores >= cut, blocks).metrics


def _inner_cut(table: Features, values: Numbers, forward: Fold, seed: int) -> float:
    split = int(0.8 * len(forward.train))
    early, late = forward.train[:split], forward.train[split:]
    if not values[early].any() or not values[late].any():
        return 0.5
    trees = fit_trees(table, values, early, Task.BINARY, is_quick=True, seed=seed)
    return best_cut(values[late], trees.scores(table, late))
