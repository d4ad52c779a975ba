"""A 100k-row Excel file, cold process: time to the first progress line, and to the whole report.

    python bench/large_excel.py [ROWS]

Limits: first progress within 1 s, report within 20 s. The workbook has a title, a merged two-row header, Korean
dates, an OK/NG column and a worker column, like the example of the product.
"""

import os
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import xlsxwriter

FIRST_S, REPORT_S = 1.0, 20.0


def write(target: Path, rows: int) -> None:
    """Write the workbook."""
    random = np.random.default_rng(7)
    start = datetime(2025, 1, 2, 8)  # noqa: DTZ001  # a wall clock, as factories write it
    drift = np.cumsum(random.normal(0, 0.02, (rows, 6)), axis=0)
    values = np.array([182, 221, 71.5, 12.1, 38.4, 55.0]) + drift + random.normal(0, 0.3, (rows, 6))
    defect = random.random(rows) < 1 / (1 + np.exp(4.5 - 1.2 * (values[:, 0] - 182)))
    with xlsxwriter.Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("생산")
        sheet.write_row(0, 0, ["사출 생산일지"])
        sheet.write_row(
            1,
            0,
            [
                "일시",
                "온도(℃)",
                "",
                "사출압력(MPa)",
                "유량(L/min)",
                "사이클타임(s)",
                "습도(%RH)",
                "판정",
                "작업자",
            ],
        )
        sheet.write_row(2, 0, ["", "금형", "실린더", "", "", "", "", "", ""])
        for row in range(rows):
            moment = start + row * timedelta(seconds=60)
            text = f"{moment:%Y년 %m월 %d일} {'오전' if moment.hour < 12 else '오후'} {moment.hour % 12 or 12}:{moment:%M}"
            sheet.write_row(
                3 + row,
                0,
                [text, *np.round(values[row], 2).tolist(), "NG" if defect[row] else "OK", "김현수"],
            )


def main() -> None:
    """Print both times and whether the limits held."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "log.xlsx"
        write(file, rows)
        environment = {**os.environ, "JEJO_HOME": f"{folder}/home"}
        command = [sys.executable, "-m", "jejo", "diagnose", str(file), "--json"]
        for attempt in range(3):
            started = time.perf_counter()
            with subprocess.Popen(
                command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment
            ) as process:
                assert process.stderr is not None
                process.stderr.readline()
                first = time.perf_counter() - started
                process.stderr.read()
            whole = time.perf_counter() - started
            verdict = "held" if first <= FIRST_S and whole <= REPORT_S else "missed"
            print(
                f"run {attempt + 1}: {rows:,} rows, {file.stat().st_size / 1e6:.1f} MB: first progress {first:.2f} s, report {whole:.1f} s: {verdict}"
            )


if __name__ == "__main__":
    main()
