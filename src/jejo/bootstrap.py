"""Builds and joins everything, once; each part when it is first needed, so that a small command starts fast."""

import os
import sys
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import ExitStack, asynccontextmanager
from dataclasses import fields
from datetime import timedelta
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from jejo.accounts.domain import LOCAL_OWNER, Scope
from jejo.kernel.clock import Clock, utc_now
from jejo.kernel.errors import Invalid
from jejo.kernel.files import LocalFiles
from jejo.kernel.plugins import Plugins
from jejo.kernel.settings import Settings, local_path

if TYPE_CHECKING:
    import polars as pl
    from fastapi import FastAPI
    from sqlalchemy import Engine

    from jejo.accounts.service import AccountService
    from jejo.ai.service.anomalies import AnomalyService
    from jejo.history.service import HistoryService
    from jejo.intake.service import IntakeService
    from jejo.kernel.jobs import DurableJobs
    from jejo.knowledge.service import KnowledgeService
    from jejo.onboarding.service import OnboardingService
    from jejo.onboarding.service.demo import DemoService
    from jejo.plant.service import PlantService


LOOPBACK = ("127.0.0.1", "localhost", "::1")
"""Addresses that only this machine reaches; a local install is open on them without sign-up."""

COMPACTION_EVERY = timedelta(seconds=10)
DEMO_EVERY = timedelta(seconds=20)


