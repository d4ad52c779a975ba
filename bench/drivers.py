"""Label analysis of the real data sets: figures with and without leaks, leaks, first drivers, seconds.

Run: `python bench/drivers.py [SET…]`; data are looked for in `JEJO_REAL_DATA`, else in `../shared/data`.
"""

import os
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from jejo.ai.domain.driver_words import describe_driver, describe_leak
from jejo.ai.domain.drivers import Interval, LabelReport
from jejo.ai.service.drivers import DriverService, choose_label
from jejo.kernel.texts import texts


@dataclass(frozen=True, slots=True)
class Set:
    """One real table and what the reader of the file would have said about its columns."""

    name: str
    file: str
    labels: tuple[str, ...]
    time: str | None = None
    groups: tuple[str, ...] = ()
    forced: bool = False


_FAULTS = (
    "Pastry_Fault",
    "Z_Scratch_Fault",
    "K_Scatch_Fault",
    "Stains_Fault",
    "Dirtiness_Fault",
    "Bumps_Fault",
    "Other_Faults",
)
_DEFECTS = (
    "itemBlackSpot",
    "itemOilDeposit",
    "itemScratch",
    "itemCrack",
    "itemSinkMark",
    "itemShort",
    "otherNG",
)
SETS = (
    Set("kamp_diecasting", "kamp_diecasting/diecasting.parquet", ("passorfail",), "datetime", ("mold_code",)),
    Set("ai4i2020", "ai4i2020/ai4i2020.parquet", ("Machine_failure", "TWF", "HDF", "PWF", "OSF", "RNF")),
    Set("secom", "secom/train_1175_lasso_features.parquet", ("y",)),
    Set("steel_plates_faults", "steel_plates_faults/steel_plates_faults.parquet", _FAULTS),
    Set("injection_lens_quality", "injection_lens_quality/lenses.parquet", ("quality",)),
    Set("kamp_pasteurizer", "kamp_pasteurizer/pasteurizer_30min.parquet", ("insp",), "std_dt"),
    Set("kamp_cnc_milling", "kamp_cnc_milling/experiments_01_12.parquet", ("INSPECT",)),
    Set("kamp_cnc_milling (experiments)", "kamp_cnc_milling/experiments.parquet", ("tool_condition",)),
    Set(
        "hydraulic",
        "hydraulic/profile.parquet",
        ("valve", "cooler", "pump_leakage", "accumulator_bar"),
        forced=True,
    ),
    Set("injection_mes_erp", "injection_mes_erp/productRecords.parquet", _DEFECTS, "recordDate"),
    Set("steel_energy_kr (load)", "steel_energy_kr/steel_energy.parquet", ("Load_Type",), "date"),
    Set("steel_energy_kr (usage)", "steel_energy_kr/steel_energy.parquet", ("Usage_kWh",), "date"),
    Set(
        "ihm_accidents",
        "ihm_accidents/accidents.parquet",
        ("Accident Level", "Potential Accident Level"),
        "Data",
    ),
    Set("gas_sensors_airquality", "gas_sensors_airquality/air_quality.parquet", ("CO(GT)",), "timestamp"),
    Set(
        "production_event_log",
        "production_event_log/production_log.parquet",
        ("Rework", "Qty Rejected", "Qty for MRB"),
        None,
        ("Case ID",),
    ),
    Set("kamp_melting_tank", "kamp_melting_tank/melting_tank.parquet", ("TAG",), "STD_DT"),
)


def read(path: Path) -> pl.DataFrame:
    """Return the table with the column types that intake gives: numbers, words, times."""
    frame = pl.read_parquet(path)
    frame = frame.with_columns(pl.selectors.numeric().cast(pl.Float64))
    # −200 is how this set writes a missing value.
    return (
        frame.with_columns(pl.selectors.float().replace(-200.0, None))
        if "air_quality" in path.name
        else frame
    )


def analyse(chosen: Set, folder: Path) -> tuple[LabelReport, float]:
    """Return the report and its seconds."""
    frame = read(folder / chosen.file)
    start = time.perf_counter()
    if chosen.forced:
        label, siblings = chosen.labels[0], chosen.labels[1:]
    else:
        choice = choose_label(frame, [(name, 0.8) for name in chosen.labels])
        if choice is None:
            raise SystemExit(f"{chosen.name}: no label among {chosen.labels}")
        label, siblings = choice.column, choice.siblings
    features = [name for name in frame.columns if name not in (label, chosen.time)]
    report = DriverService().analyse(
        frame, label, features, time=chosen.time, groups=chosen.groups, siblings=siblings
    )
    return report, time.perf_counter() - start


def _shown(metrics: dict[str, Interval]) -> str:
    return "  ".join(
        f"{name} {each.value:.3f} [{each.low:.3f} {each.high:.3f}]" for name, each in metrics.items()
    )


def main() -> None:
    """Print one block per set."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "data"
    folder = Path(os.environ.get("JEJO_REAL_DATA", beside))
    korean = texts("ko")
    for chosen in SETS:
        if sys.argv[1:] and not any(word in chosen.name for word in sys.argv[1:]):
            continue
        report, seconds = analyse(chosen, folder)
        print(f"== {chosen.name}: {report.column} ({report.task}, bad = {report.positive}), {seconds:.1f} s")
        if report.not_computable:
            print("  ", korean.text(f"ai.labels.{report.not_computable}", **report.not_computable_facts))
            continue
        print(
            f"   rows {report.rows}, base rate {report.base_rate:.4f}, validation {report.validation} {report.group or ''}"
        )
        print(f"   all columns:   {_shown(report.metrics)}")
        print(f"   without leaks: {_shown(report.metrics_without_leaks)}  no skill: {report.no_skill}")
        if report.rows_without_leaks:
            print(f"     on {report.rows_without_leaks} rows, base rate {report.base_rate_without_leaks:.4f}")
        if report.metrics_forward:
            print(
                f"   last 20 % of rows: {_shown(report.metrics_forward)}  base rate {report.base_rate_forward:.4f}"
            )
        for leak in report.leaks:
            print(f"   leak ({leak.why}) {describe_leak(leak, korean)}")
        for driver in report.drivers[:3]:
            print(f"   driver {driver.importance:.2f} {describe_driver(driver, korean, task=report.task)}")


if __name__ == "__main__":
    main()
