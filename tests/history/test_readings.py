"""What counts as readings, and as a span of time."""

from datetime import datetime

import polars as pl
import pytest

from history.building import at, some_readings
from jejo.history.domain.readings import Span, checked, moment
from jejo.kernel.errors import Invalid


@pytest.mark.parametrize(
    ("broken", "column"),
    [
        (some_readings().drop("value"), "value"),
        (some_readings().with_columns(pl.col("time").dt.replace_time_zone(None)), "time"),
        (some_readings().with_columns(value=pl.lit("3.5")), "value"),
        (some_readings().with_columns(signal=pl.lit(7)), "signal"),
        (some_readings().with_columns(signal=pl.lit(None, pl.String)), "signal"),
        (some_readings().with_columns(time=pl.lit(None, pl.Datetime("us", "UTC"))), "time"),
        (some_readings().with_columns(quality=pl.lit(300)), "quality"),
    ],
)
def test_readings_of_another_form_are_refused_with_the_column(broken: pl.DataFrame, column: str) -> None:
    with pytest.raises(Invalid, match=r"history\.bad-readings") as refused:
        checked(broken)
    assert refused.value.facts["column"] == column


def test_other_zones_and_number_types_are_understood() -> None:
    seoul = some_readings().with_columns(
        pl.col("time").dt.convert_time_zone("Asia/Seoul").dt.cast_time_unit("ms"),
        pl.col("value").cast(pl.Int32),
    )
    typed = checked(seoul.drop("quality")).with_columns(pl.col("signal").cast(pl.String))
    assert typed.equals(some_readings())


def test_a_time_no_machine_has_is_refused() -> None:
    lost = some_readings().with_columns(pl.col("time").dt.offset_by("500y"))
    with pytest.raises(Invalid, match=r"history\.impossible-time"):
        checked(lost)


@pytest.mark.parametrize("end", [at(0), at(-1)])
def test_a_span_without_length_is_refused(end: datetime) -> None:
    with pytest.raises(Invalid, match=r"history\.empty-span"):
        Span(at(0), end)


def test_a_time_without_offset_is_korean() -> None:
    assert moment("2026-03-02") == moment("2026-03-01T15:00:00Z")


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01"])
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Invalid, match=r"history\.bad-time"):
        moment(text)
