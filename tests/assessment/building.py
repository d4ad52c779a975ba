"""Builds valid tables, so that each test states only what matters."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

from jejo.intake.domain.table import Column, Finding, Kind, Role, Source, Stats, Step, Table

SOURCE = Source("line.csv", "0" * 64, 1000, "utf-8")
START = datetime(2024, 3, 4, tzinfo=UTC)


def times(rows: int, every: timedelta = timedelta(minutes=1)) -> pl.Series:
    """Return regular times from START on."""
    return pl.Series("time", [START + index * every for index in range(rows)], dtype=pl.Datetime("us", "UTC"))


def a_table(
    frame: pl.DataFrame,
    *,
    kind: Kind = Kind.TIME_SERIES,
    label: str | None = None,
    roles: Mapping[str, Role] | None = None,
    concepts: Mapping[str, str] | None = None,
    units: Mapping[str, str] | None = None,
    groups: Sequence[str] = (),
    findings: Sequence[Finding] = (),
    steps: Sequence[Step] = (),
    sampling: timedelta | None = None,
    name: str = "line",
) -> Table:
    """Return a table; roles follow from types unless given: times, numbers are signals, words are categories."""
    columns, time = [], None
    for each in frame.get_columns():
        role = (roles or {}).get(each.name) or _role(each, label, groups)
        if role is Role.TIME and time is None and each.dtype == pl.Datetime:
            time = each.name
        columns.append(
            Column(
                each.name,
                role,
                _stats(each),
                concept=(concepts or {}).get(each.name),
                unit=(units or {}).get(each.name),
                confidence=0.9,
            )
        )
    signals = [column.name for column in columns if column.role is Role.SIGNAL]
    frame = frame.with_columns(pl.col(signals).cast(pl.Float64, strict=False)) if signals else frame
    if sampling is None and time is not None and frame.height > 2:
        usual = frame[time].diff().median()
        sampling = usual if isinstance(usual, timedelta) and usual else None
    return Table(
        name,
        kind,
        frame,
        tuple(columns),
        (0,),
        tuple(steps),
        tuple(findings),
        time,
        sampling,
        tuple(groups),
    )


def _role(column: pl.Series, label: str | None, groups: Sequence[str]) -> Role:
    if column.name == label:
        return Role.LABEL
    if column.name in groups:
        return Role.CATEGORY
    if column.dtype == pl.Datetime:
        return Role.TIME
    return Role.SIGNAL if column.dtype.is_numeric() else Role.CATEGORY


def _stats(column: pl.Series) -> Stats:
    if not column.dtype.is_numeric() or column.null_count() == len(column):
        return Stats(len(column), column.null_count())
    return Stats(
        len(column), column.null_count(), float(column.min()), float(column.max()), float(column.mean())
    )
