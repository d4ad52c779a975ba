"""Fills the demo factory, and measures how the product finds what was put into it.

    python bench/demo.py [SEED…]

Prints per seed: seconds to fill 30 days and the readings kept; precision and recall of `AnomalyService.find` on the
1-minute signals against the seeded faults; and whether the driver analysis ranks the seeded cause of each defect kind
first. A finding counts when it overlaps a fault. The detectors look back on 30 rows, so that a finding that begins
within 30 minutes after a fault shows its repair: precision is given strictly, and with those counted as true.
The limit: 30 s to fill.
"""

import os
import sys
import tempfile
import time
from datetime import datetime, timedelta

import numpy as np
import polars as pl

from jejo.ai.domain.drivers import LabelReport
from jejo.ai.service.anomalies import AnomalyService
from jejo.ai.service.drivers import DriverService
from jejo.bootstrap import House
from jejo.kernel.clock import SEOUL, utc_now
from jejo.kernel.plugins import Plugins
from jejo.kernel.settings import Settings
from jejo.onboarding.domain.demo import SIGNALS, Cell, Fault
from jejo.onboarding.domain.demo.shots import CAUSES
from jejo.onboarding.service.demo import REPORT_DAYS, SEED, DemoService, shots_table

LIMIT_S = 30.0
REPAIR = timedelta(minutes=30)
Span = tuple[datetime, datetime]


def fill(seed: int) -> tuple[Cell, datetime, float]:
    """Fill a demo factory in a folder of its own; return the cell, its origin and the seconds it took."""
    with tempfile.TemporaryDirectory() as home:
        house = House(Settings(home=home))
        started, before = time.perf_counter(), _processor_s()
        demo = DemoService(house.plant, house.history, house.onboarding, house.files, utc_now, seed)
        filled = demo.fill(house.scope())
        seconds, busy = time.perf_counter() - started, _processor_s() - before
        again = demo.fill(house.scope())
        twice = "nothing" if again.readings < 10 * len(SIGNALS) else f"{again.readings} readings"
        print(
            f"seed {seed}: filled in {seconds:.1f} s (limit {LIMIT_S:.0f}; {busy:.1f} s of processor time), "
            f"{filled.readings} readings"
        )
        print(f"  a second fill adds {twice} but the minutes since then")
    return Cell(seed, filled.origin), filled.origin, seconds


def _processor_s() -> float:
    """Return the processor time of this process and its ended children: a busy machine does not change it much."""
    return sum(os.times()[:4])


def findings(cell: Cell, origin: datetime, until: datetime) -> list[Span]:
    """Return what the product finds in the 1-minute signals."""
    columns: dict[str, list[np.ndarray]] = {each.key: [] for each in SIGNALS}
    for day in cell.days():
        if day.start >= until:
            break
        for key, values in day.readings.items():
            columns[key].append(values)
    frame = pl.DataFrame({key: np.concatenate(values) for key, values in columns.items()})
    frame = frame.head((until - origin) // timedelta(minutes=1))
    report = AnomalyService(Plugins("jejo.ai.detectors")).find(frame, frame.columns)
    return [
        (origin + timedelta(minutes=each.first_row), origin + timedelta(minutes=each.last_row + 1))
        for each in report.anomalies
    ]


def tell_findings(found: list[Span], faults: tuple[Fault, ...]) -> None:
    """Print precision and recall by overlap."""

    def hits(span: Span, fault: Fault, after: timedelta = timedelta()) -> bool:
        return span[0] < fault.end + after and span[1] > fault.start

    true = sum(any(hits(span, fault) for fault in faults) for span in found)
    late = sum(any(hits(span, fault, REPAIR) for fault in faults) for span in found)
    caught = [fault for fault in faults if any(hits(span, fault) for span in found)]
    print(
        f"  anomalies: recall {len(caught)}/{len(faults)}, precision {true}/{len(found)}, "
        f"{late}/{len(found)} with repairs"
    )
    for fault in faults:
        seen = [span for span in found if hits(span, fault)]
        delay = f"found after {min(span[0] for span in seen) - fault.start}" if seen else "not found"
        print(f"    {fault.kind:<20} {fault.start:%m-%d %H:%M} … {fault.end:%m-%d %H:%M}  {delay}")


def tell_causes(cell: Cell, until: datetime) -> None:
    """Print for each defect kind, and for all of them, what the driver analysis ranks first."""
    table = shots_table(cell, until, REPORT_DAYS)
    keys = {f"{each.name}({each.shown})": each.key for each in SIGNALS}
    features = [name for name in table.columns if name in keys]
    every = frozenset(key for causes in CAUSES.values() for key in causes)
    right = 0
    for kind, causes in (*CAUSES.items(), ("NG", every)):
        column = pl.col("판정") if kind == "NG" else pl.col("불량 유형")
        labelled = table.with_columns((column == kind).cast(pl.Int64).alias("label"))
        report = DriverService().analyse(labelled, "label", features)
        first = {keys[name] for name in report.drivers[0].columns} if report.drivers else set()
        right += bool(first & causes)
        print(f"    {kind:<4} {'yes' if first & causes else 'no ':<4} {_first(report)}")
    print(f"  seeded cause ranked first: {right}/{len(CAUSES) + 1}")


def _first(report: LabelReport) -> str:
    skill = report.metrics_without_leaks.get("pr_auc")
    shown = "-" if skill is None else f"{skill.value:.2f}"
    return (
        f"{report.drivers[0].name if report.drivers else '-'}  (PR-AUC {shown}, base {report.base_rate:.3f})"
    )


def main() -> None:
    """Measure each seed that was named, else the product's own."""
    until = utc_now().astimezone(SEOUL).replace(second=0, microsecond=0)
    slow = False
    for seed in [int(each) for each in sys.argv[1:]] or [SEED]:
        cell, origin, seconds = fill(seed)
        slow |= seconds > LIMIT_S
        tell_findings(findings(cell, origin, until), cell.faults(origin, until))
        tell_causes(cell, until)
    sys.exit(1 if slow else 0)


if __name__ == "__main__":
    main()
