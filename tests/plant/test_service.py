"""Registering refuses what is ambiguous."""

from datetime import UTC, datetime

import pytest

from jejo.accounts.domain import LOCAL_OWNER
from jejo.kernel.errors import Invalid
from jejo.plant.domain import SignalSpec
from jejo.plant.service import PlantService
from plant.in_memory import PlantsInMemory


def test_a_signal_named_twice_is_refused_and_nothing_is_kept() -> None:
    plant = PlantService(PlantsInMemory(), lambda: datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(Invalid, match=r"plant\.signal-twice") as refused:
        plant.register(
            LOCAL_OWNER, equipment="m", signals=[SignalSpec("a"), SignalSpec("a "), SignalSpec("b")]
        )
    assert refused.value.facts == {"names": ["a"]}
    assert plant.equipment(LOCAL_OWNER) == []
