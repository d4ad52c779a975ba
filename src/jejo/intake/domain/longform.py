"""Tables with one reading per row (tag, time, value), turned into one column per tag."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

import polars as pl

from jejo.intake.domain.table import Step
from jejo.intake.domain.units import is_unit, with_unit

_TAG: Final = re.compile(
    r"tag|태그|항목|변수|variable|signal|신호|센서|sensor|point|포인트|parameter|param|파라미터|측정명|계측|metric|channel|채널|^name$|명칭|attribute|item",
    re.IGNORECASE,
)
_VALUE: Final = re.compile(r"value|값|측정치|데이터|^data$|reading|val$|결과치|지시값|수치", re.IGNORECASE)
_UNIT: Final = re.compile(r"unit|단위|uom", re.IGNORECASE)
_MOST_TAGS = 1_000


@dataclass(frozen=True, slots=True)
class Wide:
    """The pivoted frame: time first, then one numeric column per tag in order of appearance."""

    frame: pl.DataFrame
    step: Step


def widened(frame: pl.DataFrame, time: str, without: Collection[str]) -> Wide | None:
    """Return the table with one column per tag, or None when it is no long table.

    It is one only when a named tag column and a named value column stand beside the time, hardly any (time, tag) pair
    comes twice, the tags share their times, and what else there is says nothing beyond the tag.
    """
    others = [column for column in frame.get_columns() if column.name != time]
    values = [column for column in others if column.dtype.is_numeric() and _VALUE.search(column.name)]
    tags = [
        column
        for column in others
        if column.dtype == pl.String and _TAG.search(column.name) and not _VALUE.search(column.name)
    ]
    if len(values) != 1 or not tags or len(others) > 6 or frame.height < 6:
        return None
    value = values[0]
    tag = max(tags, key=pl.Series.n_unique)
    count = tag.n_unique()
    if not 2 <= count <= min(_MOST_TAGS, frame.height // 3) or tag.null_count() or "table.widened" in without:
        return None
    pairs = frame.select(pl.struct(time, tag.name).n_unique()).item()
    per_time = frame.height / max(1, frame[time].n_unique())
    # Series that only follow each other, each with times of its own, stay as runs.
    if pairs < 0.95 * frame.height or per_time < max(1.5, 0.3 * count):
        return None
    extra = [column.name for column in others if column.name not in {tag.name, value.name}]
    constant = frame.group_by(tag.name).agg(pl.col(extra).n_unique()) if extra else None
    if constant is not None and any(int(constant[name].max() or 0) > 1 for name in extra):  # type: ignore[arg-type]
        return None
    names = _names(frame, tag.name, extra, time)
    wide = (
        frame.select(time, tag.name, value.name)
        .with_columns(pl.col(value.name).cast(pl.Float64))
        .pivot(tag.name, index=time, values=value.name, aggregate_function="last")
        .rename(names)
    )
    return Wide(
        wide,
        Step("table.widened", {"tag": tag.name, "value": value.name, "count": count, "rows": frame.height}),
    )


def _names(frame: pl.DataFrame, tag: str, extra: list[str], time: str) -> dict[str, str]:
    unit = next((name for name in extra if _UNIT.search(name)), None)
    names: dict[str, str] = {}
    rows = frame.unique(tag, keep="first", maintain_order=True)
    for row in rows.iter_rows(named=True):
        told = row[unit] if unit else None
        name = with_unit(str(row[tag]), told) if isinstance(told, str) and is_unit(told) else str(row[tag])
        names[str(row[tag])] = f"{name}_값" if name == time else name
    return names
