"""Turns the columns of a table into numbers a model can learn from, and keeps how each was made."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

Matrix = NDArray[np.float32]
WINDOW = 30
"""Past rows a `deviation` or `spread` looks at."""
MOST_LEVELS = 50
MOST_PAST = 40
"""Columns that get features of past rows; the rest of a very wide table stays as it is."""
_CODE_NAME = re.compile(
    r"code|(?<![a-z])(?:no|id|type|model|line|machine|mold|mould|lot|shift)(?![a-z])|코드|번호|금형|호기|설비|라인|품번|품목|모델|조",
    re.IGNORECASE,
)

_NUMBER_NAME = re.compile(r"^(?:row|index|idx|no\.?|num|seq|udi|id|순번|번호|연번|일련번호)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Feature:
    """One column of the matrix and how it was made; kinds as in `Driver.kind`."""

    columns: tuple[str, ...]
    kind: str = "value"
    window: int | None = None

    @property
    def name(self) -> str:
        """The column's name, `a − b`, `a ÷ b`, `a × b`, or `Δ a` and the like for past rows."""
        first = self.columns[0]
        match self.kind:
            case "difference" | "ratio" | "product":
                sign = {"difference": "−", "ratio": "÷", "product": "×"}[self.kind]
                return f"{first} {sign} {self.columns[1]}"
            case "change" | "pause":
                return f"Δ {first}"
            case "deviation":
                return f"{first} − median({self.window})"
            case "spread":
                return f"σ {first}({self.window})"
            case _:
                return first


@dataclass(frozen=True, slots=True)
class Features:
    """Columns of numbers.

    Args:
        made: how each column was made.
        matrix: shape (n, k), NaN is missing; categories are whole codes.
        levels: names of the codes, per categorical column.
    """

    made: tuple[Feature, ...]
    matrix: Matrix
    levels: dict[str, tuple[str, ...]]

    @property
    def categorical(self) -> tuple[int, ...]:
        """Places of the categorical columns."""
        return tuple(place for place, each in enumerate(self.made) if each.kind == "category")


