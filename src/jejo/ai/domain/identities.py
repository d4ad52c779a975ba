"""Finds columns from which the label follows by arithmetic: the same quantity, a rounded copy, a part of a sum."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Task

SAME = 0.99
"""Share of the label's variance that one column alone may explain before it counts as the label itself."""
EXACT = 0.99999
FIXED = 0.985
"""Share of the label's variance that two columns together may explain, judged by the rows nearest to each row."""

MOST_COUNTS = 40

Numbers = NDArray[np.float64]


def identities(
    rows: pl.DataFrame,
    label: str,
    task: Task,
    values: Numbers,
    columns: Sequence[str],
    siblings: Sequence[str] = (),
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield (column, reason, facts) of columns that equal the label by arithmetic.

    Args:
        rows: the n rows whose label is known.
        values: shape (n,), the label as numbers.
        siblings: counts of the same family, whose sum may be the difference of two other columns.
    """
    numeric = {
        name: rows[name].to_numpy().astype(float)
        for name in dict.fromkeys(columns)
        if name != label
        and name in rows.columns
        and rows[name].dtype.is_numeric()
        and rows[name].n_unique() > 2
    }
    if task is Task.REGRESSION:
        yield from _of_quantity(values, {name: x for name, x in numeric.items() if name not in siblings})
    elif rows[label].dtype.is_numeric() and siblings:
        counted = [name for name in siblings if name in rows.columns and rows[name].dtype.is_numeric()]
        total = np.nansum([rows[name].to_numpy().astype(float) for name in (label, *counted)], axis=0)
        others = {name: x for name, x in numeric.items() if name not in counted}
        yield from _of_count(total, others, counted)


def _of_quantity(
    values: Numbers, numeric: dict[str, Numbers]
) -> Iterator[tuple[str, str, dict[str, object]]]:
    explained: dict[str, float] = {}
    for name, x in numeric.items():
        usable = np.isfinite(x)
        if usable.sum() < 50:
            continue
        share = _explained(x[usable], values[usable])
        explained[name] = share
        if share >= SAME:
            yield name, "identity", {"explained": 100 * share}
        elif _is_rounded_copy(x[usable], values[usable]):
            yield name, "rounded", {}
            explained[name] = 1.0
    rest = sorted((name for name, share in explained.items() if share < SAME), key=lambda n: -explained[n])[
        :12
    ]
    for place, first in enumerate(rest):
        for second in rest[place + 1 :]:
            if _adds_up(values, [numeric[first], numeric[second]]):
                yield first, "parts", {"other": second}
                yield second, "parts", {"other": first}
                return
    for place, first in enumerate(rest[:8]):
        for second in rest[place + 1 : 8]:
            if (share := _fixed_by_both(values, numeric[first], numeric[second])) >= FIXED:
                yield first, "together", {"other": second, "explained": 100 * share}
                yield second, "together", {"other": first, "explained": 100 * share}
                return


def _of_count(
    total: Numbers, numeric: dict[str, Numbers], counted: Sequence[str]
) -> Iterator[tuple[str, str, dict[str, object]]]:
    """Yield the columns whose value or difference is the number of defects: produced − good = defects."""
    some = total > 0
    # One-hot marks add up to 1 everywhere, which many columns do by accident.
    if some.sum() < 20 or len(np.unique(total)) < 4:
        return
    whole = (name for name, x in numeric.items() if (np.nan_to_num(x) == np.round(np.nan_to_num(x))).all())
    names = list(whole)[:MOST_COUNTS]
    for name in names:
        if np.mean(np.abs(numeric[name] - total)[some] < 1e-6) >= 0.9:
            yield name, "counts-total", {}
    for place, first in enumerate(names):
        for second in names[place + 1 :]:
            gap = np.abs(numeric[first] - numeric[second])[some]
            if np.mean(np.abs(gap - total[some]) < 0.5) >= 0.9 and not np.all(
                np.nan_to_num(numeric[first]) == 0
            ):
                yield first, "parts", {"other": second}
                yield second, "parts", {"other": first}


def _explained(x: Numbers, y: Numbers) -> float:
    """Return the share of the variance of y that x alone explains: by a line, or by 100 steps where rows allow."""
    spread = float(y.var())
    if spread == 0:
        return 0.0
    line = float(np.corrcoef(x, y)[0, 1] ** 2) if x.std() > 0 else 0.0
    bins = min(100, len(y) // 50)
    if bins < 5:
        return line
    # Steps are learnt on every other row and judged on the rest, so that they cannot memorise.
    edges = np.unique(np.quantile(x, np.linspace(0, 1, bins + 1)[1:-1]))
    place = np.searchsorted(edges, x, side="right")
    sums = np.bincount(place[::2], y[::2], minlength=len(edges) + 1)
    sizes = np.bincount(place[::2], minlength=len(edges) + 1)
    means = np.where(sizes > 0, sums / np.maximum(sizes, 1), y.mean())
    steps = 1 - float(((y[1::2] - means[place[1::2]]) ** 2).mean()) / spread
    return max(line, steps)


def _is_rounded_copy(x: Numbers, y: Numbers) -> bool:
    """Whether x climbs by steps exactly when y climbs: computed from y, then rounded."""
    levels, sizes = np.unique(x, return_counts=True)
    if len(levels) < 4 or len(np.unique(y)) < 5 * len(levels):
        return False
    shares = sizes / sizes.sum()
    below = np.concatenate([[0.0], np.cumsum(shares)[:-1]])
    by_chance = float((shares * below).sum())
    ordered = x[np.lexsort((x, y))]
    falls, climbs = float((np.diff(ordered) < 0).mean()), float((np.diff(ordered) > 0).mean())
    # A sensor, however good, wavers between neighbouring rows; a function of y does not.
    return min(falls, climbs) <= 0.02 * by_chance and by_chance >= 0.05


def _adds_up(y: Numbers, parts: Sequence[Numbers]) -> bool:
    usable = np.isfinite(np.sum(parts, axis=0))
    if usable.sum() < 50:
        return False
    matrix = np.column_stack([*(part[usable] for part in parts), np.ones(int(usable.sum()))])
    rest = y[usable] - matrix @ np.linalg.lstsq(matrix, y[usable], rcond=None)[0]
    return bool(rest.var() <= (1 - EXACT) * y[usable].var())


def _fixed_by_both(y: Numbers, first: Numbers, second: Numbers) -> float:
    """Return the share of the variance of y that rows with nearly the same two values share with a row.

    No formula is assumed: power follows from reactive power and power factor this way.
    """
    usable = np.flatnonzero(np.isfinite(first) & np.isfinite(second))
    if len(usable) < 1000:
        return 0.0
    # A quarter of a second to import, for the few labels that get this far.
    from scipy.spatial import KDTree

    rows = usable[np.linspace(0, len(usable) - 1, min(len(usable), 12_000)).astype(np.int64)]
    # Ranks make both columns count alike, whatever their units.
    ranks = [pl.Series(each[rows]).rank("average").to_numpy() for each in (first, second)]
    points = np.column_stack(ranks) / len(rows)
    learn, judge = np.arange(len(rows)) % 4 != 0, np.arange(len(rows)) % 4 == 0
    _, nearest = KDTree(points[learn]).query(points[judge], k=3)
    answer = y[rows][learn][nearest].mean(axis=1)
    spread = float(y[rows][judge].var())
    return 1 - float(((y[rows][judge] - answer) ** 2).mean()) / spread if spread > 0 else 0.0
