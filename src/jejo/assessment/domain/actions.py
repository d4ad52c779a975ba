"""The three most useful next steps, each with its numbers.

Benefits order the steps, 0 to 100 (ours): wrong times first, because they spoil everything after; then what was
found (an anomaly to look at, a range to avoid); then what would make more possible.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from jejo.ai.domain.anomaly import AnomalyReport
from jejo.ai.domain.drivers import Driver, LabelReport, Task
from jejo.assessment.domain.answers import Action, Issue, Quality, Readiness, State
from jejo.assessment.domain.holdings import skill
from jejo.intake.domain.table import Kind, Role, Table
from jejo.kernel.errors import Fact

_COUNT = 3
_WEAK_SKILL = 0.05
_CLEAR_RATIO = 1.5
_CLEAR_SPREADS = 0.5
REPAIRS = {
    "impossible-values": "fix-impossible",
    "placeholder-numbers": "clear-placeholders",
    "bad-values": "check-sensor",
    "missing-values": "fill-missing",
    "stuck-values": "check-stuck",
}
"""Issue that one column can be looked at for → the step."""

ADDITIONS = {
    "stock.none": "add-stock",
    "lead-times.none": "add-lead-times",
    "suppliers.none": "add-suppliers",
    "order-prices.none": "add-order-prices",
}
"""Missing record → the step."""

STARTS = {
    "equipment": "start-equipment",
    "energy": "start-energy",
    "process-defects": "start-process-defects",
    "virtual-quality": "start-virtual-quality",
    "production-report": "start-production-report",
}
"""Route that is ready → the step."""

DESCRIPTIONS = {"unknown-meaning": "name-columns", "unknown-units": "write-units"}
"""Issue that people can settle by a few words → the step."""


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that is known when the next steps are chosen; `qualities` go with `tables`."""

    tables: tuple[Table, ...]
    qualities: tuple[Quality, ...]
    readiness: tuple[Readiness, ...]
    label: LabelReport | None
    anomalies: AnomalyReport | None

    def issues(self, code: str) -> tuple[Issue, ...]:
        """Return the issues of one code in all tables, most rows first."""
        found = [issue for quality in self.qualities for issue in quality.issues if issue.code == code]
        return tuple(sorted(found, key=lambda issue: -issue.rows))

    @property
    def rows(self) -> int:
        """Rows of all tables."""
        return sum(table.frame.height for table in self.tables)


def three_actions(situation: Situation) -> tuple[Action, ...]:
    """Return exactly three different steps, the most useful first; general ones only where nothing better is known."""
    offers = sorted(_offers(situation), key=lambda offer: -offer[0])
    chosen: dict[str, Action] = {}
    for _, action in offers:
        chosen.setdefault(action.code, action)
    return tuple(chosen.values())[:_COUNT]


def _offers(situation: Situation) -> Iterator[tuple[float, Action]]:
    yield from _times(situation)
    yield from _anomaly(situation)
    yield from _label(situation)
    yield from _repairs(situation)
    yield from _more_data(situation)
    yield from _names(situation)
    yield 5, Action("upload-next", {"rows": situation.rows})
    yield 3, Action("note-owner", {"tables": len(situation.tables)})
    yield 1, Action("upload-other", {"tables": len(situation.tables)})


def _times(situation: Situation) -> Iterator[tuple[float, Action]]:
    for issue in situation.issues("truncated-times")[:1]:
        yield 95, Action("export-full-times", {"column": issue.column or "", "rows": issue.rows})
    for issue in situation.issues("misdated-rows")[:1]:
        yield 72, Action("correct-dates", {"column": issue.column or "", "rows": issue.rows})
    for issue in situation.issues("end-before-start")[:1]:
        yield 70, Action("correct-ends", {"column": issue.column or "", "rows": issue.rows})


def _anomaly(situation: Situation) -> Iterator[tuple[float, Action]]:
    report = situation.anomalies
    if report is None or report.not_computable:
        return
    table = next((each for each in situation.tables if each.frame.height == len(report.scores)), None)
    found = [each for each in report.anomalies if each.shares]
    if found and table is not None:
        worst = max(found, key=lambda each: each.strength)
        leading = worst.shares[0]
        facts: dict[str, Fact] = {
            "signal": leading.signal,
            "percent": round(100 * leading.share),
            "count": len(report.anomalies),
        }
        when = table.frame[table.time][worst.first_row] if table.time else None
        if isinstance(when, datetime):
            yield 90, Action("check-anomaly-time", {**facts, "when": when})
        else:
            yield 90, Action("check-anomaly-row", {**facts, "row": worst.first_row + 1})
    if report.usual:
        yield 45, Action("start-monitoring", {"signals": len(report.usual), "signal": report.usual[0].signal})


def _label(situation: Situation) -> Iterator[tuple[float, Action]]:
    label = situation.label
    if label is None:
        return
    # A run's number decides the label only because a run has one label; it gives nothing away.
    leaks = [leak for leak in label.leaks if leak.why != "run"]
    if leaks:
        facts = {"column": leaks[0].column, "label": label.column, "count": len(leaks)}
        yield 65, Action("leave-out-leak", facts)
    if label.drivers and skill(label) >= _WEAK_SKILL:
        yield _driver(label, situation.tables)


