"""Measures history: durable ingest, compaction, size at rest, latest values, one week of one signal, M4.

    python bench/history.py

Ratios are taken within this one run, rounds interleaved: absolute figures move with the machine's other work.
"""

import os
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl

from jejo.accounts.domain import LOCAL_OWNER
from jejo.history.domain.chart import encode_series, reduce_m4
from jejo.history.domain.readings import checked
from jejo.history.service import HistoryService
from jejo.history.storage import DeltaTables, SqliteLog
from jejo.kernel.ids import new_id

START = datetime(2026, 3, 1, tzinfo=UTC)
NAMES = [new_id() for _ in range(1000)]
WEEK = 7 * 86_400
BATCH = 10_000


def live_batches(count: int) -> list[pl.DataFrame]:
    """Return batches of 10 s of 1,000 signals at 1 Hz, values to two decimals."""
    chance = np.random.default_rng(1)
    walk = np.round(50 + np.cumsum(chance.normal(0, 0.05, (count * 10, 1000)), axis=0), 2)
    batches = []
    for number in range(count):
        seconds = np.repeat(np.arange(number * 10, number * 10 + 10), 1000)
        batches.append(frame(NAMES * 10, seconds, walk[number * 10 : number * 10 + 10].ravel()))
    return batches


def week_batches(signal: str, seed: int) -> list[pl.DataFrame]:
    """Return a week of one signal at 1 Hz, in batches, after the live ones."""
    values = np.round(50 + np.cumsum(np.random.default_rng(seed).normal(0, 0.05, WEEK)), 2)
    whole = frame([signal] * WEEK, 86_400 + np.arange(WEEK), values)
    return [whole[first : first + BATCH] for first in range(0, WEEK, BATCH)]


def frame(signals: list[str], seconds: np.ndarray, values: np.ndarray) -> pl.DataFrame:  # type: ignore[type-arg]
    """Return readings."""
    times = (pl.Series(seconds) * 1_000_000).cast(pl.Duration("us")) + START
    return pl.DataFrame({"signal": signals, "time": times, "value": values})


def journal(folder: Path) -> Callable[[int, pl.DataFrame], None]:
    """Return an append to a bare file: the same Arrow bytes, then fdatasync; the fastest that is durable."""
    file = (folder / "journal").open("wb", buffering=0)

    def append(_: int, readings: pl.DataFrame) -> None:
        buffer = BytesIO()
        checked(readings).write_ipc(buffer, compression="lz4")
        file.write(buffer.getbuffer())
        os.fdatasync(file.fileno())

    return append


