"""Completeness, validity and accuracy: the content criteria of the certification.

A measure is the share that is as it should be; `Verdict.score` joins the measures of a criterion.
"""

from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise

import polars as pl

from jejo.assessment.domain.answers import Criterion, Issue, Measure, Verdict
from jejo.assessment.domain.examined import Examined, share
from jejo.intake.domain.table import Column, Kind, Role
from jejo.kernel.errors import Fact

_MOSTLY_MISSING = 0.8
_MANY_MISSING = 0.4
_SOME_MISSING = 0.05
_MOST_NAMED = 5
_UNREADABLE = (
    "values.missing.bad-quality",
    "values.missing.no-signal",
    "values.missing.sheet-error",
    "values.missing.not-a-number",
    "values.words",
    "time.unread",
    "text.broken",
)


def completeness(examined: Examined) -> Verdict:
    """Judge what should be there and is not.

    Measures: `filled-cells` (weight 2), values present of all cells; `whole-columns` (1), columns with at most
    5 % missing; `time-coverage` (2), rows present of the rows that the usual distance asks for, time series only.
    """
    cells = examined.rows * len(examined.used)
    shares = {name: share(count, examined.rows) for name, count in examined.nulls.items()}
    whole = sum(value <= _SOME_MISSING for value in shares.values())
    gaps, missing_rows, longest = _gaps(examined)
    regular = examined.table.kind is Kind.TIME_SERIES and examined.table.sampling is not None
    measures = (
        Measure("filled-cells", 1 - share(sum(examined.nulls.values()), cells) if cells else None, 2),
        Measure("whole-columns", whole / len(shares) if shares else None),
        Measure(
            "time-coverage", examined.rows / (examined.rows + missing_rows) if regular and cells else None, 2
        ),
    )
    issues = [
        _missing_issue(examined, name, value) for name, value in shares.items() if value > _SOME_MISSING
    ]
    issues.sort(key=lambda issue: -issue.rows)
    if gaps:
        facts: Mapping[str, Fact] = {"gaps": gaps, "rows": missing_rows, "longest": longest}
        severity = "warn" if missing_rows > 0.02 * examined.rows else "info"
        issues.append(
            Issue("time-gaps", Criterion.COMPLETENESS, severity, facts, examined.table.time, missing_rows)
        )
    return Verdict(measures, tuple(issues))


def _missing_issue(examined: Examined, name: str, missing: float) -> Issue:
    rows = examined.nulls[name]
    facts: Mapping[str, Fact] = {"column": name, "rows": rows, "percent": round(100 * missing, 1)}
    if missing == 1:
        return Issue("empty-column", Criterion.COMPLETENESS, "warn", facts, name, rows)
    if missing > _MOSTLY_MISSING:
        # A column that is filled here and there is usually an event or a count whose blank means none.
        return Issue("mostly-empty", Criterion.COMPLETENESS, "warn", facts, name, rows)
    severity = "bad" if missing > _MANY_MISSING else "warn"
    return Issue("missing-values", Criterion.COMPLETENESS, severity, facts, name, rows)


def _gaps(examined: Examined) -> tuple[int, int, timedelta]:
    """Number of gaps, rows missing in them, and the longest; each run (group) by itself."""
    table, none = examined.table, (0, 0, timedelta(0))
    if table.kind is not Kind.TIME_SERIES or not table.time or not table.sampling or examined.rows < 3:
        return none
    times, runs = pl.col(table.time).cast(pl.Datetime("us")), list(table.groups)
    step = (times.diff().over(runs) if runs else times.diff()).dt.total_microseconds()
    steps = table.frame.select(*runs, step.alias("step")).drop_nulls("step")
    # Each run (file, machine) may keep a distance of its own.
    own = pl.col("step").median().over(runs) if runs else pl.lit(0.0)
    usual = pl.max_horizontal(own, pl.lit(table.sampling.total_seconds() * 1e6))
    long = steps.select("step", usual.alias("usual")).filter(pl.col("step") > 1.9 * pl.col("usual"))
    if long.is_empty():
        return none
    missing = long.select(((pl.col("step") / pl.col("usual")).round() - 1).sum()).item()
    return len(long), int(missing), timedelta(microseconds=int(long["step"].max()))  # type: ignore[arg-type]


