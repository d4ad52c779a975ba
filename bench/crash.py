"""Kills a process that appends and compacts, at random moments, and counts what is missing or doubled.

    python bench/crash.py [--rounds 20] [--seed 1]

Prints one line per round and a sum; exits 1 when an acknowledged reading is lost or any reading is doubled.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
from deltalake import DeltaTable

from jejo.accounts.domain import LOCAL_OWNER
from jejo.history.service import HistoryService
from jejo.history.storage import DeltaTables, SqliteLog

START = datetime(2026, 3, 1, tzinfo=UTC)
SIZE = 2_000
SIGNALS = 10


@dataclass(frozen=True)
class Count:
    """What was found after all rounds so far, in readings; `moved` of them were in the table, in `commits` commits.

    Of the batch that was on its way when the process died, `kept` may hold readings that nobody acknowledged.
    """

    acknowledged: int
    kept: int
    lost: int
    doubled: int
    moved: int
    commits: int


def batch(sequence: int) -> pl.DataFrame:
    """Return the batch of a number: its readings are in no other batch."""
    each = SIZE // SIGNALS
    seconds = pl.Series([sequence * each + index for index in range(each)] * SIGNALS)
    return pl.DataFrame(
        {
            "signal": [f"s{index // each}" for index in range(SIZE)],
            "time": (seconds * 1_000_000).cast(pl.Duration("us")) + START,
            "value": seconds.cast(pl.Float64),
        }
    )


def open_history(folder: Path) -> tuple[SqliteLog, HistoryService]:
    """Open the history below a folder."""
    log = SqliteLog(folder / "landing.db")
    tables = DeltaTables((folder / "history").as_uri())
    # Small commits, so that each round kills in the middle of several and backlogs shrink between kills.
    return log, HistoryService(log, tables, lambda: datetime.now(UTC), chunk_readings=100_000)


def append_for_ever(folder: Path, first: int) -> None:
    """Append batch after batch and print the number of each acknowledged one."""
    _, history = open_history(folder)
    sequence = first
    while True:
        history.append(LOCAL_OWNER, "edge", sequence, batch(sequence))
        sys.stdout.write(f"{sequence}\n")
        sys.stdout.flush()
        sequence += 1


def compact_for_ever(folder: Path) -> None:
    """Compact, and now and then tidy, without a pause."""
    _, history = open_history(folder)
    parent = os.getppid()
    while os.getppid() == parent:
        history.compact(LOCAL_OWNER)
        if random.random() < 0.2:
            history.optimise(LOCAL_OWNER)


def stored_rows(folder: Path) -> tuple[list[pl.DataFrame], int]:
    """Return every row of the Delta table, then of the log, without our own removal of doubles; and the commits."""
    log, _ = open_history(folder)
    waiting = log.oldest(LOCAL_OWNER, log.end(LOCAL_OWNER))
    table = folder / "history" / LOCAL_OWNER.organisation / "readings"
    view = DeltaTables((folder / "history").as_uri()).view(LOCAL_OWNER, log.identity)
    rows = [batch(0).select("signal", "time").clear()]
    commits = 0
    if DeltaTable.is_deltatable(str(table)):
        rows = [pl.scan_delta(table).select("signal", "time").collect()]
        commits = DeltaTable(table).version()
    if waiting:
        # Batches the table contains already are only not trimmed yet: reads leave them out, and so do we.
        hot = waiting.readings.filter(pl.col("landed") % (1 << 40) > view.position)
        rows.append(hot.select(pl.col("signal").cast(pl.String), "time"))
    log.close()
    return rows, commits


def count(folder: Path, acknowledged: int) -> Count:
    """Compare what is kept with what was acknowledged: batches 0 to `acknowledged` − 1."""
    frames, commits = stored_rows(folder)
    rows = pl.concat(frames)
    unique = rows.unique()
    log, history = open_history(folder)
    names = [f"s{index}" for index in range(SIGNALS)]
    end = START + timedelta(days=365)
    kept = history.read(LOCAL_OWNER, names, START, end).height if acknowledged else 0
    log.close()
    expected = [batch(sequence).select("signal", "time") for sequence in range(acknowledged)]
    lost = pl.concat(expected).join(unique, on=["signal", "time"], how="anti").height if expected else 0
    doubled = rows.height - unique.height
    if kept != unique.height and acknowledged:
        raise SystemExit(f"reading gives {kept} readings, the files hold {unique.height}")
    return Count(acknowledged * SIZE, kept, lost, doubled, frames[0].height, commits)


def run_round(folder: Path, first: int, seconds: float, chance: random.Random) -> int:
    """Append and compact until killed; return the number of batches acknowledged in all rounds so far."""
    this = [sys.executable, __file__, "--folder", str(folder)]
    compactor = subprocess.Popen([*this, "--role", "compact"])
    appender = subprocess.Popen(
        [*this, "--role", "append", "--first", str(first)], stdout=subprocess.PIPE, text=True
    )
    assert appender.stdout is not None
    # The clock starts at the first acknowledgement: starting Python is no moment worth killing.
    lines = [appender.stdout.readline()]
    try:
        time.sleep(seconds)
    finally:
        for process in chance.sample([compactor, appender], 2):
            process.send_signal(signal.SIGKILL)
            time.sleep(chance.choice([0.0, 0.05]))
    lines += appender.stdout.readlines()
    appender.stdout.close()
    if [compactor.wait(), appender.wait()] != [-signal.SIGKILL] * 2:
        raise SystemExit("a process ended before it was killed: see its traceback above")
    whole = [int(line) for line in lines if line.endswith("\n")]
    return whole[-1] + 1


def run(folder: Path, rounds: int, seed: int) -> list[Count]:
    """Run all rounds on one folder, each going on where the one before was killed."""
    chance = random.Random(seed)
    counts: list[Count] = []
    acknowledged = 0
    for number in range(rounds):
        seconds = chance.uniform(0.05, 1.5)
        # A batch may be durable without its acknowledgement having arrived: sending it again must change nothing.
        acknowledged = run_round(folder, max(acknowledged - 1, 0), seconds, chance)
        counts.append(count(folder, acknowledged))
        sys.stdout.write(f"round {number + 1}: killed after {seconds:.2f} s: {counts[-1]}\n")
        sys.stdout.flush()
    # What the kills left in the log must still be movable, all of it and once.
    log, history = open_history(folder)
    history.compact(LOCAL_OWNER)
    waiting = history.debt(LOCAL_OWNER).readings
    log.close()
    counts.append(count(folder, acknowledged))
    sys.stdout.write(f"after a last undisturbed compaction, {waiting} waiting: {counts[-1]}\n")
    return counts


def main() -> int:
    """Run what the command line asks for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rounds", type=int, default=20)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--role", choices=["append", "compact"])
    asked.add_argument("--folder", type=Path)
    asked.add_argument("--first", type=int, default=0)
    given = asked.parse_args()
    if given.role == "append":
        append_for_ever(given.folder, given.first)
    if given.role == "compact":
        compact_for_ever(given.folder)
    with tempfile.TemporaryDirectory() as folder:
        counts = run(Path(folder), given.rounds, given.seed)
    lost, doubled = max(each.lost for each in counts), max(each.doubled for each in counts)
    last = counts[-1]
    sys.stdout.write(
        f"{given.rounds} kills, {last.acknowledged:,} readings acknowledged, {last.kept:,} kept,"
        f" {last.moved:,} of them moved in {last.commits} commits,"
        f" {lost} acknowledged lost, {doubled} doubled\n"
    )
    return int(lost > 0 or doubled > 0)


if __name__ == "__main__":
    sys.exit(main())