def usable_columns(frame: pl.DataFrame, columns: Sequence[str]) -> tuple[str, ...]:
    """Return the columns that can tell rows apart without naming single rows: no constants, ids, long texts, times."""
    kept = []
    for name in dict.fromkeys(columns):
        column = frame[name]
        distinct = column.n_unique()
        if column.dtype.is_temporal() or distinct < 2 or column.null_count() > 0.98 * len(column):
            continue
        if column.dtype.is_numeric():
            if not is_running_number(column) and not (_NUMBER_NAME.search(name) and distinct == len(column)):
                kept.append(name)
        elif distinct <= max(MOST_LEVELS, len(column) // 20) and distinct < len(column) / 3:
            kept.append(name)
    return tuple(kept)


def is_running_number(column: pl.Series) -> bool:
    """Whether the column only numbers the rows: whole, never repeating, always climbing."""
    numbers = whole_numbers(column)
    return numbers is not None and len(numbers) >= 3 and bool((np.diff(numbers) > 0).all())


def whole_numbers(column: pl.Series) -> NDArray[np.float64] | None:
    """Return the values of a column of whole numbers without gaps (also as words, as ids come), else None."""
    if column.dtype == pl.String:
        # The first value decides cheaply for nearly all columns of words.
        if column.is_empty() or column[0] is None or not column[0].strip().isdigit():
            return None
        column = column.str.strip_chars().cast(pl.Float64, strict=False)
    if not column.dtype.is_numeric() or column.null_count():
        return None
    numbers = column.to_numpy().astype(np.float64)
    return numbers if bool((numbers == np.round(numbers)).all()) else None


def numbering_column(frame: pl.DataFrame, columns: Sequence[str]) -> str | None:
    """Return the column that numbers the rows, in whatever order they stand, or None."""
    for name in columns:
        numbers = whole_numbers(frame[name])
        if numbers is None or len(numbers) < 3:
            continue
        if (np.diff(numbers) > 0).all():
            return name
        is_dense = numbers.max() - numbers.min() < 3 * len(numbers)
        if _NUMBER_NAME.search(name) and is_dense and len(np.unique(numbers)) == len(numbers):
            return name
    return None


def is_category(column: pl.Series) -> bool:
    """Whether numbers are names (a mould code): few, whole, and far apart or called a code."""
    if not column.dtype.is_numeric():
        return True
    levels = np.sort(column.drop_nulls().unique().to_numpy().astype(float))
    if not 2 < len(levels) <= 30 or (levels != np.round(levels)).any() or (levels < 0).any():
        return False
    return bool(_CODE_NAME.search(column.name))


def plain_features(frame: pl.DataFrame, columns: Sequence[str], groups: Sequence[str] = ()) -> Features:
    """Return the columns as they are, categories as codes of frequent values."""
    made, parts, levels = [], [], {}
    for name in columns:
        column = frame[name]
        if name in groups or is_category(column):
            shown = column.cast(pl.Int64) if column.dtype.is_float() and _is_whole(column) else column
            words = shown.cast(pl.String)
            frequent = words.drop_nulls().value_counts(sort=True)[name].head(MOST_LEVELS).to_list()
            levels[name] = tuple(frequent)
            codes = {word: float(place) for place, word in enumerate(frequent)}
            numbers = words.replace_strict(codes, default=None, return_dtype=pl.Float32)
            made.append(Feature((name,), "category"))
        else:
            numbers = column.cast(pl.Float32)
            made.append(Feature((name,)))
        parts.append(numbers.fill_null(float("nan")).to_numpy())
    matrix = np.column_stack(parts).astype(np.float32) if parts else np.empty((frame.height, 0), np.float32)
    return Features(tuple(made), matrix, levels)


def past_features(frame: pl.DataFrame, columns: Sequence[str], time: str, context: str | None) -> Features:
    """Return change, deviation and spread against past rows only, within the same context.

    Args:
        frame: rows in time order.
        columns: numeric columns.
        context: the column whose values interleave (two moulds on one line), or None.
    """
    made: list[Feature] = []
    expressions: list[pl.Expr] = []

    def within(expression: pl.Expr) -> pl.Expr:
        return expression if context is None else expression.over(context)

    for name in columns[:MOST_PAST]:
        value = pl.col(name).cast(pl.Float64).fill_nan(None)
        before = value.shift(1)
        made += [
            Feature((name,), "change", 1),
            Feature((name,), "deviation", WINDOW),
            Feature((name,), "spread", WINDOW),
        ]
        expressions += [
            value - within(before),
            value - within(before.rolling_median(WINDOW, min_samples=3)),
            within(value.rolling_std(WINDOW, min_samples=3)),
        ]
    made.append(Feature((time,), "pause"))
    expressions.append(within(pl.col(time).diff().dt.total_microseconds()) / 1e6)
    named = [each.cast(pl.Float32).alias(str(place)) for place, each in enumerate(expressions)]
    return Features(tuple(made), frame.select(named).fill_null(float("nan")).to_numpy(), {})


def context_column(frame: pl.DataFrame, columns: Sequence[str], groups: Sequence[str]) -> str | None:
    """Return the category that most sets the level of the measurements (a mould), if one clearly does.

    Groups named by the reader of the file go first.
    """
    numeric = [name for name in columns if frame[name].dtype.is_numeric() and not is_category(frame[name])][
        :MOST_PAST
    ]
    best, strength = None, 0.1
    for name in dict.fromkeys((*groups, *columns)):
        if name not in frame.columns or not (name in groups or is_category(frame[name])):
            continue
        sizes = frame[name].value_counts()["count"]
        if not 2 <= len(sizes) <= 100 or frame.height / len(sizes) < 50 or not numeric:
            continue
        if name in groups:
            return name
        # Ranks, because one absurd reading would hide what sets the level of all others.
        ranked = frame.select(name, *(pl.col(each).rank() for each in numeric if each != name))
        inside = ranked.select(
            [pl.col(each).mean().over(name).var() / pl.col(each).var() for each in ranked.columns[1:]]
        ).row(0)
        share = float(np.mean([each for each in inside if each is not None and np.isfinite(each)] or [0.0]))
        if share > strength:
            best, strength = name, share
    return best


def pairs_of(matrix: Matrix, made: Sequence[Feature], places: Sequence[int]) -> tuple[Feature, ...]:
    """Return the differences, ratios and products worth trying between the given numeric columns."""
    scale = {place: float(np.nanstd(matrix[:, place].astype(np.float64))) for place in places}
    pairs: list[Feature] = []
    for first, second in combinations(sorted(places), 2):
        names = (made[first].columns[0], made[second].columns[0])
        # A difference only tells something between quantities of a like size.
        if scale[first] and scale[second] and 0.02 < scale[first] / scale[second] < 50:
            pairs.append(Feature(names, "difference"))
        pairs += [Feature(names, "ratio"), Feature(names, "product")]
    return tuple(pairs)


def pair_values(features: Features, pairs: Sequence[Feature], rows: NDArray[np.int64]) -> Matrix:
    """Return shape (rows, pairs): the values of the pairs."""
    place = {each.columns[0]: here for here, each in enumerate(features.made) if each.kind == "value"}
    parts = [np.empty((len(rows), 0), np.float32)]
    for pair in pairs:
        a, b = (features.matrix[rows, place[name]] for name in pair.columns)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            match pair.kind:
                case "difference":
                    made = a - b
                case "product":
                    made = a * b
                case _:
                    made = np.where(np.abs(b) > 1e-9, a / b, np.float32("nan"))
        parts.append(made[:, None])
    return np.concatenate(parts, axis=1)


def _is_whole(column: pl.Series) -> bool:
    numbers = column.drop_nulls()
    return bool((numbers == numbers.round(0)).all())
