"""How fast files are understood: `python bench/intake.py`. Every figure includes the child process that parses."""

import os
import platform
import random
import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import xlsxwriter

from jejo.accounts.domain import LOCAL_OWNER
from jejo.intake.domain.dates import Context, read_times
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.knowledge.service import KnowledgeService

DATA = Path(os.environ.get("JEJO_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
START = datetime(2025, 1, 1, tzinfo=UTC)
ROUNDS = 3


def workbook(path: Path, rows: int) -> None:
    """Write `rows` × 10: a time, eight signals, a verdict."""
    chance = random.Random(1)
    with xlsxwriter.Workbook(path, {"constant_memory": True, "remove_timezone": True}) as book:
        sheet = book.add_worksheet("데이터")
        stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        sheet.write_row(0, 0, ["일시", *(f"온도{n} (℃)" for n in range(8)), "판정"])
        for row in range(rows):
            sheet.write_datetime(row + 1, 0, START + timedelta(seconds=10 * row), stamp)
            sheet.write_row(row + 1, 1, [round(chance.gauss(180, 3), 2) for _ in range(8)])
            sheet.write_string(row + 1, 9, "NG" if chance.random() < 0.03 else "OK")


def text(path: Path, rows: int) -> None:
    """Write the same shape as CP949 text with Korean times."""
    times = pl.datetime_range(START, START + timedelta(seconds=rows - 1), "1s", eager=True)
    frame = pl.DataFrame({"일시": times.dt.strftime("%Y.%m.%d %H:%M:%S")}).with_columns(
        *((pl.int_range(rows) % (97 + n) * 0.37 + 150).round(2).alias(f"온도{n}(℃)") for n in range(8)),
        pl.when(pl.int_range(rows) % 31 == 7).then(pl.lit("NG")).otherwise(pl.lit("OK")).alias("판정"),
    )
    path.write_bytes(frame.write_csv().encode("cp949"))


def processor() -> float:
    """Return the processor time of this process and its finished children, in seconds."""
    spent = os.times()
    return spent.user + spent.system + spent.children_user + spent.children_system


def best(work) -> tuple[float, float]:
    """Return the shortest wall time and the least processor time of a few runs, in seconds."""
    walls, processors = [], []
    for _ in range(ROUNDS):
        begun, before = time.perf_counter(), processor()
        work()
        walls.append(time.perf_counter() - begun)
        processors.append(processor() - before)
    return min(walls), min(processors)


def main() -> None:
    """Measure and print."""
    print(
        f"{platform.python_version()}, polars {pl.__version__}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}"
    )
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        service = IntakeService(KnowledgeService(), FolderOriginals((folder / "kept").as_uri()), Limits())
        small = folder / "small.csv"
        small.write_text("time,temp\n2025-10-24 10:00,1\n2025-10-24 10:01,2\n")
        workbook(folder / "large.xlsx", 100_000)
        text(folder / "long.csv", 1_000_000)
        command = [
            sys.executable,
            "-m",
            "jejo.intake.readers",
            "delimited",
            small,
            folder,
            "6000000000",
            "300",
            "1000000",
        ]
        jobs = [
            ("child process alone, two rows", lambda: subprocess.run(command, check=True)),
            ("two-row CSV", lambda: service.read(small, scope=LOCAL_OWNER)),
            ("100k × 10 xlsx", lambda: service.read(folder / "large.xlsx", scope=LOCAL_OWNER)),
            ("1M × 10 CSV, CP949", lambda: service.read(folder / "long.csv", scope=LOCAL_OWNER)),
        ]
        signals = DATA / "cwru_bearing" / "signals.parquet"
        if signals.exists():
            jobs.append(("1.2M × 3 parquet (cwru)", lambda: service.read(signals, scope=LOCAL_OWNER)))
        times = pl.datetime_range(START, START + timedelta(seconds=999_999), "1s", eager=True)
        for form in (
            "%Y-%m-%d %H:%M:%S",
            "%Y.%m.%d %H:%M:%S",
            "%Y년 %-m월 %-d일 %p %I:%M:%S",
            "%m/%d %H:%M:%S",
        ):
            column = times.dt.strftime(form).str.replace("AM", "오전").str.replace("PM", "오후").alias("일시")
            jobs.append((f"1M times {form}", lambda column=column: read_times(column, Context(None, START))))
        for label, work in jobs:
            wall, spent = best(work)
            print(f"{label:42} {wall:6.2f} s wall, {spent:5.2f} s processor")
    peak = (
        resource.getrusage(resource.RUSAGE_SELF).ru_maxrss,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss,
    )
    print(f"peak memory: {peak[0] / 1024:.0f} MB here, {peak[1] / 1024:.0f} MB in the child")


if __name__ == "__main__":
    main()