def rows(folder: Path) -> Callable[[int, pl.DataFrame], None]:
    """Return an append to one SQLite row per reading, durable like ours."""
    connection = sqlite3.connect(folder / "rows.db", isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    connection.execute(
        "CREATE TABLE r (signal TEXT, time INT, value REAL, PRIMARY KEY (signal, time)) WITHOUT ROWID"
    )

    def append(_: int, readings: pl.DataFrame) -> None:
        connection.execute("BEGIN IMMEDIATE")
        plain = readings.with_columns(pl.col("time").to_physical())
        connection.executemany("INSERT OR REPLACE INTO r VALUES (?, ?, ?)", plain.iter_rows())
        connection.execute("COMMIT")

    return append


def timed(act: Callable[[], object]) -> float:
    """Return seconds."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def say(what: str, figure: str) -> None:
    """Print one line."""
    sys.stdout.write(f"{what:<58} {figure}\n")
    sys.stdout.flush()


def ingest(folder: Path, history: HistoryService) -> None:
    """Append the same batches to three stores, in turn."""

    def ours(number: int, readings: pl.DataFrame) -> None:
        history.append(LOCAL_OWNER, "bench", number, readings)

    stores = {"bare file + fdatasync": journal(folder), "jejo landing log": ours, "SQLite rows": rows(folder)}
    seconds: dict[str, list[float]] = {name: [] for name in stores}
    for number, readings in enumerate(live_batches(200)):
        # Each takes its turn at being first: the first one meets the batch with a cold cache.
        turn = number % len(stores)
        for name, append in [*stores.items()][turn:] + [*stores.items()][:turn]:
            if name != "SQLite rows" or number % 10 == 0:
                seconds[name].append(timed(lambda append=append, n=number, r=readings: append(n, r)))  # type: ignore[misc]
    bare = statistics.mean(seconds["bare file + fdatasync"])
    for name, each in seconds.items():
        mean = statistics.mean(each)
        ordered = sorted(each)
        say(
            f"ingest, 10,000-reading batches: {name}",
            f"{BATCH / mean / 1e6:.2f} M/s, ratio {bare / mean:.3f}, p50 {1e3 * statistics.median(each):.2f} ms,"
            f" p99 {1e3 * ordered[int(0.99 * (len(ordered) - 1))]:.1f} ms, n {len(each)}",
        )


def compaction(folder: Path, history: HistoryService) -> None:
    """Move everything, by and by as a running product would."""
    batches = [each for seed in range(4) for each in week_batches(NAMES[seed], seed)]
    landed = sum(
        timed(lambda n=n, r=r: history.append(LOCAL_OWNER, "week", n, r))  # type: ignore[misc]
        for n, r in enumerate(batches)
    )
    debt = history.debt(LOCAL_OWNER)
    processor = time.process_time()
    seconds = timed(lambda: history.compact(LOCAL_OWNER))
    processor = time.process_time() - processor
    say(
        "compaction",
        f"{debt.readings / seconds / 1e6:.2f} M/s ({debt.readings:,} readings), {processor:.1f} s of processor time"
        f" in {seconds:.1f} s",
    )
    appended = sum(each.height for each in batches)
    # What one core would carry for ever: each reading is appended once and moved once.
    sustained = 1 / (landed / appended + seconds / debt.readings)
    say("sustained, append and compaction on one thread", f"{sustained / 1e6:.2f} M/s")
    say("in the log", f"{debt.bytes / debt.readings:.2f} bytes per reading")
    size = sum(file.stat().st_size for file in (folder / "history").rglob("*") if file.is_file())
    say("at rest, all files of the table", f"{size / debt.readings:.2f} bytes per reading")


def milliseconds(act: Callable[[], object], times: int) -> str:
    """Return the first, the median and the worst of several runs."""
    each = [1e3 * timed(act) for _ in range(times)]
    return f"first {each[0]:.2f} ms, p50 {statistics.median(each):.2f} ms, worst {max(each[1:]):.2f} ms, n {times}"


def chart(history: HistoryService, signals: Sequence[str]) -> bytes:
    """Return a week in 1,000 pixels, as the browser gets it."""
    start = START + timedelta(days=1)
    return encode_series(history.series(LOCAL_OWNER, signals, start, start + timedelta(days=7), 1000))


def main() -> None:
    """Measure everything on one folder."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        log = SqliteLog(folder / "landing.db")
        history = HistoryService(log, DeltaTables((folder / "history").as_uri()), lambda: datetime.now(UTC))
        ingest(folder, history)
        compaction(folder, history)
        say("latest value of 1,000 signals", milliseconds(lambda: history.last(LOCAL_OWNER, NAMES), 50))
        say(
            "one signal, a week of 1 Hz to 1,000 px, bytes ready",
            milliseconds(lambda: chart(history, NAMES[:1]), 20),
        )
        say("four signals, the same", milliseconds(lambda: chart(history, NAMES[:4]), 10))
        say("bytes of the one-signal chart", f"{len(chart(history, NAMES[:1])):,}")
        log.close()
    times = np.arange(1_000_000, dtype=np.int64) * 1_000_000
    values = np.cumsum(np.random.default_rng(2).normal(size=times.size))
    say(
        "M4, 1,000,000 points to 1,000 px",
        milliseconds(lambda: reduce_m4(times, values, 1000, 0, 10**12, 5 * 10**6), 20),
    )
    say(
        "M4, 1,000,000 points to 4,000 px",
        milliseconds(lambda: reduce_m4(times, values, 4000, 0, 10**12, 5 * 10**6), 20),
    )


if __name__ == "__main__":
    main()
