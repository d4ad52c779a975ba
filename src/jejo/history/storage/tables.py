"""Readings in Delta tables, one per organisation, partitioned by day and sorted by (signal, time).

Signals stand in the table by their own ids: sorted, they cost next to nothing, and any reader of Delta can use the
table without asking us. `landed` is the number of the commit; among equal (signal, time) the highest wins.
"""

import json
import logging
import threading
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from urllib.parse import unquote

import polars as pl
from deltalake import (
    ColumnProperties,
    CommitProperties,
    DeltaTable,
    Transaction,
    WriterProperties,
    write_deltalake,
)
from deltalake.exceptions import DeltaError
from deltalake.schema import Field, PrimitiveType, Schema

from jejo.accounts.domain import Scope
from jejo.history.domain.readings import READINGS, Span, newest
from jejo.history.storage.folders import make_durable, path_part
from jejo.kernel.errors import Unavailable
from jejo.kernel.files import LocalFiles
from jejo.kernel.settings import local_path

logger = logging.getLogger(__name__)

FILES_PER_DAY = 8
"""More files of one day than this make `optimise` rewrite it."""

SETTLED = "settled"
"""Mark beside the table: the last version that is known to survive a power cut."""

_SCHEMA = Schema(
    [
        Field("signal", PrimitiveType("string")),
        Field("time", PrimitiveType("timestamp")),
        Field("value", PrimitiveType("double")),
        Field("quality", PrimitiveType("short")),
        Field("landed", PrimitiveType("long")),
        Field("day", PrimitiveType("date")),
    ]
)
_WRITER = WriterProperties(
    compression="ZSTD",
    compression_level=3,
    # About a day of one signal at 1 Hz: what a chart asks for is then little more than what is read.
    max_row_group_size=131_072,
    column_properties={"time": ColumnProperties(dictionary_enabled=False, encoding="DELTA_BINARY_PACKED")},
)
_EMPTY = READINGS | pl.Schema({"landed": pl.Int64()})
_READ = [pl.col(name).cast(kind) for name, kind in _EMPTY.items()]


class DeltaTables:
    """All organisations' tables below one folder; implements `ReadingTables`.

    Args:
        url: `file:///…`
    """

    def __init__(self, url: str) -> None:
        self._root = local_path(url)
        self._open: dict[str, tuple[DeltaTable, tuple[int, int] | None]] = {}
        self._opening = threading.Lock()

    def view(self, scope: Scope, log: str) -> "DeltaView":
        """Return the present version."""
        folder = self._folder(scope)
        with self._opening:
            table, stamp = self._open.get(scope.organisation, (None, None))
            if table is not None and stamp == _stamp(folder, table.version()):
                table.update_incremental()
            elif DeltaTable.is_deltatable(str(folder)):
                table = DeltaTable(folder)
            else:
                return DeltaView(0, None)
            self._open[scope.organisation] = table, _stamp(folder, table.version())
            return DeltaView(table.transaction_version(_application(log)) or 0, _files(table, folder))

    def writer(self, scope: Scope, log: str) -> "DeltaWriter":
        """Return the writer; only for the holder of `LandingLog.compacting`."""
        return DeltaWriter(self._folder(scope), log)

    def _folder(self, scope: Scope) -> Path:
        return self._root / path_part(scope.organisation) / "readings"


def _stamp(folder: Path, version: int) -> tuple[int, int] | None:
    """Return what changes when a commit is undone and its number given again, which no table would notice."""
    try:
        entry = (folder / "_delta_log" / f"{version:020}.json").stat()
    except FileNotFoundError:
        return None
    return entry.st_ino, entry.st_mtime_ns


def _application(log: str) -> str:
    return f"jejo-landing-{log}"


def _files(table: DeltaTable, folder: Path) -> pl.DataFrame:
    """Return path, day and the lowest and highest signal of every file."""
    actions = pl.DataFrame(table.get_add_actions(flatten=True))
    if "min.signal" not in actions.columns:
        actions = actions.with_columns(
            pl.lit(None, pl.String).alias(f"{end}.signal") for end in ("min", "max")
        )
    return actions.select(
        path=pl.format("{}/{}", pl.lit(str(folder)), pl.col("path")),
        day=pl.col("partition.day"),
        lowest=pl.col("min.signal"),
        highest=pl.col("max.signal"),
    )