class House:
    """All services of one run, wired by its settings."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        self.settings = settings
        self._clock = clock

    def scope(self) -> Scope:
        """Return the scope of whoever acts here: the owner of a local install."""
        return LOCAL_OWNER

    @cached_property
    def files(self) -> LocalFiles:
        """Originals, uploads, reports."""
        return LocalFiles(local_path(self.settings.url("files")))

    @cached_property
    def engine(self) -> "Engine":
        """The database, at this version's tables."""
        from jejo.plant.storage import open_engine, upgrade

        engine = open_engine(self.settings.url("database"))
        upgrade(engine)
        return engine

    @cached_property
    def accounts(self) -> "AccountService":
        """Organisations, people, tokens, grants, the audit log."""
        from jejo.accounts.service import AccountService
        from jejo.accounts.storage import account_transactions

        service = AccountService(account_transactions(self.engine), self._clock, os.urandom)
        service.open_local(LOCAL_OWNER)
        return service

    @cached_property
    def knowledge(self) -> "KnowledgeService":
        """Concepts, units, process models, taxonomies."""
        from jejo.knowledge.service import KnowledgeService

        return KnowledgeService()

    @cached_property
    def plant(self) -> "PlantService":
        """Sites, lines, equipment, signals."""
        from jejo.plant.service import PlantService
        from jejo.plant.storage import plant_transactions

        return PlantService(plant_transactions(self.engine), self._clock)

    @cached_property
    def history(self) -> "HistoryService":
        """Readings over time."""
        from jejo.history.service import HistoryService
        from jejo.history.storage import DeltaTables, SqliteLog

        log = SqliteLog(local_path(self.settings.url("log")))
        return HistoryService(log, DeltaTables(self.settings.url("history")), self._clock)

    @cached_property
    def intake(self) -> "IntakeService":
        """Understands files."""
        from jejo.intake.domain.limits import Limits
        from jejo.intake.service import IntakeService
        from jejo.intake.storage import FolderOriginals

        limits = Limits(
            file_bytes=self.settings.upload_limit_mb * 1_000_000,
            memory_bytes=self.settings.read_memory_mb * 1_000_000,
            cpu_seconds=self.settings.read_seconds,
        )
        originals = FolderOriginals(self.settings.url("files"))
        return IntakeService(self.knowledge, originals, limits, clock=self._clock)

    @cached_property
    def anomalies(self) -> "AnomalyService":
        """Detectors and their limits."""
        from jejo.ai.service.anomalies import AnomalyService

        return AnomalyService(Plugins("jejo.ai.detectors"))

    @cached_property
    def onboarding(self) -> "OnboardingService":
        """From a dropped file to a kept report."""
        from jejo.ai.service.drivers import DriverService
        from jejo.assessment.service import AssessmentService
        from jejo.onboarding.service import DiagnosisService, OnboardingService, ReportService
        from jejo.onboarding.storage import report_transactions

        diagnosing = DiagnosisService(
            self.intake, self.anomalies, DriverService(), AssessmentService(self.knowledge), self._clock
        )
        reports = ReportService(
            report_transactions(self.engine),
            self.files,
            self.plant,
            self.history,
            self.knowledge,
            Plugins("jejo.onboarding.reports"),
        )
        example = Path(str(files("jejo") / "onboarding" / "data" / "example_injection_simulated.xlsx"))
        return OnboardingService(
            diagnosing, reports, self.files, self.jobs, self.settings.upload_limit_mb, example
        )

    @cached_property
    def demo(self) -> "DemoService":
        """The simulated cell."""
        from jejo.onboarding.service.demo import DemoService

        return DemoService(self.plant, self.history, self.onboarding, self.files, self._clock)

    @cached_property
    def jobs(self) -> "DurableJobs":
        """Long work, carried on after a crash."""
        from jejo.kernel.jobs import DurableJobs
        from jejo.onboarding.jobs import diagnosis_work
        from jejo.onboarding.service.onboarding import WORK

        path = local_path(self.settings.url("jobs"))
        path.parent.mkdir(parents=True, exist_ok=True)
        return DurableJobs(self.settings.url("jobs"), {WORK: diagnosis_work(self.environment())})

    def environment(self) -> Mapping[str, str]:
        """Return the environment that gives a child process the same settings."""
        mine = {
            f"JEJO_{each.name.upper()}": str(getattr(self.settings, each.name)) for each in fields(Settings)
        }
        return {**os.environ, **mine}

    def plain_table(self, path: Path) -> "pl.DataFrame":
        """Return a file's table with its rows in the order they stand in the file, for `jejo ai score`."""
        return self.intake.rows_as_they_lie(path, scope=self.scope())

    def app(self, *, with_demo: bool = False) -> "FastAPI":
        """The whole product as an ASGI app; with a demo factory that fills itself and lives beside it."""
        from fastapi import FastAPI, Request

        from jejo.history.api import routes as history_routes
        from jejo.history.jobs import compacting
        from jejo.history.pages import pages as equipment_pages
        from jejo.knowledge.pages import pages as knowledge_pages
        from jejo.onboarding.api import routes as report_routes
        from jejo.onboarding.jobs import demonstrating
        from jejo.onboarding.pages import pages
        from jejo.plant.api import routes as plant_routes
        from jejo.web.app import create_app
        from jejo.web.assets import Assets
        from jejo.web.frame import Frame

        def scope_of(_: Request) -> Scope:
            return self.scope()

        @asynccontextmanager
        async def running(_: FastAPI) -> AsyncIterator[None]:
            # Opening the job store takes two seconds: pages are served meanwhile.
            threading.Thread(target=self.jobs.launch, name="jobs", daemon=True).start()
            with ExitStack() as beside:
                beside.enter_context(
                    compacting(lambda: self.history, lambda: [self.scope()], COMPACTION_EVERY)
                )
                if with_demo:
                    beside.enter_context(demonstrating(lambda: self.demo, self.scope(), DEMO_EVERY))
                yield
            self.jobs.close()

        frame = Frame(Assets())
        routers = [
            pages(self.onboarding, frame.render, scope_of, self.settings.upload_limit_mb),
            report_routes(self.onboarding, scope_of, lambda request: request.state.language),
            plant_routes(self.plant, scope_of),
            history_routes(self.history, scope_of),
            equipment_pages(self.history, self.plant, frame.render, scope_of, self.knowledge.unit),
            knowledge_pages(self.knowledge, frame.render),
        ]
        return create_app(routers, frame, self.settings, {"jobs": lambda: self.jobs.is_ready}, running)


def serve(settings: Settings, *, with_demo: bool = False) -> None:
    """Start the product and keep it running until it is told to stop.

    Raises:
        Invalid: `kernel.needs-accounts` for an address that others can reach.
    """
    import uvicorn

    if settings.host not in LOOPBACK:
        raise Invalid("kernel.needs-accounts", host=settings.host, loopback=LOOPBACK)
    sys.stderr.write(f"제조AI 24 · http://{settings.host}:{settings.port}\n")
    uvicorn.run(
        House(settings).app(with_demo=with_demo),
        host=settings.host,
        port=settings.port,
        log_level="warning",
        access_log=False,
    )
