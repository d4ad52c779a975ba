"""The landing log: one Arrow batch per row of a SQLite table.

Measured against a bare fdatasync journal, SQLite costs a tenth and gives uniqueness and transactions for it.
"""

import sqlite3
import threading
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

import polars as pl

from jejo.accounts.domain import Scope
from jejo.history.domain.readings import READINGS, UNCOMPACTED, Chunk, Debt, Span
from jejo.history.storage.folders import path_part
from jejo.history.storage.latest import Latest
from jejo.kernel.errors import Unavailable
from jejo.kernel.ids import new_id

VERSION = 1

_TABLES = """
CREATE TABLE log (id TEXT NOT NULL);
CREATE TABLE batch (
    -- AUTOINCREMENT: a position is never given twice, also when all rows are trimmed.
    position INTEGER PRIMARY KEY AUTOINCREMENT,
    organisation TEXT NOT NULL,
    first_us INTEGER NOT NULL,
    last_us INTEGER NOT NULL,
    readings INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    arrow BLOB NOT NULL
);
CREATE INDEX batch_organisation ON batch (organisation, position);
-- Runs of sequences that ever landed: one row per collector when nothing is missing, kept after trimming.
CREATE TABLE landed (
    organisation TEXT NOT NULL,
    collector TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    PRIMARY KEY (organisation, collector, first)
) WITHOUT ROWID;
-- Latest readings of all batches up to the trimmed position.
CREATE TABLE latest (
    organisation TEXT NOT NULL,
    signal TEXT NOT NULL,
    time_us INTEGER NOT NULL,
    value REAL,
    quality INTEGER,
    PRIMARY KEY (organisation, signal)
) WITHOUT ROWID;
CREATE TABLE trimmed (organisation TEXT PRIMARY KEY, position INTEGER NOT NULL) WITHOUT ROWID;
"""

_EMPTY = READINGS | pl.Schema({"landed": pl.Int64()})


class SqliteLog:
    """A landing log in one file, for any number of threads and processes; implements `LandingLog`.

    Args:
        path: the file; its folder is made.
        limit_bytes: size from which appending is refused until the compactor caught up.
    Raises:
        Unavailable: `history.cannot-write`.
    """

    def __init__(self, path: Path, limit_bytes: int = 4 << 30) -> None:
        self._path = path
        self._limit_bytes = limit_bytes
        self._threads = threading.local()
        self._connections: list[sqlite3.Connection] = []
        self._latest: dict[str, Latest] = {}
        self._opening = threading.Lock()
        with _writable():
            path.parent.mkdir(parents=True, exist_ok=True)
            self._identity = self._prepare()

    @property
    def identity(self) -> str:
        """A name no other log ever has."""
        return self._identity

    def close(self) -> None:
        """Close all connections; only when no thread uses the log any more."""
        with self._opening:
            for connection in self._connections:
                connection.close()
            self._connections.clear()
            self._threads = threading.local()

    def append(self, scope: Scope, collector: str, sequence: int, readings: pl.DataFrame) -> bool:
        """Make a batch durable; False when this (collector, sequence) was durable before."""
        buffer = BytesIO()
        readings.write_ipc(buffer, compression="lz4")
        times = readings["time"].to_physical()
        row = (
            scope.organisation,
            times.min(),
            times.max(),
            readings.height,
            buffer.tell(),
            buffer.getbuffer(),
        )
        with _writable(), self._writing() as connection:
            if not _mark_landed(connection, scope.organisation, collector, sequence):
                return False
            if readings.height:
                self._refuse_when_full(connection)
                connection.execute(
                    "INSERT INTO batch (organisation, first_us, last_us, readings, bytes, arrow) VALUES (?,?,?,?,?,?)",
                    row,
                )
        return True

    def _refuse_when_full(self, connection: sqlite3.Connection) -> None:
        pages, free, size = (
            connection.execute(f"PRAGMA {name}").fetchone()[0]
            for name in ("page_count", "freelist_count", "page_size")
        )
        if (pages - free) * size > self._limit_bytes:
            raise Unavailable("history.log-full", bytes=(pages - free) * size, limit=self._limit_bytes)

    @contextmanager
    def snapshot(self, scope: Scope) -> Iterator["_Landed"]:
        """Open a view of the present."""
        with self._reading() as connection:
            # The first query, not BEGIN, fixes the view.
            connection.execute("SELECT 1 FROM log").fetchone()
            yield _Landed(connection, scope.organisation)

    def latest(self, scope: Scope) -> dict[str, tuple[int, float | None, int | None]]:
        """Return the latest reading of every signal."""
        with self._opening:
            latest = self._latest.setdefault(scope.organisation, Latest(scope.organisation))
        with self._reading() as connection:
            return latest.refreshed(connection)

    def end(self, scope: Scope) -> int:
        """Return the position of the last batch, 0 when there is none."""
        query = "SELECT coalesce(max(position), 0) FROM batch WHERE organisation = ?"
        with self._reading() as connection:
            return int(connection.execute(query, (scope.organisation,)).fetchone()[0])

    def oldest(self, scope: Scope, until: int, most_readings: int | None = None) -> Chunk | None:
        """Return the oldest batches up to a position: at least one, then no more than `most_readings`."""
        frames: list[pl.DataFrame] = []
        position = readings = 0
        query = "SELECT position, readings, arrow FROM batch WHERE organisation = ? AND position <= ? ORDER BY position"
        with self._reading() as connection:
            for place, height, arrow in connection.execute(query, (scope.organisation, until)):
                if frames and most_readings is not None and readings + height > most_readings:
                    break
                frames.append(_decoded(place, arrow))
                position, readings = place, readings + height
        return Chunk(position, len(frames), pl.concat(frames)) if frames else None

    def trim(self, scope: Scope, chunk: Chunk) -> None:
        """Forget a chunk that is durable elsewhere, keeping its latest values and that its batches were here."""
        newest = (
            chunk.readings.sort("time", maintain_order=True)
            .group_by("signal")
            .last()
            .select(pl.col("signal").cast(pl.String), pl.col("time").to_physical(), "value", "quality")
        )
        with _writable(), self._writing() as connection:
            connection.executemany(
                "INSERT INTO latest VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET time_us = excluded.time_us,"
                " value = excluded.value, quality = excluded.quality WHERE excluded.time_us >= time_us",
                ((scope.organisation, *row) for row in newest.iter_rows()),
            )
            connection.execute(
                "DELETE FROM batch WHERE organisation = ? AND position <= ?",
                (scope.organisation, chunk.position),
            )
            connection.execute(
                "INSERT INTO trimmed VALUES (?, ?) ON CONFLICT DO UPDATE SET position = excluded.position",
                (scope.organisation, chunk.position),
            )

    def debt(self, scope: Scope) -> Debt:
        """Return what waits for the compactor."""
        query = "SELECT count(*), coalesce(sum(readings), 0), coalesce(sum(bytes), 0) FROM batch WHERE organisation = ?"
        with self._reading() as connection:
            return Debt(*connection.execute(query, (scope.organisation,)).fetchone())

    @contextmanager
    def compacting(self, scope: Scope) -> Iterator[bool]:
        """Hold the right to compact an organisation, if nobody does; a holder that dies loses it."""
        lock = self._path.with_name(f"{self._path.name}.{path_part(scope.organisation)}.lock")
        with _writable():
            holder = sqlite3.connect(lock, timeout=0, isolation_level=None)
        with closing(holder):
            yield _is_taken(holder)

    def _prepare(self) -> str:
        connection = self._connection()
        connection.execute("PRAGMA page_size=16384")
        connection.execute("PRAGMA journal_mode=WAL")
        with self._writing():
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version > VERSION:
                raise Unavailable("history.newer-log", version=version, known=VERSION)
            if version == 0:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute("INSERT INTO log VALUES (?)", (new_id(),))
                connection.execute(f"PRAGMA user_version={VERSION}")
            return str(connection.execute("SELECT id FROM log").fetchone()[0])

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._threads, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, timeout=10, isolation_level=None, check_same_thread=False
            )
            connection.execute("PRAGMA synchronous=FULL")
            self._threads.connection = connection
            with self._opening:
                self._connections.append(connection)
        return connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            yield connection
            connection.execute("COMMIT")
        finally:
            if connection.in_transaction:
                connection.execute("ROLLBACK")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        connection = self._connection()
        connection.execute("BEGIN")
        try:
            yield connection
        finally:
            connection.execute("COMMIT")


