"""History in memory: what tests of higher rooms use instead of files."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime

import polars as pl

from jejo.accounts.domain import Scope
from jejo.history.domain.readings import READINGS, UNCOMPACTED, Chunk, Debt, Span, newest

WITH_ORDER = READINGS | pl.Schema({"landed": pl.Int64()})


@dataclass
class LogInMemory:
    """A landing log; implements `LandingLog`."""

    identity: str = "memory"
    batches: dict[str, dict[int, pl.DataFrame]] = field(default_factory=dict)
    landed: set[tuple[str, str, int]] = field(default_factory=set)
    newest_values: dict[str, dict[str, tuple[int, float | None, int | None]]] = field(default_factory=dict)
    compacted: set[str] = field(default_factory=set)
    position: int = 0

    def append(self, scope: Scope, collector: str, sequence: int, readings: pl.DataFrame) -> bool:
        key = (scope.organisation, collector, sequence)
        if key in self.landed:
            return False
        self.landed.add(key)
        if readings.height:
            self.position += 1
            order = pl.lit(UNCOMPACTED + self.position, pl.Int64)
            self.batches.setdefault(scope.organisation, {})[self.position] = readings.with_columns(
                landed=order
            )
        latest = self.newest_values.setdefault(scope.organisation, {})
        for signal, time, value, quality in readings.with_columns(pl.col("time").to_physical()).iter_rows():
            if signal not in latest or time >= latest[signal][0]:
                latest[signal] = (time, value, quality)
        return True

    @contextmanager
    def snapshot(self, scope: Scope) -> Iterator["LandedInMemory"]:
        yield LandedInMemory(dict(self.batches.get(scope.organisation, {})))

    def latest(self, scope: Scope) -> dict[str, tuple[int, float | None, int | None]]:
        return self.newest_values.get(scope.organisation, {})

    def end(self, scope: Scope) -> int:
        return max(self.batches.get(scope.organisation, {}), default=0)

    def oldest(self, scope: Scope, until: int, most_readings: int | None = None) -> Chunk | None:
        frames: list[pl.DataFrame] = []
        last = 0
        for position, frame in sorted(self.batches.get(scope.organisation, {}).items()):
            total = sum(each.height for each in frames) + frame.height
            if position > until or (frames and most_readings is not None and total > most_readings):
                break
            frames.append(frame)
            last = position
        return Chunk(last, len(frames), pl.concat(frames)) if frames else None

    def trim(self, scope: Scope, chunk: Chunk) -> None:
        kept = self.batches.get(scope.organisation, {})
        self.batches[scope.organisation] = {at: frame for at, frame in kept.items() if at > chunk.position}

    def debt(self, scope: Scope) -> Debt:
        frames = self.batches.get(scope.organisation, {}).values()
        return Debt(
            len(frames),
            sum(each.height for each in frames),
            sum(int(each.estimated_size()) for each in frames),
        )

    @contextmanager
    def compacting(self, scope: Scope) -> Iterator[bool]:
        if scope.organisation in self.compacted:
            yield False
            return
        self.compacted.add(scope.organisation)
        yield True
        self.compacted.discard(scope.organisation)


@dataclass
class LandedInMemory:
    """One view of the log; implements `Landed`."""

    batches: dict[int, pl.DataFrame]

    def after(self, position: int, signals: Collection[str], span: Span) -> pl.DataFrame:
        frames = [frame for at, frame in sorted(self.batches.items()) if at > position]
        return _asked(pl.concat(frames), signals, span) if frames else WITH_ORDER.to_frame()


@dataclass
class TableInMemory:
    """One organisation's table; implements `TableView` and `TableWriter`."""

    position: int = 0
    readings: pl.DataFrame = field(default_factory=WITH_ORDER.to_frame)
    commits: list[list[date]] = field(default_factory=list)

    def read(self, signals: Collection[str], span: Span) -> pl.DataFrame:
        return _asked(self.readings, signals, span)

    def first(self, signals: Collection[str]) -> dict[str, datetime]:
        mine = self.readings.filter(pl.col("signal").is_in(list(signals)))
        return dict(mine.group_by("signal").agg(pl.col("time").min()).iter_rows())

    def add(self, readings: pl.DataFrame, position: int) -> None:
        self.commits.append(readings["time"].dt.date().unique().to_list())
        order = pl.lit(len(self.commits), pl.Int64)
        fresh = readings.with_columns(pl.col("signal").cast(pl.String), landed=order)
        self.readings = pl.concat([self.readings, fresh.select(WITH_ORDER.names())])
        self.position = position

    def scattered_days(self) -> Sequence[date]:
        days = [day for commit in self.commits for day in commit]
        return sorted({day for day in days if days.count(day) > 8})

    def rewrite(self, day: date) -> None:
        self.readings = newest(self.readings)
        self.commits = [[each for each in commit if each != day] for commit in self.commits] + [[day]]


@dataclass
class TablesInMemory:
    """All organisations' tables; implements `ReadingTables`."""

    tables: dict[str, TableInMemory] = field(default_factory=dict)

    def view(self, scope: Scope, log: str) -> TableInMemory:
        return self.writer(scope, log)

    def writer(self, scope: Scope, log: str) -> TableInMemory:
        return self.tables.setdefault(scope.organisation, TableInMemory())


def _asked(readings: pl.DataFrame, signals: Collection[str], span: Span) -> pl.DataFrame:
    texts = readings.with_columns(pl.col("signal").cast(pl.String))
    is_inside = pl.col("time").is_between(span.start, span.end, closed="left")
    return texts.filter(pl.col("signal").is_in(list(signals)) & is_inside)