def validity(examined: Examined) -> Verdict:
    """Judge whether values can be what their column says.

    Measures: `readable-values` (weight 2), cells that were neither text among numbers nor a bad-quality mark;
    `readable-columns` (1), columns without any such cell; `possible-values` (2), signals within the limits of
    physics and definition; `units-known` (1), signals whose unit is known.
    """
    bad = {name: rows for name, rows in _unreadable(examined).items() if rows}
    cells = examined.rows * len(examined.used)
    signals = [column for column in examined.used if column.role is Role.SIGNAL]
    outside = _outside_limits(examined)
    unitless = [column.name for column in signals if column.unit is None]
    judged = [column for column in signals if examined.limits.of(column)]
    measures = (
        Measure("readable-values", 1 - min(1.0, share(sum(bad.values()), cells)) if cells else None, 2),
        Measure("readable-columns", 1 - share(len(bad), len(examined.used)) if cells else None),
        Measure("possible-values", 1 - share(len(outside), len(judged)) if judged else None, 2),
        Measure("units-known", 1 - share(len(unitless), len(signals)) if signals else None),
    )
    issues = []
    for name, rows in sorted(bad.items(), key=lambda item: -item[1]):
        facts: Mapping[str, Fact] = {
            "column": name,
            "rows": rows,
            "percent": round(100 * share(rows, examined.rows), 1),
        }
        severity = "bad" if rows > _SOME_MISSING * examined.rows else "warn"
        issues.append(Issue("bad-values", Criterion.VALIDITY, severity, facts, name, rows))
    for column, rows, low, high in outside:
        facts = {"column": column.name, "rows": rows, "low": low, "high": high, "unit": column.unit or ""}
        issues.append(Issue("impossible-values", Criterion.VALIDITY, "bad", facts, column.name, rows))
    if unitless:
        facts = {"count": len(unitless), "of": len(signals), "columns": unitless[:_MOST_NAMED]}
        issues.append(Issue("unknown-units", Criterion.VALIDITY, "warn", facts))
    return Verdict(measures, tuple(issues))


def _unreadable(examined: Examined) -> dict[str, int]:
    reported: dict[str, int] = {}
    for finding in examined.findings(*_UNREADABLE):
        name = finding.column or ""
        reported[name] = reported.get(name, 0) + finding.rows
    for column in examined.used:
        if column.name in reported or column.role not in {Role.SIGNAL, Role.LABEL}:
            continue
        values = examined.table.frame[column.name]
        if values.dtype != pl.String:
            continue
        present = values.drop_nulls().head(20_000)
        numeric = int(present.str.strip_chars().cast(pl.Float64, strict=False).is_not_null().sum())
        # Mostly numbers with a few words: the words are marks of a bad value, or typing errors.
        if len(present) >= 20 and 0.5 < share(numeric, len(present)) < 1:
            reported[column.name] = len(present) - numeric
    return reported


def _outside_limits(examined: Examined) -> list[tuple[Column, int, float, float]]:
    outside = []
    profiles = {profile.name: profile for profile in examined.signals}
    for column in examined.used:
        limit, seen = examined.limits.of(column), profiles.get(column.name)
        if limit is None or seen is None or seen.minimum is None or seen.maximum is None:
            continue
        low, high = limit.low, limit.high
        if (low is None or seen.minimum >= low) and (high is None or seen.maximum <= high):
            continue
        values = examined.table.frame[column.name]
        wrong = pl.Series([False] * len(values)) if low is None else values < low
        wrong = wrong if high is None else wrong | (values > high)
        if seen.sentinel is not None:
            wrong = wrong & (values != seen.sentinel)
        outside.append((column, int(wrong.sum()), seen.minimum, seen.maximum))
    return outside


