"""The demo factory: a simulated cell becomes equipment, readings and a first report, and goes on living."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from jejo.accounts.domain import Scope
from jejo.history.service import HistoryService
from jejo.kernel.clock import SEOUL, Clock
from jejo.kernel.errors import NotFound
from jejo.kernel.files import LocalFiles
from jejo.kernel.ids import new_id
from jejo.onboarding.domain.demo import EQUIPMENT, LINE, SHOTS, SIGNALS, SITE, Cell, Day, Fault
from jejo.onboarding.domain.demo.dynamics import MINUTES
from jejo.onboarding.domain.wishes import Stage, Wishes
from jejo.onboarding.service.onboarding import OnboardingService
from jejo.plant.domain import Equipment, SignalSpec
from jejo.plant.service import PlantService

SEED = 24
REPORT_DAYS = 20
"""Days of shots in the report: one round of faults."""
FILLING = 0.3
"""Share of the whole that is done when the readings are there."""

Progress = Callable[[float], None]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a demo factory holds.

    Args:
        readings: added now; 0 where all were there.
        report: id of the kept report on the shots.
        faults: the ground truth since the origin.
    """

    origin: datetime
    readings: int
    report: str
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _Memory:
    """What must not change between two starts."""

    origin: datetime
    report: str
    upload: str | None = None


@dataclass(slots=True)
class _Live:
    """Where the simulation stands: the days that follow, and the one at hand."""

    days: Iterator[Day]
    day: Day


