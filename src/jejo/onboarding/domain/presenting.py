"""Turns a diagnosis into the document of one language: all words are chosen here, all numbers before."""

import math
from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

import polars as pl

from jejo.ai.domain.anomaly import Anomaly, AnomalyReport
from jejo.ai.domain.anomaly_words import describe
from jejo.ai.domain.driver_words import describe_driver, describe_leak, describe_outcome
from jejo.ai.domain.drivers import Driver, Interval, LabelReport, Task
from jejo.assessment.domain import Action, Issue, ProcessMatch, Quality, Readiness
from jejo.intake.domain.table import Column, Finding, Step, Table
from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Fact
from jejo.kernel.texts import Texts
from jejo.onboarding.domain.diagnosis import Diagnosis, TableDiagnosis
from jejo.onboarding.domain.document import (
    ActionEntry,
    AnomalyEntry,
    ColumnEntry,
    DriverEntry,
    FindingEntry,
    IssueEntry,
    LabelEntry,
    LeakEntry,
    ProcessEntry,
    QualityEntry,
    ReadinessEntry,
    ReportDocument,
    ShareEntry,
    SourceEntry,
    StatsEntry,
    StepEntry,
    TableEntry,
    UsualEntry,
)
from jejo.onboarding.domain.drawing import has_time_axis

PREVIEW_ROWS = 6


class Words(Protocol):
    """What the document needs of the knowledge room: names to show."""

    def concept_name(self, concept: str, language: str) -> str:
        """Return a concept's name."""

    def unit_symbol(self, unit: str) -> str:
        """Return a UCUM code as people write it."""

    def cell_name(self, cell: str, language: str) -> str:
        """Return what a manufacturing-AI cell does."""

    def process_name(self, process: str, language: str) -> str:
        """Return a process model's name."""


def present(diagnosis: Diagnosis, texts: Texts, words: Words, report: str | None = None) -> ReportDocument:
    """Return the document of a diagnosis in the language of `texts`."""
    source = diagnosis.sources[0]
    return ReportDocument(
        source=SourceEntry(
            name=", ".join(dict.fromkeys(each.name for each in diagnosis.sources)),
            sha256=source.sha256,
            bytes=sum(each.bytes for each in diagnosis.sources),
            encoding=source.encoding,
        ),
        tables=tuple(_table(found, texts, words) for found in diagnosis.tables),
        next_actions=tuple(_action(action, diagnosis, texts, words) for action in diagnosis.actions),
        language=texts.language,
        made_at=_iso(diagnosis.made_at),
        seconds=round(diagnosis.seconds, 2),
        id=report,
    )


def _table(found: TableDiagnosis, texts: Texts, words: Words) -> TableEntry:
    table = found.table
    units = _units(table, words)
    return TableEntry(
        name=table.name,
        kind=table.kind.value,
        rows=table.frame.height,
        start=_iso(table.start) if table.start else None,
        end=_iso(table.end) if table.end else None,
        sampling_s=table.sampling.total_seconds() if table.sampling else None,
        header_rows=table.header_rows,
        columns=tuple(_column(column, texts, words) for column in table.columns),
        steps=tuple(_step(step, texts) for step in table.steps),
        quality=_quality(found.quality, texts),
        anomalies=tuple(
            _anomaly(each, table, found.anomalies, texts, units) for each in found.anomalies.anomalies
        ),
        label=_label(found.label, texts, units) if found.label else None,
        readiness=tuple(_readiness(each, texts, words) for each in found.readiness),
        process_model=_process(found.process_model, texts, words),
        findings=tuple(_finding(finding, texts) for finding in table.findings),
        usual=tuple(
            UsualEntry(each.signal, each.low, each.high)
            for each in found.anomalies.usual
            if math.isfinite(each.low) and math.isfinite(each.high)
        ),
        axis="time" if has_time_axis(table) else "row",
        kind_text=texts.text(f"onboarding.report.kinds.{table.kind}"),
        preview=_preview(table, texts),
        anomalies_text=_search_text(found.anomalies, texts),
        reference_rows=found.anomalies.reference_rows,
    )


