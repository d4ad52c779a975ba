"""The log and tables on disk and their in-memory fakes keep the same promises."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from history.building import MINE, THEIRS, a_history, a_log, at, some_readings
from history.in_memory import LogInMemory, TablesInMemory
from jejo.history.domain.readings import Debt, Extent
from jejo.history.service import HistoryService
from jejo.kernel.errors import NotFound


@pytest.fixture(params=["disk", "in memory"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[HistoryService]:
    if request.param == "in memory":
        yield HistoryService(LogInMemory(), TablesInMemory(), lambda: at(60))
        return
    log = a_log(tmp_path)
    yield a_history(tmp_path, log)
    log.close()


def values(history: HistoryService, signal: str = "temperature") -> list[float | None]:
    return history.read(MINE, [signal], at(-3600), at(3600))["value"].to_list()


@pytest.mark.parametrize("moved", [False, True])
def test_what_was_appended_is_read_back(history: HistoryService, moved: bool) -> None:
    given_readings = some_readings(seconds=[0, 1.5, 9, 10, 11], values=[1.0, None, -3.5, 4.0, 5.0])
    history.append(MINE, "edge", 0, given_readings)
    if moved:
        assert history.compact(MINE).readings == 5
        assert history.debt(MINE) == Debt(0, 0, 0)
    assert history.read(MINE, ["temperature"], at(0), at(12)).equals(given_readings)


def test_the_end_of_a_span_is_outside_and_its_start_inside(history: HistoryService) -> None:
    history.append(MINE, "edge", 0, some_readings(seconds=[0, 10, 20]))
    assert history.read(MINE, ["temperature"], at(0), at(20))["time"].to_list() == [at(0), at(10)]
    history.compact(MINE)
    assert history.read(MINE, ["temperature"], at(0), at(20))["time"].to_list() == [at(0), at(10)]
    assert history.read(MINE, ["temperature"], at(10), at(20.000001))["time"].to_list() == [at(10), at(20)]


def test_a_repeated_batch_is_not_kept_again_also_after_compaction(history: HistoryService) -> None:
    assert not history.append(MINE, "edge", 7, some_readings()).already
    assert history.append(MINE, "edge", 7, some_readings()).already
    history.compact(MINE)
    assert history.append(MINE, "edge", 7, some_readings(values=[9.0, 9.0, 9.0])).already
    assert not history.append(MINE, "other edge", 7, some_readings(seconds=[5], values=[5.0])).already
    assert values(history) == [0.0, 1.0, 2.0, 5.0]


@given(sequences=st.lists(st.integers(0, 12), max_size=30))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_batches_may_come_in_any_order_and_each_counts_once(
    history: HistoryService, sequences: list[int]
) -> None:
    collector = f"edge {sequences}"
    seen: set[int] = set()
    for sequence in sequences:
        receipt = history.append(MINE, collector, sequence, some_readings(seconds=[]))
        assert receipt.already == (sequence in seen)
        seen.add(sequence)


@pytest.mark.parametrize("compact_after", [{0}, {1}, {0, 1}, {0, 1, 2}, set()])
def test_the_reading_that_landed_last_wins(history: HistoryService, compact_after: set[int]) -> None:
    for sequence in range(3):
        history.append(
            MINE, "edge", sequence, some_readings(seconds=[0, 1], values=[sequence, sequence + 0.5])
        )
        if sequence in compact_after:
            history.compact(MINE)
    history.append(MINE, "edge", 3, some_readings(seconds=[1, 1], values=[8.0, 9.0]))
    assert values(history) == [2.0, 9.0]
    history.compact(MINE)
    assert values(history) == [2.0, 9.0]


def test_several_signals_come_sorted_by_signal_and_time(history: HistoryService) -> None:
    history.append(MINE, "edge", 0, pl.concat([some_readings("b", [2, 1]), some_readings("a", [3, 0])]))
    history.compact(MINE)
    history.append(MINE, "edge", 1, pl.concat([some_readings("c"), some_readings("a", [1], [7.0])]))
    found = history.read(MINE, ["b", "a"], at(0), at(9))
    assert found["signal"].to_list() == ["a", "a", "a", "b", "b"]
    assert found["value"].to_list() == [1.0, 7.0, 0.0, 1.0, 0.0]


def test_the_latest_value_is_by_time_not_by_arrival(history: HistoryService) -> None:
    history.append(MINE, "edge", 0, some_readings(seconds=[5, 9], values=[5.0, 9.0]))
    history.append(MINE, "edge", 1, some_readings(seconds=[1, 2], values=[1.0, 2.0]))
    history.append(MINE, "edge", 2, some_readings("pressure", [3], [None]))
    for _ in range(2):
        latest = history.last(MINE)
        assert latest["signal"].to_list() == ["pressure", "temperature"]
        assert latest["value"].to_list() == [None, 9.0]
        assert latest["time"].to_list() == [at(3), at(9)]
        history.compact(MINE)
    history.append(MINE, "edge", 3, some_readings(seconds=[9], values=[9.5]))
    assert history.last(MINE, ["temperature"])["value"].to_list() == [9.5]


@pytest.mark.parametrize("compact_after", [set(), {0}, {1}, {0, 1, 2}])
def test_the_extent_is_from_the_earliest_to_the_latest_reading(
    history: HistoryService, compact_after: set[int]
) -> None:
    days = [at(0), at(86_400), at(-86_400)]
    for number, day in enumerate(days):
        seconds = (day - at(0)).total_seconds()
        history.append(MINE, "edge", number, some_readings(seconds=[seconds, seconds + 1]))
        if number in compact_after:
            history.compact(MINE)
    history.append(MINE, "edge", 9, some_readings("pressure", [40], [1.0]))
    assert history.extents(MINE, ["temperature", "pressure", "never"]) == {
        "temperature": Extent(at(-86_400), at(86_401)),
        "pressure": Extent(at(40), at(40)),
    }
    assert history.extents(THEIRS, ["temperature"]) == {}


def test_another_organisation_sees_nothing(history: HistoryService) -> None:
    history.append(MINE, "edge", 0, some_readings())
    history.append(THEIRS, "edge", 0, some_readings("theirs"))
    history.compact(MINE)
    with pytest.raises(NotFound, match=r"history\.no-signal"):
        history.read(THEIRS, ["temperature"], at(0), at(9))
    with pytest.raises(NotFound, match=r"history\.no-signal"):
        history.last(THEIRS, ["temperature"])
    assert history.last(THEIRS)["signal"].to_list() == ["theirs"]
    assert history.debt(THEIRS).readings == 3


def test_optimising_changes_no_reading(history: HistoryService) -> None:
    for sequence in range(12):
        history.append(
            MINE, "edge", sequence, some_readings(seconds=[0, sequence], values=[sequence, 100.0 + sequence])
        )
        history.compact(MINE)
    before = history.read(MINE, ["temperature"], at(0), at(60))
    assert history.optimise(MINE) == 1
    assert history.optimise(MINE) == 0
    assert history.read(MINE, ["temperature"], at(0), at(60)).equals(before)
    history.append(MINE, "edge", 99, some_readings(seconds=[0], values=[-1.0]))
    history.compact(MINE)
    assert values(history)[0] == -1.0
    assert len(values(history)) == before.height


def test_readings_of_a_signal_outside_the_span_are_an_empty_answer(history: HistoryService) -> None:
    history.append(MINE, "edge", 0, some_readings())
    assert history.read(MINE, ["temperature"], at(100), at(101)).height == 0
    history.compact(MINE)
    assert history.read(MINE, ["temperature"], at(100), at(101)).height == 0


INSTANTS = st.integers(-3 * 24, 3 * 24).map(lambda hours: at(10 + 3600 * hours)) | st.floats(-2e5, 2e5).map(
    at
)
"""Times around `START`, many of them at midnight, where days of the table end."""


@given(starts=INSTANTS, ends=INSTANTS, hours=st.lists(st.integers(-50, 50), max_size=30, unique=True))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_span_gives_exactly_the_readings_inside(
    history: HistoryService, starts: datetime, ends: datetime, hours: list[int]
) -> None:
    signal = f"signal {sorted(hours)} {starts} {ends}"
    start, end = min(starts, ends), max(starts, ends) + timedelta(microseconds=1)
    times = [at(10 + 3600 * hour) for hour in hours] + [start, end, end - timedelta(microseconds=1)]
    rows = pl.DataFrame(
        {"signal": signal, "time": times, "value": 1.0}, schema_overrides={"time": pl.Datetime("us", "UTC")}
    )
    history.append(MINE, signal, 0, rows)
    history.compact(MINE)
    found = history.read(MINE, [signal], start, end)["time"].to_list()
    assert found == sorted({moment for moment in times if start <= moment < end})
