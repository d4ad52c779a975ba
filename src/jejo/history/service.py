"""Takes readings in, moves them to the tables, reads them back in one snapshot."""

from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager
from datetime import date, datetime, timedelta
from typing import Protocol

import numpy as np
import polars as pl

from jejo.accounts.domain import Scope
from jejo.history.domain.chart import WIDEST, Series, reduce_m4, usual_gap, usual_range
from jejo.history.domain.readings import (
    EARLIEST,
    EPOCH,
    LATEST,
    READINGS,
    Chunk,
    Compaction,
    Debt,
    Extent,
    Receipt,
    Span,
    checked,
    newest,
)
from jejo.kernel.clock import Clock
from jejo.kernel.errors import Invalid, NotFound

CHUNK_READINGS = 2_000_000
"""Readings that one commit of the tables holds: about 200 MB of memory while sorting, a second of work."""


class Landed(Protocol):
    """One unchanging view of what has landed and was not trimmed."""

    def after(self, position: int, signals: Collection[str], span: Span) -> pl.DataFrame:
        """Return readings of batches after a position, with `landed`, in landing order, signal as String."""


class LandingLog(Protocol):
    """Where readings become durable, in the order of their arrival."""

    @property
    def identity(self) -> str:
        """A name no other log ever has; positions of different logs mean nothing to each other."""

    def append(self, scope: Scope, collector: str, sequence: int, readings: pl.DataFrame) -> bool:
        """Make a batch durable; False when this (collector, sequence) was durable before.

        Raises:
            Unavailable: `history.cannot-write`, `history.log-full`; then nothing of the batch is kept.
        """

    def snapshot(self, scope: Scope) -> AbstractContextManager[Landed]:
        """Open a view of the present."""

    def latest(self, scope: Scope) -> dict[str, tuple[int, float | None, int | None]]:
        """Return of every signal with readings: time in µs, value, quality of the latest reading."""

    def end(self, scope: Scope) -> int:
        """Return the position of the last batch, 0 when there is none."""

    def oldest(self, scope: Scope, until: int, most_readings: int | None = None) -> Chunk | None:
        """Return the oldest batches up to a position: at least one, then no more than `most_readings`."""

    def trim(self, scope: Scope, chunk: Chunk) -> None:
        """Forget a chunk that is durable elsewhere, keeping its latest values and that its batches were here."""

    def debt(self, scope: Scope) -> Debt:
        """Return what waits for the compactor."""

    def compacting(self, scope: Scope) -> AbstractContextManager[bool]:
        """Hold the right to compact an organisation, if nobody does; a holder that dies loses it."""


class TableView(Protocol):
    """One unchanging version of an organisation's table."""

    @property
    def position(self) -> int:
        """The last position of the log that the table contains; 0 when none."""

    def read(self, signals: Collection[str], span: Span) -> pl.DataFrame:
        """Return readings with `landed`, signal as String, in no order."""

    def first(self, signals: Collection[str]) -> dict[str, datetime]:
        """Return the time of the earliest reading of every signal that has any here."""


class TableWriter(Protocol):
    """The one writer of an organisation's table; from the start, all that the table contains is durable."""

    @property
    def position(self) -> int:
        """The last position of the log that the table contains; 0 when none."""

    def add(self, readings: pl.DataFrame, position: int) -> None:
        """Add readings as `newest` gives them; durable on return; all of the log up to `position` is then here."""

    def scattered_days(self) -> Sequence[date]:
        """Return the days that lie in too many files."""

    def rewrite(self, day: date) -> None:
        """Put one day into as few files as possible, one reading per (signal, time); durable on return."""


class ReadingTables(Protocol):
    """Where readings stay."""

    def view(self, scope: Scope, log: str) -> TableView:
        """Return the present version; `log` is the identity of the log whose position it tells."""

    def writer(self, scope: Scope, log: str) -> TableWriter:
        """Return the writer; only for the holder of `LandingLog.compacting`."""