class _Landed:
    """One view of the log; implements `Landed`."""

    def __init__(self, connection: sqlite3.Connection, organisation: str) -> None:
        self._connection = connection
        self._organisation = organisation

    def after(self, position: int, signals: Collection[str], span: Span) -> pl.DataFrame:
        """Return readings of batches after a position, with `landed`, in landing order, signal as String."""
        start, end = span.microseconds
        rows = self._connection.execute(
            "SELECT position, arrow FROM batch WHERE organisation = ? AND position > ? AND last_us >= ? AND first_us < ?"
            " ORDER BY position",
            (self._organisation, position, start, end),
        )
        is_asked = pl.col("signal").is_in(list(signals)) & pl.col("time").is_between(
            span.start, span.end, closed="left"
        )
        frames = [_decoded(place, arrow).filter(is_asked) for place, arrow in rows]
        if not frames:
            return _EMPTY.to_frame()
        return pl.concat(frames).with_columns(pl.col("signal").cast(pl.String))


def _decoded(position: int, arrow: bytes) -> pl.DataFrame:
    readings = pl.read_ipc(BytesIO(arrow))
    landed = pl.Series("landed", [UNCOMPACTED + position], pl.Int64)
    return readings.hstack([landed.new_from_index(0, readings.height)])


def _mark_landed(connection: sqlite3.Connection, organisation: str, collector: str, sequence: int) -> bool:
    """Add a sequence to the runs of its collector; False when it is in one already."""
    key = (organisation, collector)
    below = connection.execute(
        "SELECT first, last FROM landed WHERE organisation = ? AND collector = ? AND first <= ?"
        " ORDER BY first DESC LIMIT 1",
        (*key, sequence),
    ).fetchone()
    if below and below[1] >= sequence:
        return False
    above = connection.execute(
        "SELECT last FROM landed WHERE organisation = ? AND collector = ? AND first = ?", (*key, sequence + 1)
    ).fetchone()
    last = above[0] if above else sequence
    if above:
        connection.execute(
            "DELETE FROM landed WHERE organisation = ? AND collector = ? AND first = ?", (*key, sequence + 1)
        )
    if below and below[1] == sequence - 1:
        connection.execute(
            "UPDATE landed SET last = ? WHERE organisation = ? AND collector = ? AND first = ?",
            (last, *key, below[0]),
        )
    else:
        connection.execute("INSERT INTO landed VALUES (?, ?, ?, ?)", (*key, sequence, last))
    return True


def _is_taken(holder: sqlite3.Connection) -> bool:
    """Take SQLite's exclusive lock on an otherwise empty file: it works on every system and dies with us."""
    try:
        holder.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError as refused:
        if refused.sqlite_errorcode == sqlite3.SQLITE_BUSY:
            return False
        raise Unavailable("history.cannot-write", reason=str(refused)) from refused
    return True


@contextmanager
def _writable() -> Iterator[None]:
    """Turn a full or read-only disk into a problem that says so."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as refused:
        raise Unavailable("history.cannot-write", reason=str(refused)) from refused
