"""What the values of one signal look like: constant, far-out, or a number that stands for "missing"."""

from dataclasses import dataclass

import polars as pl

from jejo.intake.domain.table import Role, Table

_SENTINELS = (
    -200.0,
    -99.0,
    -999.0,
    -9999.0,
    -99999.0,
    999.0,
    9999.0,
    99999.0,
    999999.0,
    65535.0,
    32767.0,
    -32768.0,
)


@dataclass(frozen=True, slots=True)
class SignalProfile:
    """Figures of one numeric column, in its own unit.

    Args:
        present: number of values that are there.
        minimum, maximum: without sentinel values; None when nothing is left.
        sentinel: a number that stands for "missing" or "overflow", with its number of rows.
        far_rows: rows beyond Tukey's far-out fence (3 quartile distances); None where a fence makes no sense.
    """

    name: str
    rows: int
    present: int
    distinct: int
    minimum: float | None
    maximum: float | None
    sentinel: float | None = None
    sentinel_rows: int = 0
    far_rows: int | None = None

    @property
    def is_constant(self) -> bool:
        """Whether the values never change (sentinels included)."""
        return self.present > 0 and self.distinct <= 1


def profile_signals(table: Table) -> tuple[SignalProfile, ...]:
    """Return the figures of every signal of a table, in file order."""
    return tuple(profile(table.frame[name]) for name in table.named(Role.SIGNAL))


def profile(values: pl.Series) -> SignalProfile:
    """Return the figures of one numeric column.

    Args:
        values: numbers, null for missing; not-a-number and infinity count as missing.
    Source:
        Far-out fence: Tukey, Exploratory Data Analysis, 1977.
    """
    numbers = values.cast(pl.Float64)
    clean = numbers.filter(numbers.is_finite().fill_null(False))
    if clean.is_empty():
        return SignalProfile(values.name, len(values), 0, 0, None, None)
    sentinel, sentinel_rows = _sentinel(clean)
    rest = clean if sentinel is None else clean.filter(clean != sentinel)
    return SignalProfile(
        name=values.name,
        rows=len(values),
        present=len(clean),
        distinct=clean.n_unique(),
        minimum=_number(rest.min()),
        maximum=_number(rest.max()),
        sentinel=sentinel,
        sentinel_rows=sentinel_rows,
        far_rows=_far_rows(rest),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _sentinel(clean: pl.Series) -> tuple[float | None, int]:
    low, high = _number(clean.min()), _number(clean.max())
    for candidate in (low, high):
        if candidate not in _SENTINELS or low == high:
            continue
        rest = clean.filter(clean != candidate)
        near, far = (rest.min(), rest.max()) if candidate == low else (rest.max(), rest.min())
        gap, spread = abs(float(near) - candidate), abs(float(far) - float(near))  # type: ignore[arg-type]
        # A code for "missing" lies apart from everything that was measured, by most of what was measured.
        if gap > 0.5 * spread or (gap > 0.2 * spread and len(clean) - len(rest) > 0.01 * len(clean)):
            return candidate, len(clean) - len(rest)
    return None, 0


def _far_rows(rest: pl.Series) -> int | None:
    if rest.n_unique() < 10:
        return None
    low, high = rest.quantile(0.25), rest.quantile(0.75)
    if low is None or high is None or high <= low:
        return None
    reach = 3 * (high - low)
    far = int(((rest < low - reach) | (rest > high + reach)).sum())
    # More than 2 % is the shape of the signal (a machine that mostly rests), not a few wrong values.
    return far if far <= 0.02 * len(rest) else 0
