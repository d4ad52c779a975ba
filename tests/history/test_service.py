"""Refusals of the use cases."""

import numpy as np
import pytest

from history.building import MINE, at, some_readings
from history.in_memory import LogInMemory, TablesInMemory
from jejo.history.service import HistoryService
from jejo.kernel.errors import Invalid, NotFound


@pytest.fixture
def history() -> HistoryService:
    service = HistoryService(LogInMemory(), TablesInMemory(), lambda: at(60))
    service.append(MINE, "edge", 0, some_readings())
    return service


def test_an_unknown_signal_is_named(history: HistoryService) -> None:
    with pytest.raises(NotFound, match=r"history\.no-signal") as refused:
        history.read(MINE, ["temperature", "nope"], at(0), at(9))
    assert refused.value.facts == {"signals": ["nope"], "count": 1}


@pytest.mark.parametrize(("collector", "sequence"), [("", 0), ("edge", -1)])
def test_a_batch_needs_collector_and_number(history: HistoryService, collector: str, sequence: int) -> None:
    with pytest.raises(Invalid, match=r"history\.bad-sequence"):
        history.append(MINE, collector, sequence, some_readings())


def test_no_end_means_until_now(history: HistoryService) -> None:
    history.append(MINE, "edge", 1, some_readings(seconds=[59, 61]))
    assert history.read(MINE, ["temperature"], at(0))["time"].to_list()[-1] == at(59)


def test_a_chart_has_the_series_asked_for_in_order_and_nulls_are_gaps(history: HistoryService) -> None:
    history.append(MINE, "edge", 1, some_readings("b", [0, 1, 2], [1.0, None, 3.0]))
    lines = history.series(MINE, ["temperature", "b", "temperature"], at(0), at(9), 100)
    assert [line.signal for line in lines] == ["temperature", "b", "temperature"]
    assert lines[0].values.tolist() == lines[2].values.tolist() == [0.0, 1.0, 2.0]
    assert np.isnan(lines[1].values).tolist() == [False, True, False]


def test_a_chart_of_rewritten_readings_shows_the_last_written(history: HistoryService) -> None:
    history.append(MINE, "edge", 1, some_readings(seconds=[1], values=[7.0]))
    (line,) = history.series(MINE, ["temperature"], at(0), at(9), 100)
    assert line.values.tolist() == [0.0, 7.0, 2.0]
    history.append(MINE, "edge", 2, some_readings("b"))
    both = history.series(MINE, ["temperature", "b"], at(0), at(9), 100)
    assert both[0].values.tolist() == [0.0, 7.0, 2.0]


@pytest.mark.parametrize("width", [0, 10_001])
def test_a_width_no_screen_has_is_refused(history: HistoryService, width: int) -> None:
    with pytest.raises(Invalid, match=r"history\.bad-width"):
        history.series(MINE, ["temperature"], at(0), at(9), width)