def _driver(label: LabelReport, tables: Sequence[Table]) -> tuple[float, Action]:
    # A single column can be turned at the machine; a ratio of two must be understood first.
    driver = max(
        label.drivers, key=lambda each: each.importance * (1 if len(set(each.columns)) == 1 else 0.6)
    )
    facts: dict[str, Fact] = {
        "driver": driver.name,
        "range": _range(driver),
        "label": label.column,
        "rows": driver.rows_inside,
    }
    if label.task is Task.REGRESSION:
        labelled = [table.frame[label.column] for table in tables if label.column in table.frame.columns]
        spread = _spread(labelled[0]) if labelled else 0.0
        is_clear = abs(driver.rate_inside - driver.rate_outside) >= _CLEAR_SPREADS * spread
        means = {"inside": driver.rate_inside, "outside": driver.rate_outside}
        return 86 if is_clear else 46, Action("check-driver-mean", {**facts, **means})
    rates = {"inside": round(100 * driver.rate_inside, 1), "outside": round(100 * driver.rate_outside, 1)}
    benefit = 88 if driver.rate_inside >= _CLEAR_RATIO * driver.rate_outside else 47
    if label.task is Task.MULTICLASS:
        return benefit, Action("check-driver-class", {**facts, **rates, "value": driver.label_value or "–"})
    return benefit, Action("check-driver-rate", {**facts, **rates})


def _spread(values: pl.Series) -> float:
    spread = values.cast(pl.Float64, strict=False).std()
    return float(spread) if isinstance(spread, float) else 0.0


def _range(driver: Driver) -> str:
    if driver.category is not None:
        return f"= {driver.category}"
    low, high = (None if bound is None else f"{bound:.4g}" for bound in (driver.low, driver.high))
    if driver.direction == "outside":
        return f"≤ {low}, ≥ {high}"
    if low is None:
        return "–" if high is None else f"≤ {high}"
    return f"≥ {low}" if high is None else f"{low}–{high}"


def _repairs(situation: Situation) -> Iterator[tuple[float, Action]]:
    for code, action in REPAIRS.items():
        for issue in situation.issues(code)[:1]:
            part = issue.rows / situation.rows if situation.rows else 0.0
            columns = len({each.column for each in situation.issues(code)})
            benefit = (68 if issue.severity == "bad" else 48) + 10 * min(1.0, part)
            facts = {"column": issue.column or "", "rows": issue.rows, "columns": columns}
            yield benefit, Action(action, facts)
    for issue in situation.issues("mostly-empty")[:1]:
        yield 30, Action("write-zeros", {"column": issue.column or "", "rows": issue.rows})
    for issue in situation.issues("time-gaps")[:1]:
        yield 43, Action("close-gaps", {"gaps": issue.facts["gaps"], "longest": issue.facts["longest"]})


def _more_data(situation: Situation) -> Iterator[tuple[float, Action]]:
    for answer in situation.readiness:
        if answer.state is State.READY and answer.route in STARTS:
            yield 58, Action(STARTS[answer.route], {"rows": situation.rows})
        for missing in answer.missing:
            if missing.code == "series-signals.few":
                yield 50, Action("add-signals", missing.facts)
        if answer.state is not State.NEARLY:
            continue
        # The fewer things are missing, the nearer the gain.
        benefit = 56 if len(answer.missing) == 1 else 53
        for missing in answer.missing:
            if missing.code.startswith("span."):
                facts = {**missing.facts, "cell": answer.cell}
                yield (
                    benefit,
                    Action("upload-longer", facts) if "have" in facts else Action("add-time", facts),
                )
            elif missing.code.startswith("failures."):
                yield benefit, Action("record-failures", {"need": missing.facts["need"], "cell": answer.cell})
            elif missing.code.startswith("positives."):
                yield (
                    benefit + 1,
                    Action("collect-defects", {"have": 0, **missing.facts, "cell": answer.cell}),
                )
            elif missing.code.startswith("known-signals."):
                yield (
                    benefit - 1,
                    Action("explain-columns", {"need": missing.facts["need"], "cell": answer.cell}),
                )
            elif missing.code in ADDITIONS:
                yield benefit - 2, Action(ADDITIONS[missing.code], {"cell": answer.cell})
    labelled = any(table.named(Role.LABEL) for table in situation.tables) or situation.label is not None
    items = [table for table in situation.tables if table.kind is Kind.PER_ITEM]
    if items and not labelled:
        largest = max(items, key=lambda table: table.frame.height)
        facts = {
            "rows": largest.frame.height,
            "table": largest.name,
            "columns": len(largest.named(Role.SIGNAL)),
        }
        yield 60 if facts["columns"] else 20, Action("add-label", facts)
    for issue in situation.issues("label-one-value")[:1]:
        yield 62, Action("add-defects", {"column": issue.column or "", "rows": issue.facts["rows"]})
    if situation.issues("no-time-no-id"):
        yield 52, Action("add-time-or-id", {"rows": situation.rows})


def _names(situation: Situation) -> Iterator[tuple[float, Action]]:
    for benefit, (code, action) in zip((42, 40), DESCRIPTIONS.items(), strict=True):
        issues = situation.issues(code)
        if issues:
            worst = max(issues, key=lambda issue: int(str(issue.facts["count"])))
            count, of = (int(str(worst.facts[name])) for name in ("count", "of"))
            facts: dict[str, Fact] = {"count": count, "of": of, "columns": worst.facts["columns"]}
            yield benefit - 10 * (1 - count / of), Action(action, facts)
