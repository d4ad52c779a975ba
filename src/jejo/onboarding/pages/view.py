"""What the report page shows of one table: which charts first, bands, capped lists, the grid of cells.

Nothing here judges the data: it only arranges the document, so that a page stays small however large the file.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from jejo.onboarding.domain.document import (
    AnomalyEntry,
    ColumnEntry,
    FindingEntry,
    IssueEntry,
    ReadinessEntry,
    ReportDocument,
    StepEntry,
    TableEntry,
    UsualEntry,
)
from jejo.onboarding.domain.drawing import first_signals

FIRST_CHARTS = 6
BANDS = 240
PREVIEW_COLUMNS = 12
STAGES = ("FIN", "PLN", "PUR", "MFG", "LOG", "MKT", "SVC")
FUNCTIONS = ("REC", "PRE", "AUT", "COM", "GEN")
_CAPS = {"anomalies": 5, "steps": 6, "findings": 5, "issues": 5, "columns": 16, "drivers": 6, "signals": 24}
_CAPS_OPEN = {
    "anomalies": 60,
    "steps": 60,
    "findings": 60,
    "issues": 60,
    "columns": 90,
    "drivers": 40,
    "signals": 300,
}

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Some(Generic[Item]):
    """The part of a list that the page shows, and how many there are."""

    name: str
    shown: Sequence[Item]
    total: int
    is_open: bool

    @property
    def has_more(self) -> bool:
        """Whether asking for all of them shows more."""
        return not self.is_open and self.total > len(self.shown)

    @property
    def left_out(self) -> int:
        """How many even the open list leaves to the downloads."""
        return self.total - len(self.shown)


@dataclass(frozen=True, slots=True)
class Plot:
    """One chart: a signal with its unit and usual range."""

    column: ColumnEntry
    usual: UsualEntry | None


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure without the leaking columns, its interval, and the same with them."""

    name: str
    value: float
    low: float | None
    high: float | None
    leaky: float | None


@dataclass(frozen=True, slots=True)
class ReportView:
    """One table of the report as the page shows it."""

    number: int
    table: TableEntry
    plots: Sequence[Plot]
    others: Some[Plot]
    is_searched: bool
    whole: tuple[float, float]
    bands: Sequence[tuple[float, float, int]]
    anomalies: Some[AnomalyEntry]
    steps: Some[StepEntry]
    findings: Some[FindingEntry]
    issues: Some[IssueEntry]
    columns: Some[ColumnEntry]
    preview_columns: int
    metrics: Sequence[Metric]
    cells: dict[str, ReadinessEntry]
    counts: dict[str, int]


def report_view(document: ReportDocument, number: int, everything: frozenset[str]) -> ReportView:
    """Return what the page shows of a table.

    Args:
        everything: names of the lists that are shown in full.
    """
    table = document.tables[number]

    def some(name: str, items: Sequence[Item]) -> Some[Item]:
        is_open = name in everything
        return Some(name, items[: (_CAPS_OPEN if is_open else _CAPS)[name]], len(items), is_open)

    plots = _plots(table)
    counts: dict[str, int] = defaultdict(int)
    for entry in table.readiness:
        counts[entry.state] += 1
    return ReportView(
        number=number,
        table=table,
        plots=plots[:FIRST_CHARTS],
        others=some("signals", plots[FIRST_CHARTS:]),
        # Without rows taken as usual nothing was searched: that is "not computable", never 0.
        is_searched=bool(table.anomalies or table.reference_rows),
        whole=_whole(table),
        bands=_bands(table),
        anomalies=some("anomalies", table.anomalies),
        steps=some("steps", table.steps),
        findings=some("findings", table.findings),
        issues=some("issues", table.quality.issues),
        columns=some("columns", table.columns),
        preview_columns=PREVIEW_COLUMNS,
        metrics=_metrics(table),
        cells={entry.cell: entry for entry in table.readiness},
        counts=counts,
    )


def _plots(table: TableEntry) -> list[Plot]:
    """Return a plot per signal that has values, in the order of the printed report."""
    usual = {entry.name: entry for entry in table.usual}
    columns = {column.name: column for column in table.columns if column.stats.min is not None}
    names = first_signals(table, len(table.columns))
    return [Plot(columns[name], usual.get(name)) for name in names if name in columns]


def _whole(table: TableEntry) -> tuple[float, float]:
    """Return the range of the charts' axis: seconds since 1970, or row numbers from 0; never empty."""
    if table.axis == "time" and table.start and table.end:
        start, end = (datetime.fromisoformat(moment).timestamp() for moment in (table.start, table.end))
    else:
        start, end = 0.0, float(table.rows - 1)
    return start, max(end, start + 1.0)


def _short(value: float) -> float:
    """Return a place on the axis as it is written shortest."""
    return int(value) if value == int(value) else round(value, 3)


def _bands(table: TableEntry) -> list[tuple[float, float, int]]:
    """Return (from, to, number in the list) of the strongest intervals, in the unit of the charts' axis."""
    numbered = sorted(enumerate(table.anomalies, 1), key=lambda pair: -pair[1].strength)[:BANDS]
    bands: list[tuple[float, float, int]] = []
    for number, anomaly in sorted(numbered):
        if table.axis != "time":
            bands.append((anomaly.first_row, anomaly.last_row, number))
        elif anomaly.start and anomaly.end:
            start, end = (
                datetime.fromisoformat(moment).timestamp() for moment in (anomaly.start, anomaly.end)
            )
            bands.append((_short(start), _short(end), number))
    return bands


def _metrics(table: TableEntry) -> list[Metric]:
    if table.label is None:
        return []
    believed, leaky = table.label.metrics_without_leaks, table.label.metrics
    names = [name for name in believed if not name.endswith(("_low", "_high"))]
    return [
        Metric(
            name,
            believed[name],
            believed.get(f"{name}_low"),
            believed.get(f"{name}_high"),
            leaky.get(name) if table.label.leaks else None,
        )
        for name in names
    ]
