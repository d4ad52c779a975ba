"""Which of three numbers is the day: decided over the whole column, never cell by cell."""

from typing import Final

import polars as pl

from jejo.intake.domain.dateforms import Form

_ORDERS_OF_THREE: Final = ("ymd", "dmy", "mdy")
_ORDERS_OF_TWO: Final = ("mdy", "dmy")


def order_of(column: pl.Series, forms: list[Form]) -> tuple[str | None, bool]:
    """Return how the numbers follow each other and whether that is a guess; (None, False) when nothing is open.

    An order that makes a value impossible is out. Among the rest the one in which the rows run evenly wins: the
    right reading moves by small steps, a wrong one jumps by months. Else Korean habit: year first.
    """
    if not forms:
        return None, False
    form = forms[0]
    numbers = (
        column.drop_nulls()
        .str.extract_groups(form.pattern)
        .struct.unnest()
        .select(pl.col("p", "q", "y" if "y" in form.groups else "r").cast(pl.Int32, strict=False))
        .drop_nulls()
    )
    if not numbers.height:
        return None, False
    if "y" in form.groups:
        possible = [order for order in _ORDERS_OF_TWO if _fits(numbers, order)]
    else:
        possible = [order for order in _ORDERS_OF_THREE if _fits(numbers.rename({"r": "y"}), order)]
        numbers = numbers.rename({"r": "y"})
    if not possible:
        return None, False
    ranked = sorted(possible, key=lambda order: _roughness(numbers, order))
    if len(ranked) == 1 or _roughness(numbers, ranked[0]) < 0.9 * _roughness(numbers, ranked[1]):
        return ranked[0], False
    return possible[0], True


def _days(numbers: pl.DataFrame, order: str) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    # Columns p, q, y are the first, second and last number; a four-digit year is always last.
    four = int(numbers["y"].max() or 0) > 99  # type: ignore[arg-type]
    place = {letter: pl.col(name) for letter, name in zip(order, ("p", "q", "y"), strict=True)}
    if four:
        first, second = pl.col("p"), pl.col("q")
        return pl.col("y"), (second if order == "dmy" else first), (first if order == "dmy" else second)
    return place["y"], place["m"], place["d"]


def _fits(numbers: pl.DataFrame, order: str) -> bool:
    _, month, day = _days(numbers, order)
    return bool(numbers.select((month.is_between(1, 12) & day.is_between(1, 31)).all()).item())


def _roughness(numbers: pl.DataFrame, order: str) -> float:
    year, month, day = _days(numbers, order)
    steps = numbers.select((year * 372 + month * 31 + day).diff().abs()).to_series().drop_nulls()
    return float(steps.mean() or 0.0) if len(steps) else 0.0  # type: ignore[arg-type]