def _units(table: Table, words: Words) -> dict[str, str]:
    return {column.name: words.unit_symbol(column.unit) for column in table.columns if column.unit}


def _column(column: Column, texts: Texts, words: Words) -> ColumnEntry:
    stats = column.stats
    return ColumnEntry(
        name=column.name,
        role=column.role.value,
        concept=column.concept,
        irdi=column.irdi,
        unit=column.unit,
        confidence=round(column.confidence, 3),
        stats=StatsEntry(
            stats.count, stats.nulls, _finite(stats.minimum), _finite(stats.maximum), _finite(stats.mean)
        ),
        role_text=texts.text(f"onboarding.report.roles.{column.role}"),
        concept_text=words.concept_name(column.concept, texts.language) if column.concept else None,
        unit_text=words.unit_symbol(column.unit) if column.unit else None,
    )


def _step(step: Step, texts: Texts) -> StepEntry:
    return StepEntry(
        code=step.code,
        text=texts.text(f"intake.steps.{step.code}", **_facts(step.facts, step.column)),
        undoable=step.undoable,
        key=step.key,
    )


def _finding(finding: Finding, texts: Texts) -> FindingEntry:
    return FindingEntry(
        code=finding.code,
        text=texts.text(
            f"intake.findings.{finding.code}",
            **{"rows": finding.rows, **_facts(finding.facts, finding.column)},
        ),
        rows=finding.rows,
        column=finding.column,
    )


def _facts(facts: Mapping[str, Fact], column: str | None) -> dict[str, Fact]:
    return dict(facts) if column is None else {"column": column, **facts}


def _quality(quality: Quality, texts: Texts) -> QualityEntry:
    return QualityEntry(
        score=round(quality.score, 1),
        criteria={
            name.value: None if score is None else round(score, 1) for name, score in quality.criteria.items()
        },
        issues=tuple(_issue(issue, texts) for issue in quality.issues),
        criteria_text={name.value: texts.text(f"assessment.criteria.{name}") for name in quality.criteria},
    )


def _issue(issue: Issue, texts: Texts) -> IssueEntry:
    facts = {"rows": issue.rows, **_facts(issue.facts, issue.column)}
    return IssueEntry(
        code=issue.code,
        criterion=issue.criterion.value,
        severity=issue.severity,
        text=texts.text(f"assessment.issues.{issue.code}.message", **facts),
        hint=texts.text(f"assessment.issues.{issue.code}.hint", **facts),
        column=issue.column,
        rows=issue.rows,
    )


def _anomaly(
    anomaly: Anomaly, table: Table, report: AnomalyReport, texts: Texts, units: Mapping[str, str]
) -> AnomalyEntry:
    start, end = (_moment(table, row) for row in (anomaly.first_row, anomaly.last_row))
    return AnomalyEntry(
        start=_iso(start) if start else None,
        end=_iso(end) if end else None,
        strength=round(anomaly.strength, 2),
        signals=tuple(
            ShareEntry(each.signal, round(each.share, 3), _finite(each.change)) for each in anomaly.shares
        ),
        text=describe(
            anomaly, texts, start or anomaly.first_row + 1, end or anomaly.last_row + 1, report.usual, units
        ),
        first_row=anomaly.first_row,
        last_row=anomaly.last_row,
        group=anomaly.group,
        detectors=anomaly.detectors,
    )


def _moment(table: Table, row: int) -> datetime | None:
    moment = None if table.time is None else table.frame[table.time][row]
    return moment if isinstance(moment, datetime) else None


def _search_text(report: AnomalyReport, texts: Texts) -> str:
    if report.not_computable is not None:
        return texts.text(f"ai.anomalies.not-computable.{report.not_computable.removeprefix('ai.')}")
    rows = sum(last - first + 1 for first, last in report.reference_rows)
    return texts.text("onboarding.report.searched", rows=rows, found=len(report.anomalies))