def _added(entry: Path) -> dict[str, int]:
    """Return path and size of every file that a log entry adds."""
    actions = [json.loads(line) for line in entry.read_text(encoding="utf-8").splitlines()]
    added = [action["add"] for action in actions if "add" in action]
    return {unquote(each["path"]): int(each["size"]) for each in added}


def _is_whole(entry: Path, folder: Path) -> bool:
    try:
        return all((folder / path).stat().st_size == size for path, size in _added(entry).items())
    except (ValueError, FileNotFoundError):
        return False


@lru_cache(maxsize=4_096)
def _firsts(path: str) -> Mapping[str, datetime]:
    """Return signal → earliest time of a file; files never change, and no name is ever given again."""
    rows = pl.scan_parquet(path, hive_partitioning=False).group_by("signal").agg(pl.col("time").min())
    return dict(rows.collect().iter_rows())


class DeltaView:
    """One version of one table; implements `TableView`."""

    def __init__(self, position: int, files: pl.DataFrame | None) -> None:
        self.position = position
        self._files = files

    def read(self, signals: Collection[str], span: Span) -> pl.DataFrame:
        """Return readings with `landed`, signal as String, in no order."""
        names = sorted(signals)
        parts = self._scans(names, span)
        if not parts:
            return _EMPTY.to_frame()
        rows = pl.concat(parts)
        if len(names) > 1:
            return rows.filter(pl.col("signal").is_in(names)).select(_READ).collect()
        # A single signal's name is known: reading it again would take as long as reading the values.
        found = rows.filter(pl.col("signal") == names[0]).select(_READ[1:]).collect()
        return found.select(pl.lit(names[0]).alias("signal"), pl.all())

    def first(self, signals: Collection[str]) -> dict[str, datetime]:
        """Return the time of the earliest reading of every signal that has any here."""
        found: dict[str, datetime] = {}
        missing = set(signals)
        # Oldest day first: most signals are all found there, and later days need no look.
        files = (
            []
            if self._files is None
            else self._files.sort("day").select("day", "path", "lowest", "highest").rows()
        )
        for _, of_day in groupby(files, itemgetter(0)):
            if not missing:
                break
            low, high = min(missing), max(missing)
            for _, path, lowest, highest in of_day:
                # Files without statistics have None here, which must not exclude them.
                if lowest is not None and (highest < low or lowest > high):
                    continue
                for name, earliest in _firsts(path).items():
                    if name in missing:
                        found[name] = min(found.get(name, earliest), earliest)
            missing -= found.keys()
        return found

    def _scans(self, names: Sequence[str], span: Span) -> list[pl.LazyFrame]:
        """Return the files that can hold such readings, oldest day first, cut to the span."""
        if self._files is None or not names:
            return []
        # Files without statistics have null here, which must not exclude them.
        is_outside = (pl.col("highest") < names[0]) | (pl.col("lowest") > names[-1])
        files = self._files.filter(~is_outside.fill_null(value=False)).sort("day")
        is_asked = pl.col("time").is_between(span.start, span.end, closed="left")
        day, first, end = pl.col("day"), span.start.date(), span.end.date()
        low = first if span.start.time() == time.min else first + timedelta(days=1)
        last = (span.end - timedelta(microseconds=1)).date()
        # Days wholly inside need no look at each time, which would take longer than all the rest.
        parts = (
            (day.is_between(first, low, closed="left"), False),
            (day.is_between(low, end, closed="left"), True),
            (day.is_between(max(low, end), last), False),
        )
        scans = []
        for days, is_whole in parts:
            if paths := files.filter(days)["path"].to_list():
                rows = pl.scan_parquet(paths, hive_partitioning=False)
                scans.append(rows if is_whole else rows.filter(is_asked))
        return scans


