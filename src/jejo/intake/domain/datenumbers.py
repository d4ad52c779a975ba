"""Times that are numbers: spreadsheet serials, epoch counts, and digits like 20251024150509."""

from dataclasses import dataclass
from typing import Final

import polars as pl

from jejo.kernel.clock import SEOUL

# 2000-01-01 and 2049-12-31, as far as machines that still run have written.
_FIRST_SERIAL, _LAST_SERIAL = 36_526.0, 54_788.0
_FIRST_EPOCH, _LAST_EPOCH = 946_684_800.0, 2_524_607_999.0
_EPOCH_UNITS: Final = (("s", 1_000_000.0), ("ms", 1_000.0), ("us", 1.0), ("ns", 0.001))
_DIGITS: Final = ((14, "%Y%m%d%H%M%S"), (12, "%Y%m%d%H%M"), (8, "%Y%m%d"))


@dataclass(frozen=True, slots=True)
class Numbered:
    """Times with the kind of number they were: `serial`, `epoch` or `digits`."""

    values: pl.Series
    kind: str


def times_of_numbers(column: pl.Series, *, forced: bool = False) -> Numbered | None:
    """Return the times that a numeric column whose name speaks of time stands for, or None.

    Epoch counts are UTC by definition; serials and digits are wall clock in Asia/Seoul.
    """
    told = column.drop_nulls()
    if not len(told):
        return None
    least, most = float(told.min()), float(told.max())  # type: ignore[arg-type]
    if least >= _FIRST_SERIAL and most <= _LAST_SERIAL and (forced or most - least < 7_300):
        # Day 0 is 1899-12-30: the leap day that 1900 did not have is counted. Rounded to ms: a day is a binary fraction.
        milliseconds = ((column - 25_569) * 86_400_000).round(0).cast(pl.Int64)
        wall = milliseconds.cast(pl.Datetime("ms")).cast(pl.Datetime("us"))
        return Numbered(_seoul(wall), "serial")
    for _, microseconds in _EPOCH_UNITS:
        if least * microseconds / 1e6 >= _FIRST_EPOCH and most * microseconds / 1e6 <= _LAST_EPOCH:
            if column.dtype == pl.Int64 and microseconds >= 1:
                count = column * int(microseconds)
            else:
                count = (column.cast(pl.Float64) * microseconds).round(0).cast(pl.Int64)
            return Numbered(count.cast(pl.Datetime("us", "UTC")).rename(column.name), "epoch")
    whole = column.cast(pl.Int64, strict=False)
    text = whole.cast(pl.String)
    for length, written in _DIGITS:
        if bool((text.drop_nulls().str.len_bytes() == length).all()):
            wall = (
                text.str.to_datetime(written, time_unit="us", strict=False)
                if length > 8
                else text.str.to_date(written, strict=False).cast(pl.Datetime("us"))
            )
            if wall.null_count() == column.null_count():
                return Numbered(_seoul(wall.rename(column.name)), "digits")
    return None


def clock_of_digits(column: pl.Series) -> pl.Series | None:
    """Return microseconds since midnight of numbers like 84506 (08:45:06), or None when some are no time of day."""
    told = column.drop_nulls()
    if column.dtype != pl.Int64 or not len(told) or told.n_unique() < 2:
        return None
    hour, minute, second = told // 10_000, told // 100 % 100, told % 100
    fits = (hour < 24) & (minute < 60) & (second < 60) & (told >= 0)
    if not bool(fits.all()) or int(hour.max() or 0) < 1:  # type: ignore[arg-type]
        return None
    return (column // 10_000 * 3600 + column // 100 % 100 * 60 + column % 100) * 1_000_000


def _seoul(wall: pl.Series) -> pl.Series:
    return wall.dt.replace_time_zone(
        SEOUL.key, ambiguous="earliest", non_existent="null"
    ).dt.convert_time_zone("UTC")