class HistoryService:
    """The signals of an organisation over time.

    Args:
        chunk_readings: readings that one commit of the tables holds at most.
    """

    def __init__(
        self, log: LandingLog, tables: ReadingTables, clock: Clock, chunk_readings: int = CHUNK_READINGS
    ) -> None:
        self._log = log
        self._tables = tables
        self._clock = clock
        self._chunk_readings = chunk_readings

    def append(self, scope: Scope, collector: str, sequence: int, readings: pl.DataFrame) -> Receipt:
        """Keep a batch of readings; it is durable when this returns, and repeating it does nothing.

        Args:
            collector: who counts the sequence: an edge collector's id, or the digest of a file.
            sequence: number of the batch at its collector, 0 or more; any order.
            readings: see `domain.readings.checked`. A reading with the signal and time of an earlier one replaces it.
        Raises:
            Invalid: `history.bad-readings`, `history.impossible-time`, `history.bad-sequence`.
            Unavailable: `history.cannot-write`, `history.log-full`; then nothing was kept: try again later.
        """
        if not collector or sequence < 0:
            raise Invalid("history.bad-sequence", collector=collector, sequence=sequence)
        is_new = self._log.append(scope, collector, sequence, checked(readings))
        return Receipt(collector, sequence, readings.height, already=not is_new)

    def read(
        self, scope: Scope, signals: Sequence[str], start: datetime, end: datetime | None = None
    ) -> pl.DataFrame:
        """Return the readings of signals, sorted by (signal, time), in the columns of `READINGS`.

        Args:
            start, end: aware; from `start` until before `end`; no end means until now.
        Raises:
            NotFound: `history.no-signal` when a signal never had a reading.
            Invalid: `history.empty-span`.
        """
        span = Span(start, end or self._clock())
        wanted = self._known(scope, signals)
        table, hot = self._snapshot(scope, wanted, span)
        return newest(pl.concat([table.read(wanted, span), hot])).select(READINGS.names())

    def series(
        self, scope: Scope, signals: Sequence[str], start: datetime, end: datetime | None, width_px: int
    ) -> Sequence[Series]:
        """Return the signals as a chart of that width shows them, in the order asked for.

        Raises:
            NotFound: `history.no-signal`.
            Invalid: `history.empty-span`, `history.bad-width`.
        """
        if not 1 <= width_px <= WIDEST:
            raise Invalid("history.bad-width", width=width_px, widest=WIDEST)
        span = Span(start, end or self._clock())
        wanted = self._known(scope, signals)
        table, hot = self._snapshot(scope, wanted, span)
        # One signal after the other: each reads only its own stretch of the sorted files.
        lines = {}
        for name in wanted:
            rows = pl.concat([table.read([name], span), hot.filter(pl.col("signal") == name)])
            lines[name] = _line(name, rows, span, width_px)
        return [lines[name] for name in signals]

    def last(self, scope: Scope, signals: Sequence[str] | None = None) -> pl.DataFrame:
        """Return the latest reading of signals (of all that have any, when None), in the columns of `READINGS`.

        Raises:
            NotFound: `history.no-signal`.
        """
        latest = self._log.latest(scope)
        names = sorted(latest) if signals is None else list(signals)
        _refuse_unknown(names, latest)
        rows = [latest[name] for name in names]
        return pl.DataFrame(
            {
                "signal": names,
                "time": pl.Series([row[0] for row in rows], dtype=pl.Int64).cast(READINGS["time"]),
                "value": [row[1] for row in rows],
                "quality": [row[2] for row in rows],
            },
            schema=READINGS,
        )

    def extents(self, scope: Scope, signals: Sequence[str]) -> dict[str, Extent]:
        """Return when the first and the last reading of every signal was; without those that never had any."""
        latest = {name: row[0] for name, row in self._log.latest(scope).items() if name in signals}
        if not latest:
            return {}
        table, hot = self._snapshot(scope, sorted(latest), Span(EARLIEST, LATEST))
        firsts = table.first(latest)
        landed = hot.group_by("signal").agg(pl.col("time").min())
        for name, time in landed.iter_rows():
            firsts[name] = min(firsts.get(name, time), time)
        return {name: Extent(firsts[name], EPOCH + timedelta(microseconds=latest[name])) for name in latest}

    def compact(self, scope: Scope) -> Compaction:
        """Move what has landed until now into the tables; safe to be killed at any moment."""
        batches = readings = 0
        with self._log.compacting(scope) as is_ours:
            if not is_ours:
                return Compaction(0, 0, is_elsewhere=True)
            table = self._tables.writer(scope, self._log.identity)
            # A predecessor that died between commit and trim left batches that are in the table already.
            if table.position and (done := self._log.oldest(scope, table.position)):
                self._log.trim(scope, done)
            until = self._log.end(scope)
            while chunk := self._log.oldest(scope, until, self._chunk_readings):
                table.add(newest(chunk.readings), chunk.position)
                self._log.trim(scope, chunk)
                batches += chunk.batches
                readings += chunk.readings.height
        return Compaction(batches, readings)

    def optimise(self, scope: Scope) -> int:
        """Rewrite days that lie in many small files; return how many days."""
        with self._log.compacting(scope) as is_ours:
            if not is_ours:
                return 0
            table = self._tables.writer(scope, self._log.identity)
            days = table.scattered_days()
            for day in days:
                table.rewrite(day)
        return len(days)

    def at_rest(self, scope: Scope) -> AbstractContextManager[bool]:
        """Hold the tables as they are, for a copy of them; False while somebody is changing them."""
        return self._log.compacting(scope)

    def debt(self, scope: Scope) -> Debt:
        """Return what has landed and waits for the compactor."""
        return self._log.debt(scope)

    def _known(self, scope: Scope, signals: Sequence[str]) -> list[str]:
        _refuse_unknown(signals, self._log.latest(scope))
        return sorted(set(signals))

    def _snapshot(self, scope: Scope, signals: Sequence[str], span: Span) -> tuple[TableView, pl.DataFrame]:
        # The log's view comes first: what the compactor trims afterwards is then in the table we open next.
        with self._log.snapshot(scope) as landed:
            table = self._tables.view(scope, self._log.identity)
            hot = landed.after(table.position, signals, span)
        return table, hot


def _refuse_unknown(signals: Sequence[str], known: Collection[str]) -> None:
    unknown = [name for name in signals if name not in known]
    if unknown:
        raise NotFound("history.no-signal", signals=unknown[:5], count=len(unknown))


def _line(signal: str, rows: pl.DataFrame, span: Span, width_px: int) -> Series:
    times = rows["time"].to_physical().to_numpy()
    if times.size and not (times[1:] > times[:-1]).all():
        rows = newest(rows)
        times = rows["time"].to_physical().to_numpy()
    values = rows["value"].to_numpy()
    reduced = reduce_m4(times, values, width_px, *span.microseconds, usual_gap(times))
    return Series(signal, *reduced, int(np.count_nonzero(~np.isnan(values))), usual_range(values))
