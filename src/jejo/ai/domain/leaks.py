"""Finds columns that are the label in disguise: written down after it, computed from it, or marking its rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Leak, Task
from jejo.ai.domain.features import whole_numbers
from jejo.ai.domain.identities import identities
from jejo.ai.domain.labels import Target

PURITY = 0.99
"""Share of bad rows among those with a value from which the value counts as deciding the label."""
COVERAGE = 0.05
"""Share of all bad rows that a deciding value must cover; 1 % for two-valued columns, which can only be marks."""
FEWEST_ROWS = 20
FEWEST_PURE_ROWS = 10


@dataclass(frozen=True, slots=True)
class Leaks:
    """What was found.

    Args:
        leaks: in column order.
        decided: shape (n,); rows that one value decides, alone of its kind: another sort of row (a trial
            shot), to be left out of the figures to believe.
    """

    leaks: tuple[Leak, ...]
    decided: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class _Mark:
    """A value that decides the label."""

    value: str | None
    rows: int
    purity: float
    coverage: float


def find_leaks(
    frame: pl.DataFrame, label: str, target: Target, columns: Sequence[str], siblings: Sequence[str] = ()
) -> Leaks:
    """Return the leaks among the columns.

    Args:
        frame: n rows in file order (in time order where there is time).
        target: the label read from `frame[label]`.
        columns: every column that might serve as a feature, siblings included.
        siblings: other outcomes of the same rows; always left out, with the strictest reason that holds.
    """
    known = np.isfinite(target.values)
    rows = frame.filter(pl.Series(known)) if not known.all() else frame
    values = target.values[known]
    found: dict[str, Leak] = {}
    marks: dict[str, _Mark] = {}
    for name in columns:
        if name == label or name not in rows.columns:
            continue
        leak, mark = _of_column(rows[name], values, target)
        if leak is not None:
            found[name] = leak
        if mark is not None:
            marks[name] = mark
    for name, why, facts in identities(rows, label, target.task, values, [*columns, *siblings], siblings):
        if name not in found and name in columns:
            found[name] = Leak(name, why, facts)
    family = _family(rows, label, found) if target.task is not Task.REGRESSION else ()
    for name in (*siblings, *family):
        if name in columns and name not in found and rows[name].n_unique() > 1:
            found[name] = Leak(name, "sibling", {"label": label})
    decided = np.zeros(frame.height, dtype=bool)
    if target.task is Task.BINARY:
        alone = {name: mark for name, mark in marks.items() if name not in family and name not in siblings}
        for name, inside in _another_kind_of_row(rows, values, alone):
            decided[np.flatnonzero(known)[inside]] = True
            facts = found[name].facts | {"left_out": int(inside.sum())}
            found[name] = Leak(name, "value-rows", facts)
    order = {name: place for place, name in enumerate(frame.columns)}
    return Leaks(tuple(sorted(found.values(), key=lambda leak: order[leak.column])), decided)


def _of_column(
    column: pl.Series, values: NDArray[np.float64], target: Target
) -> tuple[Leak | None, _Mark | None]:
    """Return the reason a single column is a leak, and the value that decides the label, if one does."""
    if column.dtype.is_temporal() or column.n_unique() < 2:
        return None, None
    if _same_order_as_label(column, values, target):
        return Leak(column.name, "order"), None
    table = (
        _levels(column, values) if column.n_unique() <= 50 and target.task is not Task.REGRESSION else None
    )
    if table is not None and _recodes(table, values, target):
        return Leak(column.name, "recoded"), None
    if table is not None and target.task is Task.MULTICLASS and _flags_one_class(table, values):
        return Leak(column.name, "recoded"), None
    if target.task is Task.REGRESSION:
        return None, None
    if (
        column.dtype.is_numeric()
        and column.n_unique() > 20
        and _separates(column.to_numpy().astype(float), values)
    ):
        return Leak(column.name, "separates"), None
    if target.task is not Task.BINARY:
        return None, None
    for why, mark in _deciding(column, values):
        facts = {"rows": mark.rows, "rate": 100 * mark.purity, "covered": 100 * mark.coverage}
        if mark.value is not None:
            facts |= {"value": mark.value}  # type: ignore[dict-item]  # facts hold numbers and words
        return Leak(column.name, why, dict(facts)), mark if why == "value" else None
    return None, None


def _levels(column: pl.Series, values: NDArray[np.float64]) -> pl.DataFrame:
    """Return one row per (value of the column, label): `level`, `label`, `rows`."""
    pairs = pl.DataFrame({"level": column.cast(pl.String), "label": values})
    return pairs.group_by("level", "label").agg(pl.len().alias("rows"))


def _recodes(table: pl.DataFrame, values: NDArray[np.float64], target: Target) -> bool:
    """Whether every value of the column stands for one value of the label, save 1 % of the rarer rows."""
    best = table.group_by("level").agg(pl.col("rows").max().alias("right"), pl.col("rows").sum())
    largest = int(np.bincount(values.astype(int)).max())
    wrong = int(best["rows"].sum()) - int(best["right"].sum())
    enough = best["rows"].mean()
    return wrong <= 0.01 * (len(values) - largest) and isinstance(enough, float) and enough >= 10


def _flags_one_class(table: pl.DataFrame, values: NDArray[np.float64]) -> bool:
    """Whether one value of the column and one class of the label are the same rows (F1 ≥ 0.99)."""
    classes = dict(zip(*np.unique(values, return_counts=True), strict=True))
    totals = dict(table.group_by("level").agg(pl.col("rows").sum()).iter_rows())
    return any(
        rows >= FEWEST_ROWS and 2 * rows >= 0.99 * (totals[level] + classes[label])
        for level, label, rows in table.iter_rows()
    )


def _separates(numbers: NDArray[np.float64], values: NDArray[np.float64]) -> bool:
    """Whether the classes lie side by side along the column, without mixing: no sensor is that clean."""
    usable = np.isfinite(numbers)
    if usable.sum() < 100:
        return False
    order = np.argsort(numbers[usable], kind="stable")
    labels = values[usable][order]
    classes = len(np.unique(labels))
    if classes < 2:
        return False
    rarer = len(labels) - np.bincount(labels.astype(int)).max()
    changes = int((labels[1:] != labels[:-1]).sum())
    return bool(rarer >= FEWEST_ROWS and changes <= 2 * classes - 2 and changes <= rarer / 5)


def _same_order_as_label(column: pl.Series, values: NDArray[np.float64], target: Target) -> bool:
    """Whether a running number repeats the order of a label by which the file is sorted."""
    numbers = whole_numbers(column)
    if numbers is None or target.task is Task.REGRESSION:
        return False
    steps = np.diff(numbers)
    return bool(len(steps) > 50 and ((steps > 0).all() or (steps < 0).all())) and is_sorted_by_label(values)


def is_sorted_by_label(values: NDArray[np.float64]) -> bool:
    """Whether equal labels stand together: so few changes that the order of the rows gives the label away.

    >>> is_sorted_by_label(np.array([0.0] * 50 + [1.0] * 50))
    True
    """
    sizes = np.unique(values, return_counts=True)[1] / len(values)
    expected = (1 - float((sizes**2).sum())) * (len(values) - 1)
    return bool((values[1:] != values[:-1]).sum() <= len(sizes) - 1 + 0.02 * expected)


def _deciding(column: pl.Series, values: NDArray[np.float64]) -> Iterable[tuple[str, _Mark]]:
    """Yield the values (a blank counts as one) from which the bad case follows nearly always."""
    base = float(values.mean())
    if base > 0.5:
        return
    blank = column.is_null().to_numpy()
    if column.dtype == pl.String:
        blank = blank | (column.str.strip_chars() == "").fill_null(False).to_numpy()
    levels = column.drop_nulls().n_unique()
    if levels > 1 and blank.any() and (mark := _mark(None, ~blank, values, COVERAGE)):
        yield "filled", mark
    if blank.any() and (mark := _mark(None, blank, values, COVERAGE)):
        yield "blank", mark
    if column.dtype.is_numeric():
        numbers = column.fill_null(0).to_numpy().astype(float)
        counts = (
            (numbers >= 0).all() and (numbers == np.round(numbers)).all() and (numbers == 0).mean() >= 0.5
        )
        if levels > 2 and counts and (mark := _mark(None, numbers > 0, values, COVERAGE)):
            yield "counts", mark
        if levels > 2:
            # More than two numbers are a measurement: an extreme one may honestly be bad each time.
            return
    if levels <= 20:
        shown = column.cast(pl.String)
        for value in shown.drop_nulls().unique(maintain_order=True):
            inside = (shown == value).fill_null(False).to_numpy()
            if mark := _mark(_tidy(value), inside, values, COVERAGE if levels > 2 else 0.2 * COVERAGE):
                yield "value", mark


def _mark(
    value: str | None, inside: NDArray[np.bool_], values: NDArray[np.float64], coverage: float
) -> _Mark | None:
    rows, bad = int(inside.sum()), int(values[inside].sum())
    if rows < FEWEST_PURE_ROWS or bad < PURITY * rows or (rows < FEWEST_ROWS and bad < rows):
        return None
    covered = bad / float(values.sum())
    if covered < coverage or rows * -np.log(values.mean()) < 20:
        return None
    return _Mark(value, rows, bad / rows, covered)


def _tidy(value: str) -> str:
    return value.removesuffix(".0")


def _family(rows: pl.DataFrame, label: str, found: dict[str, Leak]) -> tuple[str, ...]:
    """Return the neighbouring two-valued columns of which most decide the label: one block of defect marks."""
    family: list[str] = []
    run: list[str] = []

    def close() -> None:
        deciding = [
            name for name in run if name in found and found[name].why in ("value", "counts", "filled")
        ]
        if len(deciding) >= 2 and 2 * len(deciding) >= len(run):
            family.extend(run)
        run.clear()

    for name in rows.columns:
        if name == label:
            continue
        column = rows[name].drop_nulls()
        marks = (
            column.dtype.is_numeric()
            and column.n_unique() <= 2
            and len(column) > 0
            and column.min() in (0, 1)
        )
        if marks:
            run.append(name)
        else:
            close()
    close()
    return tuple(family)


def _another_kind_of_row(
    rows: pl.DataFrame, values: NDArray[np.float64], marks: dict[str, _Mark]
) -> Iterable[tuple[str, NDArray[np.bool_]]]:
    """Yield the rows of each value that decides many bad rows while leaving enough others to learn from."""
    total = float(values.sum())
    for name, mark in marks.items():
        left = total * (1 - mark.coverage)
        if mark.coverage >= COVERAGE and left >= max(FEWEST_ROWS, 0.25 * total):
            shown = rows[name].cast(pl.String).to_list()
            yield name, np.array([each is not None and _tidy(each) == mark.value for each in shown])