def _label(label: LabelReport, texts: Texts, units: Mapping[str, str]) -> LabelEntry:
    return LabelEntry(
        column=label.column,
        task=label.task.value,
        base_rate=_finite(label.base_rate),
        metrics=_metrics(label.metrics),
        metrics_without_leaks=_metrics(label.metrics_without_leaks),
        leaks=tuple(LeakEntry(leak.column, describe_leak(leak, texts), leak.why) for leak in label.leaks),
        drivers=tuple(
            DriverEntry(
                name=driver.name,
                importance=round(driver.importance, 4),
                direction=driver.direction,
                low=_finite(driver.low),
                high=_finite(driver.high),
                category=driver.category,
                rate_inside=driver.rate_inside,
                rate_outside=driver.rate_outside,
                rows_inside=driver.rows_inside,
                text=_driver(driver, texts, units, label.task),
            )
            for driver in label.drivers
        ),
        positive=label.positive,
        rows=label.rows,
        base_rate_without_leaks=label.base_rate_without_leaks,
        rows_without_leaks=label.rows_without_leaks,
        validation=label.validation,
        text=_outcome(label, texts),
        metrics_forward=_metrics(label.metrics_forward),
        base_rate_forward=_finite(label.base_rate_forward),
    )


def _driver(driver: Driver, texts: Texts, units: Mapping[str, str], task: Task) -> str:
    return describe_driver(driver, texts, units.get(driver.columns[0]), task=task)


def _outcome(label: LabelReport, texts: Texts) -> str:
    told = describe_outcome(label, texts)
    later = label.metrics_forward.get("pr_auc")
    if later is None or label.base_rate_forward is None:
        return told
    facts = {"value": round(later.value, 3), "base": round(label.base_rate_forward, 4)}
    return f"{told}. {texts.text('onboarding.report.forward', **facts)}"


def _finite(value: float | None) -> float | None:
    """Return the value, or None for what is no number: JSON has no word for it."""
    return value if value is not None and math.isfinite(value) else None


def _metrics(metrics: Mapping[str, Interval]) -> dict[str, float]:
    flat: dict[str, float] = {}
    for name, interval in metrics.items():
        flat |= {name: interval.value, f"{name}_low": interval.low, f"{name}_high": interval.high}
    return {name: round(value, 4) for name, value in flat.items() if math.isfinite(value)}


def _readiness(readiness: Readiness, texts: Texts, words: Words) -> ReadinessEntry:
    return ReadinessEntry(
        cell=readiness.cell,
        state=readiness.state.value,
        missing=tuple(
            texts.text(f"assessment.missing.{missing.code}", **missing.facts) for missing in readiness.missing
        ),
        name=words.cell_name(readiness.cell, texts.language),
        state_text=texts.text(f"assessment.states.{readiness.state}"),
    )


def _process(match: ProcessMatch | None, texts: Texts, words: Words) -> ProcessEntry:
    if match is None:
        return ProcessEntry(None, 0.0)
    name = words.process_name(match.id, texts.language)
    return ProcessEntry(match.id, round(match.confidence, 3), name, match.evidence)


def _preview(table: Table, texts: Texts) -> tuple[tuple[str, ...], ...]:
    shown = [
        column.map_elements(texts.show, return_dtype=pl.String, skip_nulls=True)
        for column in table.frame.head(PREVIEW_ROWS)
    ]
    return tuple(tuple("" if value is None else value for value in row) for row in zip(*shown, strict=True))


def _action(action: Action, diagnosis: Diagnosis, texts: Texts, words: Words) -> ActionEntry:
    for table in diagnosis.tables:
        units = _units(table.table, words)
        for driver in table.label.drivers if table.label else ():
            if action.code.startswith("check-driver") and driver.name == action.facts.get("driver"):
                told = _driver(driver, texts, units, table.label.task if table.label else Task.BINARY)
                text = texts.text("onboarding.report.check_driver", label=action.facts["label"], told=told)
                return ActionEntry(action.code, text)
    return ActionEntry(action.code, texts.text(f"assessment.actions.{action.code}", **action.facts))


def _iso(moment: datetime) -> str:
    return moment.astimezone(SEOUL).isoformat()
