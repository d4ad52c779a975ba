"""`jejo plant list`."""

import json
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from jejo.accounts.domain import LOCAL_OWNER
from jejo.plant.cli import commands
from jejo.plant.domain import SignalSpec
from jejo.plant.service import PlantService
from plant.in_memory import PlantsInMemory


@pytest.fixture
def plant() -> PlantService:
    return PlantService(PlantsInMemory(), lambda: datetime(2026, 3, 2, tzinfo=UTC))


def run(plant: PlantService, *arguments: str) -> str:
    result = CliRunner().invoke(commands(lambda: plant, lambda: LOCAL_OWNER), list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_list_shows_every_signal(plant: PlantService) -> None:
    plant.register(LOCAL_OWNER, equipment="press", signals=[SignalSpec("t1"), SignalSpec("t2")])
    shown = run(plant, "list")
    assert "press" in shown
    assert "t1" in shown
    assert "t2" in shown


def test_an_empty_plant_says_what_to_do(plant: PlantService) -> None:
    assert "진단" in run(plant, "list")


def test_json_carries_ids_and_place(plant: PlantService) -> None:
    machine = plant.register(LOCAL_OWNER, equipment="press", signals=[SignalSpec("t1")], site="안산")
    (shown,) = json.loads(run(plant, "list", "--json"))
    assert shown["signals"][0]["id"] == machine.signals[0].id
    assert shown["line"]["site"]["name"] == "안산"