class DemoService:
    """One simulated cell per organisation.

    Args:
        seed: of the whole simulation.
    """

    def __init__(
        self,
        plant: PlantService,
        history: HistoryService,
        onboarding: OnboardingService,
        files: LocalFiles,
        clock: Clock,
        seed: int = SEED,
    ) -> None:
        self._plant = plant
        self._history = history
        self._onboarding = onboarding
        self._files = files
        self._clock = clock
        self._seed = seed
        self._live: dict[str, _Live] = {}
        self._turn = threading.Lock()

    def fill(self, scope: Scope, days: int = 30, progress: Progress | None = None) -> Filled:
        """Make the demo factory of an organisation, up to now; repeating it only adds what is missing.

        Args:
            days: whole days before today, at the first time.
            progress: told the share done, 0 to 1.
        """
        tell = progress or (lambda done: None)
        with self._turn:
            memory = self._remembered(scope, days)
            machine = self._registered(scope)
            readings = self._catch_up(scope, memory.origin, machine, lambda done: tell(FILLING * done))
            if memory.report not in {card.id for card in self._onboarding.reports(scope)}:
                memory = self._report(scope, memory, lambda done: tell(FILLING + (1.0 - FILLING) * done))
        tell(1.0)
        return Filled(memory.origin, readings, memory.report, self._faults(memory.origin))

    def stream(self, scope: Scope) -> int:
        """Append the minutes that have passed since the last one, and return the number of readings added.

        Raises:
            NotFound: `kernel.no-file` when the organisation has no demo factory.
        """
        with self._turn:
            origin = self._read(scope).origin
            return self._catch_up(scope, origin, self._registered(scope), lambda done: None)

    def _faults(self, origin: datetime) -> tuple[Fault, ...]:
        return Cell(self._seed, origin).faults(origin, self._clock())

    def _key(self, scope: Scope) -> str:
        return f"demo/{scope.organisation}/{self._seed}.json"

    def _read(self, scope: Scope) -> _Memory:
        memory = msgspec.json.decode(self._files.read(self._key(scope)), type=_Memory)
        return replace(memory, origin=memory.origin.astimezone(SEOUL))

    def _keep(self, scope: Scope, memory: _Memory) -> None:
        self._files.put(self._key(scope), [msgspec.json.encode(memory)])

    def _remembered(self, scope: Scope, days: int) -> _Memory:
        if not self._files.exists(self._key(scope)):
            today = self._clock().astimezone(SEOUL).replace(hour=0, minute=0, second=0, microsecond=0)
            self._keep(scope, _Memory(today - timedelta(days=days), new_id()))
        return self._read(scope)

    def _registered(self, scope: Scope) -> Equipment:
        specs = [SignalSpec(each.name, each.concept, each.unit, 60.0) for each in SIGNALS]
        return self._plant.register(scope, equipment=EQUIPMENT, signals=specs, site=SITE, line=LINE)

    def _catch_up(self, scope: Scope, origin: datetime, machine: Equipment, tell: Progress) -> int:
        now = self._clock().astimezone(SEOUL)
        after = self._last(scope, machine)
        added, whole = 0, max(1, (now - origin).days + 1)
        live = self._live.get(scope.organisation)
        if live is None:
            days = Cell(self._seed, origin).days()
            live = self._live[scope.organisation] = _Live(days, next(days))
        while True:
            added += self._append(scope, machine, live.day, after, now)
            tell(min(1.0, ((live.day.start - origin).days + 1) / whole))
            if live.day.start + timedelta(days=1) > now:
                return added
            live.day = next(live.days)

    def _last(self, scope: Scope, machine: Equipment) -> datetime | None:
        # A batch holds all signals of its minutes: the last of one is the last of all.
        try:
            last = self._history.last(scope, [machine.signal(SIGNALS[0].name).id])["time"][0]
        except NotFound:
            return None
        return last if isinstance(last, datetime) else None

    def _append(
        self, scope: Scope, machine: Equipment, day: Day, after: datetime | None, now: datetime
    ) -> int:
        """Append the minutes of a day after the last kept one, until now."""
        first = 0 if after is None else max(0, (after - day.start) // timedelta(minutes=1) + 1)
        # The reading of a minute is known when the minute is over.
        last = min(MINUTES, (now - day.start) // timedelta(minutes=1))
        if first >= last:
            return 0
        times = _times(day, np.arange(first, last, dtype=np.float64))
        batch = pl.concat(
            pl.DataFrame({"time": times, "value": day.readings[each.key][first:last]}).select(
                pl.lit(machine.signal(each.name).id).alias("signal"), "time", "value"
            )
            for each in SIGNALS
        )
        # Minutes since 1970 never repeat, whatever the origin: a batch is told by its last one.
        sequence = int(day.start.timestamp()) // 60 + last
        receipt = self._history.append(scope, f"demo:{self._seed}", sequence, batch)
        return 0 if receipt.already else receipt.readings

    def _report(self, scope: Scope, memory: _Memory, tell: Progress) -> _Memory:
        if memory.upload is None:
            content = shots_table(Cell(self._seed, memory.origin), self._clock(), REPORT_DAYS).write_csv()
            memory = replace(
                memory, upload=self._onboarding.receive(scope, f"{SHOTS}.csv", [content.encode()])
            )
            self._keep(scope, memory)
        upload = str(memory.upload)

        def told(_: Stage, done: float) -> None:
            tell(done)

        path: Path = self._files.path(f"uploads/{scope.organisation}/{upload}")
        wishes = Wishes(equipment=SHOTS)
        self._onboarding.diagnose(scope, [path], wishes, told, report=memory.report, uploads=(upload,))
        return memory


def _times(day: Day, minutes: NDArray[np.float64]) -> pl.Series:
    start = round(day.start.timestamp() * 1_000_000)
    micro = pl.Series(start + np.round(minutes * 60_000_000).astype(np.int64))
    return micro.cast(pl.Datetime("us", "UTC"))


def shots_table(cell: Cell, until: datetime, days: int) -> pl.DataFrame:
    """Return the shots of the last days as a controller's file has them: one row per shot, label, defect kind."""
    parts = []
    until = until.astimezone(UTC)
    start = until - timedelta(days=days)
    for day in cell.days():
        if day.start >= until:
            break
        if day.start + timedelta(days=1) > start:
            parts.append(_shot_rows(day))
    table = pl.concat(parts).filter(pl.col("time").is_between(start, until))
    local = pl.col("time").dt.convert_time_zone("Asia/Seoul").dt.strftime("%Y-%m-%d %H:%M:%S")
    return table.with_row_index("샷 번호", offset=1).select(local.alias("시각"), pl.all().exclude("time"))


def _shot_rows(day: Day) -> pl.DataFrame:
    minute = day.shots.at.astype(int)
    columns: dict[str, object] = {"time": _times(day, day.shots.at)}
    for each in SIGNALS:
        if each.key == "power":
            columns["샷당 전력량(kWh)"] = np.round(day.shots.energy, 4)
        else:
            values = getattr(day.shots, each.key, None)
            values = day.readings[each.key][minute] if values is None else values
            columns[f"{each.name}({each.shown})"] = np.round(values, each.digits)
    is_good = day.shots.defect == ""
    columns["판정"] = np.where(is_good, "OK", "NG")
    columns["불량 유형"] = day.shots.defect
    return pl.DataFrame(columns)
