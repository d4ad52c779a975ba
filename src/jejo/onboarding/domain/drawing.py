"""What charts of a report draw: the frozen columns of a table over its axis, reduced to what is seen."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime

import numpy as np
import polars as pl

from jejo.history.domain.chart import Series, Times, encode_series, reduce_m4, usual_gap
from jejo.intake.domain.table import Table
from jejo.onboarding.domain.chart import Chart, ChartBand
from jejo.onboarding.domain.document import TableEntry

AXIS = "#axis"
"""First column of a drawn frame: µs since 1970 UTC, or a million per row where the table has no usable time."""

FILE_CHARTS, FILE_WIDTH_PX = 6, 480
"""Charts in a printed report, and their width."""


def has_time_axis(table: Table) -> bool:
    """Return whether the rows of a table run forward in time, so that charts can be drawn over it."""
    return (
        table.time is not None
        and table.frame[table.time].null_count() == 0
        and table.frame[table.time].is_sorted()
    )


def drawn(table: Table) -> pl.DataFrame:
    """Return the axis and every numeric column of a table."""
    numbers = [name for name, kind in table.frame.schema.items() if kind.is_numeric() and name != AXIS]
    axis = (
        pl.col(str(table.time)).dt.epoch("us")
        if has_time_axis(table)
        else pl.int_range(pl.len(), dtype=pl.Int64) * 1_000_000
    )
    return table.frame.select(axis.alias(AXIS), *numbers)


def reduced(
    frame: pl.DataFrame, signals: Sequence[str], start: float | None, end: float | None, width_px: int
) -> list[Series]:
    """Return signals of a drawn frame as a chart of that width shows them.

    Args:
        start, end: of the axis, in seconds or rows; None: where the data begins or ends.
    """
    times = _ascending(frame[AXIS].to_numpy())
    if not times.size:
        return [Series(name, times, np.empty(0)) for name in signals]
    first = int(times[0]) if start is None else round(start * 1e6)
    last = int(times[-1]) + 1 if end is None else round(end * 1e6)
    gap = usual_gap(times)
    return [
        Series(
            name,
            *reduce_m4(
                times, frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy(), width_px, first, last, gap
            ),
        )
        for name in signals
    ]


def encoded(
    frame: pl.DataFrame, signals: Sequence[str], start: float | None, end: float | None, width_px: int
) -> bytes:
    """Return `reduced` signals in the binary form that browsers read."""
    return encode_series(reduced(frame, signals, start, end, width_px))


def _ascending(times: Times) -> Times:
    """Move rows of one instant apart by a microsecond each: charts need an order, readers see no difference."""
    if times.size < 2 or (times[1:] > times[:-1]).all():
        return times
    place = np.arange(times.size)
    is_first = np.concatenate([[True], times[1:] > times[:-1]])
    return times + place - np.maximum.accumulate(np.where(is_first, place, 0))


def first_signals(table: TableEntry, most: int) -> list[str]:
    """Return the signals worth drawing first: those that made the anomalies, then the others in file order."""
    weight: dict[str, float] = {}
    for anomaly in table.anomalies:
        for share in anomaly.signals:
            weight[share.name] = weight.get(share.name, 0.0) + share.share * anomaly.strength
    others = [
        column.name for column in table.columns if column.role == "signal" and column.name not in weight
    ]
    return [*sorted(weight, key=lambda name: -weight[name]), *others][:most]


def charts_of(table: TableEntry, frame: pl.DataFrame) -> list[Chart]:
    """Return the charts of a printed report, with usual ranges and anomaly bands."""
    signals = [name for name in first_signals(table, FILE_CHARTS) if name in frame.columns]
    units = {column.name: column.unit_text or "" for column in table.columns}
    usual = {each.name: (each.low, each.high) for each in table.usual}
    bands = tuple(
        ChartBand(_place(each.start, each.first_row), _place(each.end, each.last_row), str(number))
        if table.axis == "time"
        else ChartBand(each.first_row, each.last_row, str(number))
        for number, each in enumerate(table.anomalies, 1)
    )
    return [
        Chart(
            title=series.signal,
            unit=_beside(series.signal, units.get(series.signal, "")),
            axis=table.axis,
            x=tuple((series.times / 1e6).tolist()),
            y=tuple(series.values.tolist()),
            usual=usual.get(series.signal),
            bands=bands,
        )
        for series in reduced(frame, signals, None, None, FILE_WIDTH_PX)
    ]


def _beside(name: str, unit: str) -> str:
    """Return the unit, or nothing where the header says it already."""
    return "" if unicodedata.normalize("NFKC", unit) in unicodedata.normalize("NFKC", name) else unit


def _place(moment: str | None, row: int) -> float:
    return float(row) if moment is None else datetime.fromisoformat(moment).timestamp()
