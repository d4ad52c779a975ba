"""Plant and history in memory behind the real pages of equipment."""

from collections.abc import Sequence

from fastapi import FastAPI, Request

from e2e.app import frame
from e2e.client import Client
from history.building import MINE, at, some_readings
from history.in_memory import LogInMemory, TablesInMemory
from jejo.accounts.domain import Scope
from jejo.history.api import routes
from jejo.history.pages import pages
from jejo.history.service import HistoryService
from jejo.kernel.settings import Settings
from jejo.knowledge.service import KnowledgeService
from jejo.plant.domain import Equipment, SignalSpec
from jejo.plant.service import PlantService
from jejo.web.app import create_app
from plant.in_memory import PlantsInMemory

DAY = 86_400.0
MONTHS = [float(hour) * 3_600 for hour in range(24 * 40)]
"""Every hour of forty days, in seconds."""


class Factory:
    """Two organisations' plant and history, and a browser of the first."""

    def __init__(self) -> None:
        self.history = HistoryService(LogInMemory(), TablesInMemory(), lambda: at(60 * DAY))
        self.plant = PlantService(PlantsInMemory(), lambda: at(0))
        self._knowledge = KnowledgeService()
        self.client = self.browser(MINE)

    def app(self, scope: Scope) -> FastAPI:
        """Return pages and chart data as that organisation sees them."""

        def scope_of(_: Request) -> Scope:
            return scope

        router = pages(
            self.history,
            self.plant,
            frame().render,
            scope_of,
            self._knowledge.unit,
            lambda: at(MONTHS[-1] + 2 * DAY),
        )
        return create_app([router, routes(self.history, scope_of)], frame(), Settings())

    def browser(self, scope: Scope) -> Client:
        """Return a browser without script."""
        return Client(self.app(scope), headers={"accept": "text/html"})

    def machine(
        self, name: str = "사출 3호기", signals: int = 6, site: str | None = None, line: str | None = None
    ) -> Equipment:
        """Register equipment with so many temperatures."""
        specs = [SignalSpec(f"온도 {number}", unit="Cel") for number in range(signals)]
        return self.plant.register(MINE, equipment=name, signals=specs, site=site, line=line)

    def measure(self, machine: Equipment, times: Sequence[float] = MONTHS) -> None:
        """Append a reading of every signal at those times; the values count up from 0."""
        for number, signal in enumerate(machine.signals):
            self.history.append(MINE, "file", number, some_readings(signal.id, times))
