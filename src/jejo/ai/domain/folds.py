"""Cuts rows into folds that a later day or another run would look like: by time, by run, at random only without both."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Task

Rows = NDArray[np.int64]
FOLDS = 5
BLOCKS = 40
"""Runs of consecutive rows that a resample draws as a whole."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Row numbers to learn from and to be judged on; a purge gap lies between them where rows have an order."""

    train: Rows
    test: Rows


@dataclass(frozen=True, slots=True)
class Folds:
    """How rows are cut.

    Args:
        validation: `time`, `order`, `group`, `time+group` or `random`.
        folds: every row is tested once.
        forward: learn from the first 80 %, judge on the last 20 %; None without an order in time.
        blocks: shape (n,); rows of one block are drawn together in a resample.
    """

    validation: str
    folds: tuple[Fold, ...]
    forward: Fold | None
    blocks: Rows


def deciding_group(
    frame: pl.DataFrame,
    values: NDArray[np.float64],
    task: Task,
    groups: Sequence[str],
    columns: Sequence[str],
) -> str | None:
    """Return the column whose values are runs that share one label, so that rows of a run must stay together.

    Args:
        groups: columns known to name runs (mould, case, file).
        columns: others, which are looked at when their values are whole numbers or words that stand in
            unbroken runs (an experiment number).
    """
    if task is Task.REGRESSION:
        return None
    for name in dict.fromkeys((*groups, *columns)):
        if name not in frame.columns:
            continue
        column = frame[name]
        runs = column.n_unique()
        if runs < 4 or frame.height < 10 * runs or column.null_count():
            continue
        if name not in groups and not _stands_in_runs(column, runs):
            continue
        codes = column.rank("dense").to_numpy().astype(np.int64) - 1
        if _uncertainty(values, codes) <= 0.1 and _repeats(values, codes):
            return name
    return None


def _repeats(values: NDArray[np.float64], codes: Rows) -> bool:
    """Whether at least two outcomes have two runs each, so that one can be learnt from and the other tested."""
    usual = [np.bincount(values[codes == code].astype(int)).argmax() for code in range(codes.max() + 1)]
    return int((np.unique(usual, return_counts=True)[1] >= 2).sum()) >= 2


def _stands_in_runs(column: pl.Series, runs: int) -> bool:
    if column.dtype.is_float() and not (column == column.round(0)).all():
        return False
    if not (column.dtype.is_numeric() or column.dtype == pl.String):
        return False
    changes = int((column != column.shift(1)).fill_null(False).sum())
    return changes == runs - 1


def _uncertainty(values: NDArray[np.float64], codes: Rows) -> float:
    """Return the share of the label's entropy that is left once the group is known."""
    classes, labels = np.unique(values, return_inverse=True)
    table = np.zeros((codes.max() + 1, len(classes)))
    np.add.at(table, (codes, labels), 1)
    sizes = table.sum(axis=1, keepdims=True)

    def entropy(shares: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(
            -np.sum(np.where(shares > 0, shares * np.log(np.maximum(shares, 1e-300)), 0), axis=-1)
        )

    whole = float(entropy(table.sum(axis=0) / len(values)))
    inside = float((entropy(table / np.maximum(sizes, 1)) * sizes[:, 0] / len(values)).sum())
    return inside / whole if whole > 0 else 1.0


def cut_folds(
    values: NDArray[np.float64],
    task: Task,
    *,
    has_time: bool,
    is_numbered: bool = False,
    groups: Rows | None = None,
    seed: int = 0,
) -> Folds:
    """Return the folds.

    Args:
        values: shape (n,), the label, rows in time order where `has_time`.
        is_numbered: there is no time, but a running number says that the order of the rows means something.
        groups: shape (n,), codes of runs that must stay whole, or None.
    """
    n = len(values)
    if groups is not None:
        folds = _whole_groups(values, groups, task)
        return Folds("time+group" if has_time else "group", folds, None, groups)
    if has_time or (is_numbered and _is_even(values, task)):
        purge = min(max(30, n // 200), n // 50)
        edges = np.linspace(0, n, FOLDS + 1).astype(np.int64)
        every = np.arange(n)
        folds = tuple(
            Fold(np.concatenate([every[: max(0, start - purge)], every[end + purge :]]), every[start:end])
            for start, end in pairwise(edges)
        )
        cut = int(0.8 * n)
        forward = Fold(every[: cut - purge], every[cut:]) if has_time else None
        blocks = (every * min(BLOCKS, max(5, n // 10))) // n
        return Folds("time" if has_time else "order", folds, forward, blocks)
    rng = np.random.default_rng(seed)
    place = np.empty(n, dtype=np.int64)
    shuffled = rng.permutation(n)
    # Dealing the shuffled rows in the order of their label gives every fold its share of each class.
    place[shuffled[np.argsort(values[shuffled], kind="stable")]] = np.arange(n) % FOLDS
    folds = tuple(Fold(np.flatnonzero(place != fold), np.flatnonzero(place == fold)) for fold in range(FOLDS))
    return Folds("random", folds, None, shuffled)


def _is_even(values: NDArray[np.float64], task: Task) -> bool:
    """Whether every stretch of the file holds some of each class, so that stretches can serve as folds."""
    if task is Task.REGRESSION:
        return True
    parts = np.array_split(values, FOLDS)
    return all(min((part == level).sum() for part in parts) >= 2 for level in np.unique(values)[:2])


def _whole_groups(values: NDArray[np.float64], groups: Rows, task: Task) -> tuple[Fold, ...]:
    names = np.unique(groups)
    count = min(FOLDS, len(names))
    mean = np.array([values[groups == name].mean() for name in names])
    size = np.array([(groups == name).sum() for name in names])
    # Groups are dealt by label, then size, to the fold that has least of both.
    kinds = np.round(mean) if task is not Task.REGRESSION else np.zeros(len(names))
    load: dict[tuple[int, float], int] = {}
    whole = np.zeros(count)
    fold_of: dict[int, int] = {}
    for place in np.lexsort((-size, -kinds)):
        kind = float(kinds[place])
        fold = min(range(count), key=lambda each: (load.get((each, kind), 0), whole[each]))
        load[fold, kind] = load.get((fold, kind), 0) + 1
        whole[fold] += size[place]
        fold_of[int(names[place])] = fold
    part = np.array([fold_of[int(group)] for group in groups])
    return tuple(Fold(np.flatnonzero(part != fold), np.flatnonzero(part == fold)) for fold in range(count))
