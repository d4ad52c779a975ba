"""What a reading is, which of several wins, and over which span of time one asks."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import polars as pl

from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Invalid

TIME = pl.Datetime("us", "UTC")

READINGS = pl.Schema({"signal": pl.String(), "time": TIME, "value": pl.Float64(), "quality": pl.UInt8()})
"""Columns of readings. signal: id of the plant's signal. value: in the signal's own unit, null where the source
had none. quality: OPC UA severity, 0 good, 1 uncertain, 2 bad; null where the source does not say."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

EARLIEST, LATEST = datetime.fromisoformat("1900-01-01T00:00Z"), datetime.fromisoformat("2200-01-01T00:00Z")
"""Times outside are a reading error of the date, not a time of a machine."""


@dataclass(frozen=True, slots=True)
class Span:
    """From `start` until before `end`; both aware, kept in UTC.

    Raises:
        Invalid: `history.empty-span`.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise Invalid("history.empty-span", start=self.start, end=self.end)
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))

    @property
    def microseconds(self) -> tuple[int, int]:
        """Both ends in µs since 1970 UTC."""
        return _microseconds(self.start), _microseconds(self.end)


def _microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


_SECONDS = re.compile(r"-?\d+(\.\d+)?")
_COMPACT_DAY = re.compile(r"\d{8}")


@dataclass(frozen=True, slots=True)
class Extent:
    """When a signal, or several together, had the first and the last reading; aware UTC."""

    first: datetime
    last: datetime

    def joined(self, other: "Extent") -> "Extent":
        """Return the shortest extent that covers both."""
        return Extent(min(self.first, other.first), max(self.last, other.last))


def moment(text: str) -> datetime:
    """Return the time a text names: ISO 8601, Korean time where it says no offset; or seconds since 1970 UTC.

    Eight digits are a day.

    Raises:
        Invalid: `history.bad-time`.

    >>> moment("2026-03-02T09:00").isoformat()
    '2026-03-02T09:00:00+09:00'
    >>> moment("1772409600.5").isoformat()
    '2026-03-02T00:00:00.500000+00:00'
    """
    try:
        if _SECONDS.fullmatch(text) and not _COMPACT_DAY.fullmatch(text):
            return EPOCH + timedelta(seconds=float(text))
        named = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as wrong:
        raise Invalid("history.bad-time", text=text) from wrong
    return named if named.tzinfo else named.replace(tzinfo=SEOUL)


def checked(readings: pl.DataFrame) -> pl.DataFrame:
    """Return readings in the columns and types of `READINGS`, the signal as Categorical.

    Args:
        readings: signal as String, Categorical or Enum; time as Datetime with zone; value as a number;
            `quality` may be absent.
    Raises:
        Invalid: `history.bad-readings` (a column is missing, or not of its type, or has nulls where it must not),
            `history.impossible-time`.
    """
    if "quality" not in readings.columns:
        unsaid = pl.Series("quality", [None], pl.UInt8).new_from_index(0, readings.height)
        readings = readings.hstack([unsaid])
    for column, is_fitting in (
        ("signal", lambda kind: kind in (pl.String, pl.Categorical, pl.Enum)),
        ("time", lambda kind: isinstance(kind, pl.Datetime) and kind.time_zone is not None),
        ("value", lambda kind: kind.is_numeric()),
        ("quality", lambda kind: kind.is_integer() or kind == pl.Null),
    ):
        if column not in readings.columns or not is_fitting(readings.schema[column]):
            raise Invalid("history.bad-readings", column=column, expected=str(READINGS[column]))
    for column in ("signal", "time"):
        if readings[column].null_count():
            raise Invalid("history.bad-readings", column=column, expected="not null")
    try:
        # Column by column: a query plan would cost as much again, and this runs for every batch.
        typed = pl.DataFrame(
            [
                readings["signal"].cast(pl.Categorical),
                readings["time"].dt.convert_time_zone("UTC").cast(TIME),
                readings["value"].cast(pl.Float64),
                readings["quality"].cast(pl.UInt8),
            ]
        )
    except pl.exceptions.InvalidOperationError as wrong:
        raise Invalid("history.bad-readings", column="quality", expected="0…255") from wrong
    # As numbers: a frame may hold years that Python's times cannot.
    moments = typed["time"].to_physical()
    first, last = moments.min(), moments.max()
    if (
        isinstance(first, int)
        and isinstance(last, int)
        and not (first >= _microseconds(EARLIEST) and last < _microseconds(LATEST))
    ):
        raise Invalid("history.impossible-time", first=_nearest(first), last=_nearest(last))
    return typed


def _nearest(microseconds: int) -> datetime:
    least, most = (
        _microseconds(datetime.min.replace(tzinfo=UTC)),
        _microseconds(datetime.max.replace(tzinfo=UTC)),
    )
    return EPOCH + timedelta(microseconds=min(max(microseconds, least), most))


def newest(readings: pl.DataFrame) -> pl.DataFrame:
    """Return one reading per (signal, time), the one that landed last, sorted by both; signal as String.

    Args:
        readings: with `landed` (Int64), higher where a reading came later; in landing order where it is equal.
    """
    # Two stable sorts, the first by one small number, take a third of one sort by text and time: readings land
    # nearly in order of time, and the second sort only confirms it.
    names = pl.Enum(readings["signal"].unique().cast(pl.String).sort())
    grouped = readings.with_columns(pl.col("signal").cast(names)).sort(
        pl.col("signal").to_physical(), maintain_order=True
    )
    ordered = grouped.sort("signal", "time", "landed", maintain_order=True)
    is_last = (pl.col("signal") != pl.col("signal").shift(-1)) | (pl.col("time") != pl.col("time").shift(-1))
    return ordered.filter(is_last.fill_null(value=True)).with_columns(pl.col("signal").cast(pl.String))


UNCOMPACTED = 1 << 40
"""`landed` of a reading is the number of the commit that holds it; in the log, this plus its position there."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Says that a batch is durable.

    Args:
        already: the same (collector, sequence) was durable before; nothing was written now.
    """

    collector: str
    sequence: int
    readings: int
    already: bool


@dataclass(frozen=True, slots=True)
class Chunk:
    """Batches that follow each other in the landing log.

    Args:
        position: of the last batch.
        readings: as `READINGS`, signal as Categorical, and `landed` (Int64), in landing order.
    """

    position: int
    batches: int
    readings: pl.DataFrame


@dataclass(frozen=True, slots=True)
class Debt:
    """What has landed and waits for the compactor."""

    batches: int
    readings: int
    bytes: int


@dataclass(frozen=True, slots=True)
class Compaction:
    """What one run of the compactor moved.

    Args:
        is_elsewhere: another compactor of this organisation is at work; nothing was done here.
    """

    batches: int
    readings: int
    is_elsewhere: bool = False
