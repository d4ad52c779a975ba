"""Runs `jejo diagnose` on every tabular real set: a report each, wall time, time per 100k rows, peak memory.

    python bench/first_report.py [NAME…] [--json FILE]

The limit: 20 s per 100k rows (tables below 100k rows count as 100k), on two cores.
"""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

DATA = Path(os.environ.get("JEJO_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
LIMIT_S = 20.0
PICTURES = {"magnetic_tile", "elpv_solar_cells", "deeppcb", "jsp", "fjsp", "aasx", "opcua_nodesets"}


def sets(names: list[str]) -> list[Path]:
    """Return the parquet files of the tabular sets."""
    folders = [each for each in sorted(DATA.iterdir()) if each.is_dir() and each.name not in PICTURES]
    files = [file for folder in folders for file in sorted(folder.glob("*.parquet"))]
    return [file for file in files if not names or any(name in str(file) for name in names)]


def diagnose(file: Path, home: Path) -> tuple[dict[str, object] | None, float, float, str]:
    """Return the report, seconds, peak memory of the largest process in MB, and what was said on stderr."""
    command = [sys.executable, "-m", "jejo", "diagnose", str(file), "--json"]
    started = time.perf_counter()
    measured = ["/usr/bin/env", "python3", "-c", _MEASURE, *command]
    done = subprocess.run(
        measured, capture_output=True, text=True, env={**os.environ, "JEJO_HOME": str(home)}, check=False
    )
    seconds = time.perf_counter() - started
    said, _, peak = done.stderr.rstrip().rpartition("\n")
    return (json.loads(done.stdout) if done.returncode == 0 else None), seconds, float(peak) / 1024, said


_MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
raise SystemExit(code)
"""


def main() -> None:
    """Print one line per file, then whether the limit held."""
    words = sys.argv[1:]
    target = Path(words.pop(words.index("--json") + 1)) if "--json" in words else None
    names = [word for word in words if word != "--json"]
    reports, slow = {}, []
    print(
        f"{'file':44} {'rows':>9} {'s':>6} {'s/100k':>7} {'MB':>6}  kind, label, PR-AUC without leaks, anomalies"
    )
    with tempfile.TemporaryDirectory() as home:
        for file in sets(names):
            report, seconds, peak, said = diagnose(file, Path(home))
            name = f"{file.parent.name}/{file.stem}"
            if report is None:
                print(f"{name:44} {'–':>9} {seconds:6.1f} {'':7} {peak:6.0f}  {said.splitlines()[-2:]}")
                continue
            reports[name] = report
            rows = sum(table["rows"] for table in report["tables"])
            per = seconds * 100_000 / max(rows, 100_000)
            slow += [name] if per > LIMIT_S else []
            for table in report["tables"]:
                label = table["label"]
                told = f"{table['kind']}, {len(table['anomalies'])} anomalies, quality {table['quality']['score']}"
                if label:
                    metrics = label["metrics_without_leaks"]
                    main_metric = next((key for key in ("pr_auc", "macro_f1", "r2") if key in metrics), None)
                    value = f"{main_metric} {metrics[main_metric]}" if main_metric else "not computable"
                    told += f", {label['column']} ({label['task']}): {value}, leaks {[leak['column'] for leak in label['leaks']]}"
                print(f"{name:44} {rows:9,} {seconds:6.1f} {per:7.1f} {peak:6.0f}  {told}")
    print(f"limit {LIMIT_S} s per 100k rows: {'held' if not slow else f'missed by {slow}'}")
    if target:
        target.write_text(json.dumps(reports, ensure_ascii=False))


if __name__ == "__main__":
    main()
