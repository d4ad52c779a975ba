import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import numpy as np
import polars as pl
import pytest

from jejo.accounts.domain import LOCAL_OWNER
from jejo.ai.service.anomalies import AnomalyService
from jejo.ai.service.drivers import DriverService
from jejo.bootstrap import House
from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import NotFound, Unavailable
from jejo.kernel.plugins import Plugins
from jejo.kernel.settings import Settings
from jejo.onboarding import jobs
from jejo.onboarding.domain.demo import EQUIPMENT, SIGNALS, SITE, Cell, FaultKind
from jejo.onboarding.domain.demo.shots import CAUSES, POROSITY
from jejo.onboarding.service.demo import DemoService, shots_table

NOW = datetime(2026, 11, 23, 6, 30, tzinfo=UTC)


class Hands:
    """A clock that is moved by hand."""

    def __init__(self):
        self.now = NOW

    def __call__(self):
        return self.now


class NoJobs:
    """Nothing is started: the demo factory does its work itself."""


@pytest.fixture
def clock():
    return Hands()


@pytest.fixture
def house(tmp_path, clock):
    house = House(Settings(home=str(tmp_path)), clock)
    house.__dict__["jobs"] = NoJobs()
    return house


def a_demo(house, clock):
    return DemoService(house.plant, house.history, house.onboarding, house.files, clock, seed=1)


def kept(house):
    return house.history.debt(house.scope()).readings


@pytest.mark.slow
def test_a_second_fill_adds_nothing_and_the_stream_goes_on(house, clock):
    scope = house.scope()
    with pytest.raises(NotFound):
        a_demo(house, clock).stream(scope)
    told = []
    demo = a_demo(house, clock)
    first = demo.fill(scope, days=2, progress=told.append)
    minutes = (NOW - first.origin) // timedelta(minutes=1)
    assert first.readings == minutes * len(SIGNALS)
    assert told == sorted(told)
    assert told[-1] == 1.0
    before = kept(house)
    second = a_demo(house, clock).fill(scope, days=2)
    assert (second.readings, second.report, second.origin) == (0, first.report, first.origin)
    assert kept(house) == before
    assert [card.id for card in house.onboarding.reports(scope)] == [first.report]
    assert "(가상)" in house.onboarding.reports(scope)[0].name

    clock.now += timedelta(minutes=3)
    assert demo.stream(scope) == 3 * len(SIGNALS)
    assert demo.stream(scope) == 0
    clock.now += timedelta(days=1)
    assert a_demo(house, clock).stream(scope) == 1440 * len(SIGNALS)

    machine = next(each for each in house.plant.equipment(scope) if each.name == EQUIPMENT)
    assert machine.line.site.name == SITE
    signal = machine.signal("용탕 온도").id
    rows = house.history.read(scope, [signal], first.origin)
    assert rows.height == minutes + 3 + 1440
    days = Cell(1, first.origin).days()
    expected = np.concatenate([next(days).readings["melt"] for _ in range(4)])[: rows.height]
    assert (rows["value"].to_numpy() == expected).all()
    assert (rows["time"].diff().drop_nulls() == timedelta(minutes=1)).all()


@pytest.mark.slow
def test_seeded_faults_are_found():
    origin = datetime(2026, 10, 24, tzinfo=SEOUL)
    days = Cell(1, origin).days()
    listed = [next(days) for _ in range(31)]
    frame = pl.DataFrame(
        {each.key: np.concatenate([day.readings[each.key] for day in listed]) for each in SIGNALS}
    )
    found = AnomalyService(Plugins("jejo.ai.detectors")).find(frame, frame.columns).anomalies
    spans = [
        (origin + timedelta(minutes=each.first_row), origin + timedelta(minutes=each.last_row))
        for each in found
    ]
    hit = {
        fault.kind
        for fault in Cell(1, origin).faults(origin, origin + timedelta(days=31))
        if any(first < fault.end and last >= fault.start for first, last in spans)
    }
    assert hit == set(FaultKind)
    assert len(found) <= 6


@pytest.mark.slow
def test_the_cause_of_porosity_is_ranked_first():
    cell = Cell(1, datetime(2026, 10, 24, tzinfo=SEOUL))
    table = shots_table(cell, datetime(2026, 11, 9, tzinfo=SEOUL), 8)
    table = table.with_columns((pl.col("불량 유형") == POROSITY).cast(pl.Int64).alias("기공"))
    names = {f"{each.name}({each.shown})": each.key for each in SIGNALS}
    report = DriverService().analyse(table, "기공", [name for name in table.columns if name in names])
    assert {names[column] for column in report.drivers[0].columns} & CAUSES[POROSITY]
    assert not report.no_skill


class Counted:
    """Stands where the demo factory stands, and notes what it is asked to do."""

    def __init__(self):
        self.asked = []
        self.is_done = threading.Event()

    def fill(self, scope):
        self.asked.append("fill")
        if self.asked.count("fill") == 1:
            raise Unavailable("history.cannot-write", folder="", reason="")
        return SimpleNamespace(readings=1)

    def stream(self, scope):
        self.asked.append("stream")
        if self.asked.count("stream") == 2:
            self.is_done.set()
        return 0


def test_the_loop_fills_once_tries_again_after_a_failure_and_then_streams(monkeypatch, caplog):
    monkeypatch.setattr(jobs, "FIRST_PAGE", timedelta())
    counted = Counted()
    with jobs.demonstrating(lambda: counted, LOCAL_OWNER, timedelta(milliseconds=1)):
        assert counted.is_done.wait(timeout=5)
    assert counted.asked[:4] == ["fill", "fill", "stream", "stream"]
    assert "demo factory did not go on" in caplog.text
