"""The plant as JSON."""

from datetime import UTC, datetime

import pytest
from fastapi import FastAPI

from jejo.accounts.domain import LOCAL_OWNER
from jejo.kernel.errors import NotFound
from jejo.plant.api import routes
from jejo.plant.domain import SignalSpec
from jejo.plant.service import PlantService
from plant.asking import get
from plant.in_memory import PlantsInMemory


@pytest.fixture
def plant() -> PlantService:
    return PlantService(PlantsInMemory(), lambda: datetime(2026, 3, 2, tzinfo=UTC))


@pytest.fixture
def app(plant: PlantService) -> FastAPI:
    app = FastAPI()
    app.include_router(routes(plant, lambda request: LOCAL_OWNER))
    return app


def test_equipment_is_listed_with_place_and_signals(app: FastAPI, plant: PlantService) -> None:
    plant.register(LOCAL_OWNER, equipment="사출기", signals=[SignalSpec("온도", unit="Cel")], line="A")
    (machine,) = get(app, "/api/v1/plant/equipment").json()
    assert (machine["name"], machine["site"], machine["line"]) == ("사출기", "", "A")
    assert [(each["name"], each["unit"]) for each in machine["signals"]] == [("온도", "Cel")]
    assert get(app, f"/api/v1/plant/equipment/{machine['id']}").json() == machine
    assert get(app, f"/api/v1/plant/equipment/{machine['id']}/signals").json() == machine["signals"]


def test_contradictions_are_told(app: FastAPI, plant: PlantService) -> None:
    for unit in ("Cel", "K"):
        machine = plant.register(LOCAL_OWNER, equipment="m", signals=[SignalSpec("a", unit=unit)])
    (change,) = get(app, f"/api/v1/plant/equipment/{machine.id}/changes").json()
    assert (change["before"], change["after"], change["at"]) == ("Cel", "K", "2026-03-02T00:00:00Z")


def test_unknown_equipment_is_not_found(app: FastAPI) -> None:
    with pytest.raises(NotFound, match=r"plant\.no-equipment"):
        get(app, "/api/v1/plant/equipment/nope")
