"""JSON of the plant: `/api/v1/plant/equipment…`."""

from collections.abc import Callable, Sequence
from datetime import datetime

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from jejo.accounts.domain import Scope
from jejo.plant.domain import Equipment, Signal
from jejo.plant.service import PlantService


class SignalOut(BaseModel):
    """One measured quantity; `unit` is a UCUM code, null is: not known."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    name: str
    concept: str | None
    unit: str | None
    sampling_s: float | None


class EquipmentOut(BaseModel):
    """A machine with its place; an empty site or line has no name yet."""

    id: str
    name: str
    site: str
    line: str
    signals: list[SignalOut]


class ChangeOut(BaseModel):
    """A fact about a signal that contradicted the one known before."""

    model_config = ConfigDict(from_attributes=True)

    signal: str
    attribute: str
    before: str
    after: str
    at: datetime


def _signals(signals: Sequence[Signal]) -> list[SignalOut]:
    return [SignalOut.model_validate(signal) for signal in signals]


def _shown(each: Equipment) -> EquipmentOut:
    return EquipmentOut(
        id=each.id,
        name=each.name,
        site=each.line.site.name,
        line=each.line.name,
        signals=_signals(each.signals),
    )


def routes(service: PlantService, scope_of: Callable[[Request], Scope]) -> APIRouter:
    """Return the routes of the plant.

    Args:
        scope_of: turns a request into the scope of its signed-in principal.
    """
    router = APIRouter(prefix="/api/v1/plant", tags=["plant"])

    @router.get("/equipment")
    def equipment(request: Request) -> list[EquipmentOut]:
        """Return all equipment with its signals, oldest first."""
        return [_shown(each) for each in service.equipment(scope_of(request))]

    @router.get("/equipment/{equipment_id}")
    def one_equipment(request: Request, equipment_id: str) -> EquipmentOut:
        """Return one piece of equipment."""
        return _shown(service.find(scope_of(request), equipment_id))

    @router.get("/equipment/{equipment_id}/signals")
    def signals(request: Request, equipment_id: str) -> list[SignalOut]:
        """Return the signals of one piece of equipment."""
        return _signals(service.signals(scope_of(request), equipment_id))

    @router.get("/equipment/{equipment_id}/changes")
    def changes(request: Request, equipment_id: str) -> list[ChangeOut]:
        """Return the contradictions met about the signals of one piece of equipment."""
        return [
            ChangeOut.model_validate(change) for change in service.changes(scope_of(request), equipment_id)
        ]

    return router
