"""Every column typed: times, numbers or text; nothing decided yet about what it means."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, time

import polars as pl

from jejo.intake.domain.body import Body
from jejo.intake.domain.dateforms import TRUNCATED
from jejo.intake.domain.datenumbers import clock_of_digits, times_of_numbers
from jejo.intake.domain.dates import DURATION_NAME, TIME_NAME, Context, Times, read_times
from jejo.intake.domain.missing import reason_of
from jejo.intake.domain.sentinels import without_sentinels
from jejo.intake.domain.table import Finding, Step
from jejo.intake.domain.values import read_values
from jejo.kernel.clock import SEOUL

UTC_TIME = pl.Datetime("us", "UTC")
_CLOCK_NAME = re.compile(
    r"^(time|hhmmss|시각|시간|측정\s*시각|측정\s*시간|작업\s*시각|등록\s*시각|등록\s*시간)$", re.IGNORECASE
)


@dataclass(slots=True)
class Typed:
    """Columns in file order, typed: Datetime(us, UTC), Int64, Float64 or String.

    Args:
        clocks: names of columns that hold a time of day only (Int64, microseconds since midnight).
        texts: the text of those columns, for when no date turns up.
    """

    columns: list[pl.Series] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    clocks: dict[str, pl.Series] = field(default_factory=dict)
    dates: set[str] = field(default_factory=set)
    renamed: dict[str, str] = field(default_factory=dict)

    def frame(self) -> pl.DataFrame:
        """Return all columns as one frame."""
        return pl.DataFrame(self.columns)


def type_columns(
    body: Body,
    context: Context,
    without: Collection[str],
    *,
    time: str | None,
    progress: Callable[[float], None],
) -> Typed:
    """Return the columns of a table with their types."""
    typed = Typed()
    for number, column in enumerate(body.frame.get_columns()):
        progress(number / body.frame.width)
        known = _simplified(column, typed)
        if known is None:
            continue
        if known.dtype == pl.String:
            _text(known, typed, context, without, forced=known.name == time, decimal_comma=body.decimal_comma)
        elif known.dtype.is_numeric():
            _number(known, typed, context, without, forced=known.name == time)
        else:
            typed.columns.append(known)
    return typed


def _simplified(column: pl.Series, typed: Typed) -> pl.Series | None:
    """Return a column of a typed format as Datetime UTC, Int64, Float64 or String; None where it holds no values."""
    kind = column.dtype
    if kind == pl.String:
        return column
    if kind == pl.Datetime:
        zone = getattr(kind, "time_zone", None)
        moments = column.cast(pl.Datetime("us", zone))
        if zone is None:
            moments = moments.dt.replace_time_zone(SEOUL.key, ambiguous="earliest", non_existent="null")
        return moments.dt.convert_time_zone("UTC")
    if kind == pl.Date:
        typed.dates.add(column.name)
        return column.cast(pl.Datetime("us")).dt.replace_time_zone(SEOUL.key).dt.convert_time_zone("UTC")
    if kind.is_integer():
        return column.cast(pl.Int64, strict=False) if kind != pl.UInt64 else column.cast(pl.Float64)
    if kind.is_numeric():
        number = (
            column.cast(pl.Float64)
            .to_frame("v")
            .select(pl.when(pl.col("v").is_finite()).then("v"))
            .to_series()
        )
        lost = number.null_count() - column.null_count()
        if lost:
            facts = {"column": column.name, "count": lost, "texts": ["NaN"]}
            typed.steps.append(Step("values.missing.not-a-number", facts, undoable=False, column=column.name))
        return number.rename(column.name)
    if kind == pl.Duration:
        return (column.dt.total_microseconds() / 1_000_000).rename(f"{column.name} (s)")
    if kind == pl.Boolean or kind == pl.Categorical or kind == pl.Enum or kind == pl.Time:
        return column.cast(pl.String)
    if kind == pl.Null:
        return column.cast(pl.String)
    if kind == pl.Binary or kind == pl.Object:
        typed.steps.append(
            Step("columns.binary", {"column": column.name}, undoable=False, column=column.name)
        )
        return None
    return pl.Series(
        column.name, [None if each is None else str(each) for each in column.to_list()], pl.String
    )


def _text(
    column: pl.Series,
    typed: Typed,
    context: Context,
    without: Collection[str],
    *,
    forced: bool,
    decimal_comma: bool,
) -> None:
    told = column.drop_nulls()
    if len(told) and _is_truncated(told):
        typed.findings.append(
            Finding(
                "time.truncated",
                {"column": column.name, "count": len(told), "example": told[0]},
                len(told),
                column.name,
            )
        )
        typed.columns.append(column)
        return
    undone = f"time.read:{column.name}" in without
    bare = column if not len(told) else _without_markers(column)
    times = None if undone else read_times(bare, context, forced=forced)
    if times is not None:
        _take_times(column, times, typed, without)
        return
    reading = read_values(column, decimal_comma=decimal_comma, without=without)
    typed.steps.extend(reading.steps)
    typed.findings.extend(reading.findings)
    if reading.name != column.name:
        reading = type(reading)(_free(reading.name, typed), reading.values, reading.steps, reading.findings)
        typed.renamed[column.name] = reading.name
    values = reading.values.rename(reading.name)
    if values.dtype.is_numeric():
        _number(values, typed, context, without, forced=forced)
    else:
        typed.columns.append(values)


def _free(name: str, typed: Typed) -> str:
    taken = {column.name for column in typed.columns}
    number = 2
    chosen = name
    while chosen in taken:
        chosen, number = f"{name}_{number}", number + 1
    return chosen


def _is_truncated(told: pl.Series) -> bool:
    cut = told.str.contains(TRUNCATED)
    return bool(cut.head(50).all()) and int(cut.sum()) >= 0.95 * len(told)


def _without_markers(column: pl.Series) -> pl.Series:
    """Return the column with marks for missing as null, where a column of times might have them."""
    sample = column.drop_nulls().head(500).unique().to_list()
    if not any(any(each.isdigit() for each in cell) for cell in sample):
        return column
    marks = [cell for cell in sample if reason_of(cell)]
    if not marks:
        return column
    return (
        column.to_frame("v")
        .select(pl.when(~pl.col("v").is_in(marks)).then("v"))
        .to_series()
        .rename(column.name)
    )


def _take_times(column: pl.Series, times: Times, typed: Typed, without: Collection[str]) -> None:
    name = column.name
    if times.clock:
        typed.clocks[name] = column
        typed.columns.append(times.values.rename(name))
        return
    if times.date_only:
        typed.dates.add(name)
    example = column.drop_nulls()[0]
    count = len(times.values) - times.values.null_count()
    typed.steps.append(Step("time.read", {"column": name, "example": example, "count": count}, column=name))
    if times.ditto:
        typed.steps.append(
            Step("time.repeated-above", {"column": name, "count": times.ditto}, undoable=False, column=name)
        )
    if times.order:
        code = f"time.order.{times.order}"
        typed.steps.append(Step(code, {"column": name, "example": example}, undoable=False, column=name))
        if times.unsure_order:
            typed.findings.append(
                Finding("time.unsure-order", {"column": name, "example": example}, count, name)
            )
    if times.assumed_year is not None:
        code = "time.year-told" if times.year_was_told else "time.year-assumed"
        facts = {"column": name, "year": str(times.assumed_year)}
        typed.steps.append(Step(code, facts, undoable=False, column=name))
        if not times.year_was_told:
            typed.findings.append(Finding("time.year-assumed", facts, count, name))
    if times.unread:
        unread: dict[str, object] = {"column": name, "count": times.unread, "texts": list(times.examples)}
        typed.findings.append(Finding("time.unread", unread, times.unread, name))
    typed.columns.append(times.values.rename(name))


def _number(
    column: pl.Series, typed: Typed, context: Context, without: Collection[str], *, forced: bool
) -> None:
    name = column.name
    named = bool(TIME_NAME.search(name)) and not DURATION_NAME.search(name)
    if named or forced:
        found = times_of_numbers(column, forced=forced)
        if found is not None and f"time.number.{found.kind}:{name}" not in without:
            count = len(column) - column.null_count()
            facts: dict[str, object] = {
                "column": name,
                "example": f"{column.drop_nulls()[0]:.15g}",
                "count": count,
            }
            typed.steps.append(Step(f"time.number.{found.kind}", facts, column=name))
            typed.columns.append(found.values)
            local = found.values.drop_nulls().dt.convert_time_zone(SEOUL.key)
            if bool((local.dt.time() == time(0)).all()):
                typed.dates.add(name)
            return
    values, steps, findings = without_sentinels(column, without)
    typed.steps.extend(steps)
    typed.findings.extend(findings)
    typed.columns.append(values)


def join_clocks(typed: Typed, context: Context, titled: datetime | None, without: Collection[str]) -> None:
    """Put dates and times of day that stand in two columns together; a clock without any date stays text."""
    by_name = {column.name: column for column in typed.columns}
    places = [column.name for column in typed.columns]
    free = [name for name in places if name in typed.dates]
    for name in places if free else []:
        clock_column = clock_of_digits(by_name[name]) if _CLOCK_NAME.match(name) else None
        if clock_column is not None:
            typed.clocks[name] = by_name[name].cast(pl.String)
            by_name[name] = clock_column.rename(name)
    for clock in list(typed.clocks):
        date = next(
            (name for name in reversed(free) if places.index(name) < places.index(clock)), None
        ) or next(iter(free), None)
        if date is not None and f"time.joined:{date}" not in without:
            joined = (by_name[date].to_frame("d").with_columns(by_name[clock].alias("c"))).select(
                pl.col("d") + pl.duration(microseconds=pl.col("c"))
            )
            by_name[date] = joined.to_series().rename(date)
            typed.steps.append(Step("time.joined", {"date": date, "time": clock}, column=date))
            free.remove(date)
            typed.dates.discard(date)
            typed.renamed[clock] = date
            del by_name[clock]
        elif titled is not None and not free and f"time.date-from-title:{clock}" not in without:
            local = titled.astimezone(SEOUL)
            by_name[clock] = _dated(by_name[clock], local)
            typed.steps.append(
                Step("time.date-from-title", {"column": clock, "date": local.date()}, column=clock)
            )
            titled = None
        else:
            by_name[clock] = typed.clocks[clock]
            typed.findings.append(Finding("time.no-date", {"column": clock}, len(typed.clocks[clock]), clock))
    typed.columns = [by_name[name] for name in places if name in by_name]


def _dated(clock: pl.Series, start: datetime) -> pl.Series:
    """Return times of day on one date; each step back past noon starts the next day (a night shift)."""
    frame = clock.to_frame("c").with_columns(
        (pl.col("c").forward_fill().diff() < -43_200_000_000).fill_null(value=False).cum_sum().alias("n")
    )
    midnight = start.replace(hour=0, minute=0, second=0, microsecond=0)
    moved = frame.select(
        pl.lit(midnight).dt.convert_time_zone("UTC").cast(UTC_TIME)
        + pl.duration(microseconds=pl.col("c"), days=pl.col("n"))
    )
    return moved.to_series().rename(clock.name)
