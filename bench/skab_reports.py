"""`jejo diagnose` on each SKAB valve1 experiment as a CSV without its label columns: is the anomalous stretch found?

python bench/skab_reports.py
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

DATA = Path(os.environ.get("JEJO_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))


def main() -> None:
    """Print, per file, the share of anomalous and of normal rows marked, and the signal named first."""
    found = named = 0
    runs = pl.read_parquet(DATA / "skab" / "valve1.parquet").partition_by(
        "file", as_dict=True, maintain_order=True
    )
    with tempfile.TemporaryDirectory() as folder:
        for (name,), run in runs.items():
            file = Path(folder) / str(name).replace("/", "_")
            times = pl.col("datetime").dt.strftime("%Y-%m-%d %H:%M:%S")
            run.drop("file", "anomaly", "changepoint").with_columns(times).write_csv(file, separator=";")
            done = subprocess.run(
                [sys.executable, "-m", "jejo", "diagnose", str(file), "--json"],
                capture_output=True,
                check=True,
                env={**os.environ, "JEJO_HOME": f"{folder}/home"},
            )
            anomalies = json.loads(done.stdout)["tables"][0]["anomalies"]
            truth = run["anomaly"].to_numpy() > 0
            marked = np.zeros(run.height, dtype=bool)
            for each in anomalies:
                marked[each["first_row"] : each["last_row"] + 1] = True
            cover, false = marked[truth].mean(), marked[~truth].mean()
            first = anomalies[0]["signals"][0]["name"] if anomalies else "–"
            found += cover > 0.5
            named += cover > 0.5 and first == "Volume Flow RateRMS"
            print(
                f"{name:16} marked {cover:4.0%} of the anomalous rows, {false:5.1%} of the others; first signal {first}"
            )
    print(f"more than half of the stretch: {found} of {len(runs)}; of these the flow named first: {named}")


if __name__ == "__main__":
    main()