def accuracy(examined: Examined) -> Verdict:
    """Judge whether values look like what really was.

    Measures: `no-placeholder-numbers` (weight 2), signals without −200, 65535 and their like; `not-stuck` (1),
    signals that never stand still far longer than they usually do; `no-far-values` (1), signals with at most
    0.1 % of rows beyond the far-out fence; `true-times` (3, where there are times): 0 when dates or hours are
    cut off, half of the remaining share when rows are misdated or end before they start.
    """
    rows, issues = examined.rows, []
    placeholder = _placeholders(examined)
    stuck = examined.findings("signal.stuck")
    far = [each for each in examined.signals if (each.far_rows or 0) > max(1, 0.001 * each.present)]
    for name, (value, count) in placeholder.items():
        facts: Mapping[str, Fact] = {"column": name, "rows": count, "value": value}
        severity = "bad" if count > 0.01 * rows else "warn"
        issues.append(Issue("placeholder-numbers", Criterion.ACCURACY, severity, facts, name, count))
    for finding in stuck:
        percent = round(100 * share(finding.rows, rows), 1)
        facts = {"column": finding.column or "", "rows": finding.rows, "percent": percent}
        severity = "warn" if finding.rows > 0.01 * rows else "info"
        issues.append(
            Issue("stuck-values", Criterion.ACCURACY, severity, facts, finding.column, finding.rows)
        )
    for each in far:
        count = each.far_rows or 0
        facts = {"column": each.name, "rows": count, "low": each.minimum, "high": each.maximum}
        issues.append(Issue("far-values", Criterion.ACCURACY, "info", facts, each.name, count))
    true_times, time_issues = _true_times(examined)
    total = len(examined.signals)
    measures = (
        Measure("no-placeholder-numbers", 1 - min(1.0, share(len(placeholder), total)) if total else None, 2),
        Measure(
            "not-stuck",
            1 - min(1.0, share(len({each.column for each in stuck}), total))
            if total and examined.table.time
            else None,
        ),
        Measure("no-far-values", 1 - share(len(far), total) if total else None),
        Measure("true-times", true_times, 3),
    )
    return Verdict(measures, (*time_issues, *issues))


def _placeholders(examined: Examined) -> dict[str, tuple[Fact, int]]:
    """Placeholder numbers and their rows by column: those that intake cleared, and those still in the values."""
    found: dict[str, tuple[Fact, int]] = {}
    for finding in examined.findings("values.sentinel"):
        found[finding.column or ""] = (finding.facts.get("values", "–"), finding.rows)
    for each in examined.signals:
        if each.sentinel is not None:
            found.setdefault(each.name, (each.sentinel, each.sentinel_rows))
    return found


def _true_times(examined: Examined) -> tuple[float | None, list[Issue]]:
    issues = []
    for name in examined.truncated_times:
        facts: Mapping[str, Fact] = {"column": name, "rows": examined.rows}
        issues.append(Issue("truncated-times", Criterion.ACCURACY, "bad", facts, name, examined.rows))
    if issues:
        return 0.0, issues
    times = [name for name, kind in examined.table.frame.schema.items() if kind == pl.Datetime]
    if not times:
        return None, []
    wrong = 0
    for finding in examined.findings("misdated"):
        facts = {"column": finding.column or examined.table.time or "", "rows": finding.rows}
        issues.append(Issue("misdated-rows", Criterion.ACCURACY, "bad", facts, finding.column, finding.rows))
        wrong += finding.rows
    for start, end in pairwise(times):
        if "start" in start.lower() or "시작" in start:
            rows = int((examined.table.frame[end] < examined.table.frame[start]).sum())
            if rows:
                facts = {"column": end, "start": start, "rows": rows}
                issues.append(Issue("end-before-start", Criterion.ACCURACY, "bad", facts, end, rows))
                wrong += rows
    return (0.5 * (1 - min(1.0, share(wrong, examined.rows))) if issues else 1.0), issues
