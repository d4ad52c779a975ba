"""The plant's storage and its in-memory fake keep the same promises."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from jejo.accounts.domain import Scope
from jejo.kernel.errors import Invalid, NotFound
from jejo.plant.domain import Equipment, Signal, SignalSpec, Site
from jejo.plant.service import Begin, PlantService, PlantStore
from jejo.plant.storage import open_engine, plant_transactions, upgrade
from plant.in_memory import PlantsInMemory

MINE, THEIRS = Scope("mine", "kim"), Scope("theirs", "lee")
NOW = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "in memory"])
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Begin]:
    if request.param == "in memory":
        yield PlantsInMemory()
        return
    engine = open_engine(f"sqlite:///{tmp_path}/jejo.db")
    upgrade(engine)
    yield plant_transactions(engine)
    engine.dispose()


@pytest.fixture
def plant(begin: Begin) -> PlantService:
    return PlantService(begin, lambda: NOW)


def test_registering_twice_gives_the_same_ids(plant: PlantService) -> None:
    signals = [SignalSpec("온도", unit="Cel"), SignalSpec("압력")]
    first = plant.register(MINE, equipment="사출기 1", signals=signals)
    second = plant.register(MINE, equipment=" 사출기  1", signals=signals)
    assert second == first
    assert [signal.name for signal in first.signals] == ["온도", "압력"]
    assert plant.equipment(MINE) == [first]


def test_the_order_of_signals_is_kept_when_more_become_known(plant: PlantService) -> None:
    names = [f"s{9 - index}" for index in range(9)]
    plant.register(MINE, equipment="m", signals=[SignalSpec(name) for name in names[:5]])
    plant.register(MINE, equipment="m", signals=[SignalSpec(name) for name in names[5:]])
    assert [signal.name for signal in plant.equipment(MINE)[0].signals] == names


def test_unknown_facts_are_filled_in_and_never_forgotten(plant: PlantService) -> None:
    plant.register(MINE, equipment="m", signals=[SignalSpec("온도", concept="temperature")])
    filled = plant.register(MINE, equipment="m", signals=[SignalSpec("온도", unit="Cel", sampling_s=1.0)])
    again = plant.register(MINE, equipment="m", signals=[SignalSpec("온도")])
    signal = again.signal("온도")
    assert (signal.concept, signal.unit, signal.sampling_s) == ("temperature", "Cel", 1.0)
    assert filled.changes == again.changes == ()


def test_a_contradicting_unit_is_taken_over_and_said(plant: PlantService) -> None:
    plant.register(MINE, equipment="m", signals=[SignalSpec("온도", unit="Cel")])
    changed = plant.register(MINE, equipment="m", signals=[SignalSpec("온도", unit="[degF]")])
    (change,) = changed.changes
    assert (change.attribute, change.before, change.after, change.at) == ("unit", "Cel", "[degF]", NOW)
    assert changed.signal("온도").unit == "[degF]"
    assert plant.find(MINE, changed.id).changes == ()
    assert plant.changes(MINE, changed.id) == [change]


def test_a_place_that_becomes_known_moves_the_equipment(plant: PlantService) -> None:
    unplaced = plant.register(MINE, equipment="m", signals=[SignalSpec("a")])
    assert (unplaced.line.name, unplaced.line.site.name) == ("", "")
    placed = plant.register(MINE, equipment="m", signals=[], site="안산", line="A")
    assert placed.id == unplaced.id
    assert (placed.line.name, placed.line.site.name) == ("A", "안산")
    assert plant.register(MINE, equipment="m", signals=[]).line == placed.line


def test_the_same_name_in_two_places_must_be_told_apart(plant: PlantService) -> None:
    first = plant.register(MINE, equipment="m", signals=[], line="A")
    second = plant.register(MINE, equipment="m", signals=[], line="B")
    assert first.id != second.id
    with pytest.raises(Invalid, match=r"plant\.which-equipment"):
        plant.register(MINE, equipment="m", signals=[])
    assert plant.register(MINE, equipment="m", signals=[], line="B").id == second.id


def test_another_organisation_sees_nothing(plant: PlantService) -> None:
    mine = plant.register(MINE, equipment="m", signals=[SignalSpec("a", unit="Cel")])
    plant.register(MINE, equipment="m", signals=[SignalSpec("a", unit="K")])
    assert plant.equipment(THEIRS) == []
    for ask in (plant.find, plant.signals, plant.changes):
        with pytest.raises(NotFound, match=r"plant\.no-equipment"):
            ask(THEIRS, mine.id)
    theirs = plant.register(THEIRS, equipment="m", signals=[SignalSpec("a")])
    assert theirs.id != mine.id
    assert theirs.signal("a").unit is None


def test_a_transaction_that_raises_leaves_nothing(begin: Begin, plant: PlantService) -> None:
    kept = plant.register(MINE, equipment="m", signals=[SignalSpec("a")])
    with pytest.raises(ZeroDivisionError), begin(MINE) as store:
        add_and_fail(store, kept)
    with begin(MINE, only_read=True) as store:
        assert [site.name for site in store.sites()] == [""]
        assert store.equipment() == [kept]


def add_and_fail(store: PlantStore, machine: Equipment) -> None:
    store.add_site(Site("s2", "other"))
    store.add_signals([Signal("i2", machine.id, "b")])
    raise ZeroDivisionError