class DeltaWriter:
    """The writer of one table; implements `TableWriter`."""

    def __init__(self, folder: Path, log: str) -> None:
        self._folder = folder
        self._log_folder = folder / "_delta_log"
        self._application = _application(log)
        self._marks = LocalFiles(folder.parent)
        self._drop_torn_commit()
        if DeltaTable.is_deltatable(str(folder)):
            self._table = DeltaTable(folder)
            # A predecessor may have died between commit and settling.
            self._settle()
        else:
            folder.mkdir(parents=True, exist_ok=True)
            self._table = DeltaTable.create(folder, _SCHEMA, partition_by=["day"])
            self._settle()
            make_durable([folder.parent, folder.parent.parent])

    @property
    def position(self) -> int:
        """The last position of the log that the table contains; 0 when none."""
        return self._table.transaction_version(self._application) or 0

    def _settle(self) -> None:
        """Force the files of the last commit, its log entry, and their folders to disk: delta-rs never does."""
        version = f"{self._table.version():020}"
        entry = self._log_folder / f"{version}.json"
        added = [self._folder / path for path in _added(entry)]
        checkpoints = [
            *self._log_folder.glob(f"{version}.checkpoint*"),
            *self._log_folder.glob("_last_checkpoint"),
        ]
        make_durable([*added, entry, *checkpoints])
        make_durable({path.parent for path in added} | {self._log_folder, self._folder})
        self._marks.put(SETTLED, [version.encode()])

    def _drop_torn_commit(self) -> None:
        """Undo a last commit that a power cut left half on disk.

        Nothing is lost: until a commit is settled, the log (or, of a rewritten day, the files before) has it all.
        """
        last = max(self._log_folder.glob("*.json"), default=None)
        if last is None or (self._marks.exists(SETTLED) and last.stem <= self._marks.read(SETTLED).decode()):
            return
        if not _is_whole(last, self._folder):
            logger.warning("Undoing a torn commit", extra={"commit": str(last)})
            # A checkpoint only saves reading older entries, which are all still there.
            for file in (
                *self._log_folder.glob(f"{last.stem}.*"),
                *self._log_folder.glob("_last_checkpoint"),
            ):
                file.unlink()
            make_durable([self._log_folder])

    def add(self, readings: pl.DataFrame, position: int) -> None:
        """Add readings as `newest` gives them; durable on return."""
        # A blind replay would be accepted twice: the position was read from this very handle, and a commit that
        # meets another one fails instead of trying again.
        commit = CommitProperties(
            app_transactions=[Transaction(self._application, position)], max_commit_retries=0
        )
        try:
            write_deltalake(
                self._table,
                self._as_stored(readings),
                mode="append",
                writer_properties=_WRITER,
                commit_properties=commit,
            )
            self._settle()
        except (OSError, DeltaError) as refused:
            raise Unavailable("history.cannot-write", reason=str(refused)) from refused

    def scattered_days(self) -> Sequence[date]:
        """Return the days that lie in too many files."""
        files = _files(self._table, self._folder)
        return files.group_by("day").len().filter(pl.col("len") > FILES_PER_DAY).sort("day")["day"].to_list()

    def rewrite(self, day: date) -> None:
        """Put one day into as few files as possible, one reading per (signal, time); durable on return."""
        paths = _files(self._table, self._folder).filter(pl.col("day") == day)["path"].to_list()
        readings = pl.scan_parquet(paths, hive_partitioning=False).select(_READ).collect()
        write_deltalake(
            self._table,
            self._as_stored(newest(readings)),
            mode="overwrite",
            predicate=f"day = '{day.isoformat()}'",
            writer_properties=_WRITER,
            commit_properties=CommitProperties(max_commit_retries=0),
        )
        self._settle()
        # Readers hold a list of files for seconds; an hour later nobody needs the old ones.
        self._table.vacuum(retention_hours=1, enforce_retention_duration=False, dry_run=False)

    def _as_stored(self, readings: pl.DataFrame) -> pl.DataFrame:
        return readings.select(
            pl.col("signal").cast(pl.String),
            "time",
            "value",
            pl.col("quality").cast(pl.Int16),
            # Without retries the next version is the one this commit gets, or it fails.
            landed=pl.lit(self._table.version() + 1, pl.Int64),
            day=pl.col("time").dt.date(),
        )
