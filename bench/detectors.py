"""Detectors on public benchmarks: F1 and false alarms on SKAB, detection on Tennessee Eastman, rows per second.

Run: `python bench/detectors.py [--json]`; real data from `JEJO_REAL_DATA`, else `../shared/data`. All methods are
fitted on usual rows only and see no label. Isolation Forest has no limit of its own without a guessed share of
anomalies (`contamination`); here it is the 99 % quantile of its scores on held-out blocks of the usual rows.
"""

import argparse
import json
import os
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.ensemble import IsolationForest

from jejo.ai.domain.anomaly import Detector
from jejo.ai.service.anomalies import AnomalyService
from jejo.kernel.plugins import Plugins

DATA = Path(os.environ.get("JEJO_REAL_DATA", Path(__file__).resolve().parents[2] / "shared" / "data"))
DETECTORS: Plugins[type[Detector]] = Plugins("jejo.ai.detectors")
SERVICE = AnomalyService(DETECTORS)
Alarms = Callable[[pl.DataFrame, int], NDArray[np.bool_]]


def ours(detector: str | None) -> Alarms:
    """Return the alarms of one detector, or of the default panel."""
    return lambda frame, fit_rows: SERVICE.score(frame, frame.columns, fit_rows, detector)[
        "is_anomaly"
    ].to_numpy()


def isolation_forest(frame: pl.DataFrame, fit_rows: int) -> NDArray[np.bool_]:
    """Return alarms of scikit-learn's Isolation Forest with a held-out limit."""
    rows = frame.to_numpy()
    usual = rows[:fit_rows]
    held_out = []
    for block in np.array_split(np.arange(fit_rows), 5):
        forest = IsolationForest(random_state=0).fit(np.delete(usual, block, axis=0))
        held_out.append(-forest.score_samples(usual[block]))
    limit = np.quantile(np.concatenate(held_out), 0.99)
    return -IsolationForest(random_state=0).fit(usual).score_samples(rows) > limit


def skab(alarms: Alarms) -> dict[str, float]:
    """Return F1, false-alarm and missed-alarm rate on valve1: 400 rows to fit per file, points pooled."""
    found, truth = [], []
    for file in pl.read_parquet(DATA / "skab/valve1.parquet").partition_by("file", maintain_order=True):
        truth.append(file["anomaly"].to_numpy()[400:] > 0)
        found.append(alarms(file.drop("file", "datetime", "anomaly", "changepoint"), 400)[400:])
    flags, labels = np.concatenate(found), np.concatenate(truth)
    hits, false, missed = (flags & labels).sum(), (flags & ~labels).sum(), (~flags & labels).sum()
    return {
        "f1": float(2 * hits / (2 * hits + false + missed)),
        "far": float(false / (~labels).sum()),
        "mar": float(missed / labels.sum()),
    }


def tennessee_eastman(alarms: Alarms) -> dict[str, float]:
    """Return false alarms of the fault-free run and the share of faulty rows found, per fault."""
    usual = pl.read_parquet(DATA / "tep/train.parquet").filter(pl.col("fault") == 0)
    signals = [name for name in usual.columns if name.startswith("X")]
    result = {}
    for run in pl.read_parquet(DATA / "tep/test.parquet").partition_by("file", maintain_order=True):
        flags = alarms(pl.concat([usual, run]).select(signals), usual.height)[usual.height :]
        fault = run["fault"][0]
        active = run["fault_active"].to_numpy() > 0
        result["far" if fault == 0 else f"fault {fault}"] = float(
            flags.mean() if fault == 0 else flags[active].mean()
        )
    result["detection"] = float(
        np.mean([share for name, share in result.items() if name.startswith("fault")])
    )
    return result


def rows_per_second(work: Callable[[NDArray[np.float64], NDArray[np.float64]], object]) -> float:
    """Return the better of two runs over 100k rows of 8 channels, fitting on 5k rows included."""
    random = np.random.default_rng(0)
    rows = random.normal(size=(100_000, 8)) @ random.normal(size=(8, 8))
    seconds = []
    for _ in range(2):
        start = time.perf_counter()
        work(rows[:5000], rows)
        seconds.append(time.perf_counter() - start)
    return len(rows) / min(seconds)


def fit_and_score(
    make: Callable[[], Detector],
) -> Callable[[NDArray[np.float64], NDArray[np.float64]], object]:
    """Return the work of one detector."""

    def work(usual: NDArray[np.float64], rows: NDArray[np.float64]) -> object:
        detector = make()
        detector.fit(usual)
        return detector.score(rows)

    return work


def panel_work(usual: NDArray[np.float64], rows: NDArray[np.float64]) -> object:
    """Return the work of the default: three members, limits from five folds each, scores, alarms."""
    frame = pl.DataFrame(rows, schema=[f"s{column}" for column in range(rows.shape[1])], orient="row")
    return SERVICE.score(frame, frame.columns, len(usual))


def forest_work(usual: NDArray[np.float64], rows: NDArray[np.float64]) -> object:
    """Return the work of Isolation Forest."""
    return IsolationForest(random_state=0).fit(usual).score_samples(rows)


def main() -> None:
    """Measure everything and print it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    as_json = parser.parse_args().json
    methods: dict[str, Alarms] = {"default": ours(None)}
    methods |= {name: ours(name) for name in DETECTORS.names()}
    methods["isolation forest"] = isolation_forest
    results = {
        name: {"skab": skab(alarms), "tep": tennessee_eastman(alarms)} for name, alarms in methods.items()
    }
    forest = rows_per_second(forest_work)
    speeds = {"default": rows_per_second(panel_work)}
    speeds |= {name: rows_per_second(fit_and_score(DETECTORS.get(name))) for name in DETECTORS.names()}
    if as_json:
        print(json.dumps({"results": results, "rows_per_second": speeds | {"isolation forest": forest}}))
        return
    print("SKAB valve1            F1    FAR %  MAR %   | TEP  FAR %  detection %   lowest fault %")
    for name, result in results.items():
        points, faults = result["skab"], result["tep"]
        lowest = min(share for key, share in faults.items() if key.startswith("fault"))
        print(
            f"{name:20} {points['f1']:6.3f} {100 * points['far']:7.1f} {100 * points['mar']:6.1f}   |"
            f" {100 * faults['far']:9.2f} {100 * faults['detection']:11.1f} {100 * lowest:14.1f}"
        )
    print("\nTEP, default, % of faulty rows found:")
    shares = results["default"]["tep"].items()
    print(
        "  ".join(
            f"{name.removeprefix('fault ')}: {100 * share:.1f}" for name, share in shares if "fault" in name
        )
    )
    print("\nRows per second, fit and score, 8 channels, 100k rows (ratio to Isolation Forest)")
    for name, speed in speeds.items():
        print(f"{name:20} {speed:12,.0f}  {speed / forest:7.1f} x")
    print(f"{'isolation forest':20} {forest:12,.0f}      1.0 x")


if __name__ == "__main__":
    main()
