"""Consistency: the structure criterion of the certification."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping

import polars as pl

from jejo.assessment.domain.answers import Criterion, Issue, Measure, Verdict
from jejo.assessment.domain.examined import Examined, share
from jejo.intake.domain.table import Kind, Role
from jejo.kernel.errors import Fact

_KOREAN = re.compile(r"[가-힣]")


def consistency(examined: Examined) -> Verdict:
    """Judge whether the same thing always looks the same.

    Measures: `single-rows` (weight 2), rows that are not an exact repetition, and times that occur once per run;
    `ordered-times` (1), rows that follow the row before; `one-format` (1), columns with one way of writing;
    `one-unit` (1), concepts that keep one unit; `one-naming` (0.5), column names in the most usual style;
    `one-schema` (1), columns shared with the other sheets that hold the same kind of rows.
    """
    rows, issues = examined.rows, []
    repeated = _repeated_rows(examined)
    disordered = sum(each.rows for each in examined.findings("disorder", "unsorted", "out-of-order"))
    mixed = _mixed_columns(examined)
    units = _units_by_concept(examined)
    torn = sorted(concept for concept, found in units.items() if len(found) > 1)
    naming = _naming(examined)
    schema, differing = _schema(examined)
    if repeated:
        facts: Mapping[str, Fact] = {"rows": repeated, "percent": round(100 * share(repeated, rows), 1)}
        severity = "warn" if repeated > 0.01 * rows else "info"
        issues.append(Issue("repeated-rows", Criterion.CONSISTENCY, severity, facts, rows=repeated))
    if disordered:
        facts = {"rows": disordered, "column": examined.table.time or ""}
        issues.append(
            Issue("disordered-times", Criterion.CONSISTENCY, "warn", facts, examined.table.time, disordered)
        )
    for name, example in mixed.items():
        facts = {"column": name, "example": example}
        issues.append(Issue("mixed-writing", Criterion.CONSISTENCY, "warn", facts, name))
    for concept in torn:
        names = [column.name for column in examined.used if column.concept == concept and column.unit]
        facts = {"columns": names[:5], "units": sorted(units[concept])}
        issues.append(Issue("mixed-units", Criterion.CONSISTENCY, "warn", facts, names[0]))
    if differing:
        issues.append(Issue("differing-sheets", Criterion.CONSISTENCY, "warn", {"columns": differing[:5]}))
    timed = examined.table.time is not None
    measures = (
        Measure("single-rows", 1 - min(1.0, share(repeated, rows)) if rows else None, 2),
        Measure("ordered-times", 1 - min(1.0, share(disordered, rows)) if timed and rows else None),
        Measure("one-format", 1 - share(len(mixed), len(examined.used)) if examined.used else None),
        Measure("one-unit", 1 - share(len(torn), len(units)) if units else None),
        Measure("one-naming", naming, 0.5),
        Measure("one-schema", schema),
    )
    return Verdict(measures, tuple(issues))


def _repeated_rows(examined: Examined) -> int:
    # A repeated time is a repetition only where each row is a moment; many items may share a day.
    is_series = examined.table.kind is Kind.TIME_SERIES
    reported = sum(each.rows for each in examined.findings("duplicate")) if is_series else 0
    names = [column.name for column in examined.used]
    # Without a time or an identifier two equal rows may well be two equal items.
    if not names or not (examined.table.time or examined.table.named(Role.ID)):
        return reported
    return max(reported, int(examined.rows - examined.table.frame.select(names).n_unique()))


def _mixed_columns(examined: Examined) -> dict[str, str]:
    mixed = {}
    for finding in examined.findings("mixed", "format"):
        mixed[finding.column or ""] = ", ".join(str(fact) for fact in finding.facts.values())
    for column in examined.used:
        if column.role not in {Role.CATEGORY, Role.LABEL} or column.name in mixed:
            continue
        values = examined.table.frame[column.name]
        if values.dtype != pl.String:
            continue
        spellings: dict[str, set[str]] = defaultdict(set)
        for value in values.unique().drop_nulls().head(2_000):
            spellings[re.sub(r"[\s_\-.]+", "", value).casefold()].add(value)
        twice = [sorted(found) for found in spellings.values() if len(found) > 1]
        if twice:
            mixed[column.name] = " / ".join(twice[0][:3])
    return mixed


def _units_by_concept(examined: Examined) -> dict[str, set[str]]:
    units: dict[str, set[str]] = defaultdict(set)
    for column in examined.used:
        if column.concept and column.unit:
            units[column.concept].add(column.unit)
    return units


def _style(name: str) -> str:
    if _KOREAN.search(name):
        return "korean"
    if name.isupper():
        return "upper"
    if " " in name.strip():
        return "spaced"
    if "_" in name:
        return "snake" if name.islower() else "capital-snake"
    return "plain" if name.islower() or not any(letter.isalpha() for letter in name) else "camel"


def _naming(examined: Examined) -> float | None:
    names = [column.name for column in examined.used]
    if len(names) < 2:
        return None
    styles = Counter(_style(name) for name in names)
    # One lower-case word fits into snake_case and into camelCase alike.
    plain = styles.pop("plain", 0)
    return (max(styles.values(), default=0) + plain) / len(names)


def _schema(examined: Examined) -> tuple[float | None, list[str]]:
    own = {column.name for column in examined.used}
    alike = []
    for sibling in examined.siblings:
        other = {column.name for column in sibling.columns if column.role is not Role.IGNORED}
        # Sheets that share most columns were meant to be one table, month by month.
        if len(own & other) >= 3 and len(own & other) >= 0.6 * len(own | other):
            alike.append(other)
    if not alike:
        return None, []
    every = own.union(*alike)
    shared = own.intersection(*alike)
    return share(len(shared), len(every)), sorted(every - shared)
