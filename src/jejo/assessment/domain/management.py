"""Usefulness and accessibility: the management criteria of the certification, as far as a file can show them."""

import math
import re
from collections.abc import Mapping
from datetime import timedelta

from jejo.assessment.domain.answers import Criterion, Issue, Measure, Verdict
from jejo.assessment.domain.examined import Examined, share
from jejo.intake.domain.table import Role
from jejo.kernel.errors import Fact

ENOUGH_ROWS = 1_000
ENOUGH_TIME = timedelta(days=30)
_MOST_NAMED = 5
_CODE_NAME = re.compile(r"^[A-Za-z]{0,6}[_.-]?\d+([_.-]\d+)?$|^[A-Za-z]{1,2}$")
_PLAIN_ENCODINGS = (
    "utf-8",
    "utf8",
    "utf-8-sig",
    "ascii",
    "parquet",
    "xlsx",
    "xls",
    "json",
    "jsonl",
    "ndjson",
    "zip",
)


def usefulness(examined: Examined) -> Verdict:
    """Judge what can be done with the data.

    Measures: `meaning-known` (weight 2), signals and labels whose concept is known; `enough-rows` (1), logarithm
    of the rows against 1,000; `enough-time` (1), time span against 30 days; `varying-signals` (1), signals that
    change at all; `label-present` (1), a result (OK/NG, defect, quality) with more than one value.
    """
    table, rows, issues = examined.table, examined.rows, []
    carriers = [column for column in examined.used if column.role in {Role.SIGNAL, Role.LABEL}]
    unknown = [column.name for column in carriers if column.concept is None]
    constant = [profile.name for profile in examined.signals if profile.is_constant]
    labels = table.named(Role.LABEL)
    alive = [name for name in labels if table.frame[name].drop_nulls().n_unique() > 1]
    span = table.end - table.start if table.start is not None and table.end is not None else None
    if unknown:
        facts: Mapping[str, Fact] = {
            "count": len(unknown),
            "of": len(carriers),
            "columns": unknown[:_MOST_NAMED],
        }
        issues.append(Issue("unknown-meaning", Criterion.USEFULNESS, "warn", facts))
    if constant:
        facts = {"count": len(constant), "columns": constant[:_MOST_NAMED]}
        issues.append(Issue("constant-signals", Criterion.USEFULNESS, "info", facts, constant[0]))
    if labels and not alive:
        value = table.frame[labels[0]].drop_nulls().head(1)
        facts = {"column": labels[0], "value": str(value[0]) if len(value) else "–", "rows": rows}
        issues.append(Issue("label-one-value", Criterion.USEFULNESS, "warn", facts, labels[0]))
    elif not labels:
        issues.append(Issue("no-label", Criterion.USEFULNESS, "info"))
    if rows < ENOUGH_ROWS:
        issues.append(Issue("few-rows", Criterion.USEFULNESS, "warn", {"rows": rows, "need": ENOUGH_ROWS}))
    if span is not None and span < ENOUGH_TIME:
        issues.append(Issue("short-span", Criterion.USEFULNESS, "warn", {"span": span, "need": ENOUGH_TIME}))
    measures = (
        Measure("meaning-known", 1 - share(len(unknown), len(carriers)) if carriers else None, 2),
        Measure("enough-rows", min(1.0, math.log10(max(rows, 1)) / math.log10(ENOUGH_ROWS))),
        Measure("enough-time", None if span is None else min(1.0, span / ENOUGH_TIME)),
        Measure(
            "varying-signals", 1 - share(len(constant), len(examined.signals)) if examined.signals else None
        ),
        Measure("label-present", 1.0 if alive else 0.0),
    )
    return Verdict(measures, tuple(issues))


def accessibility(examined: Examined) -> Verdict:
    """Judge how easily a person or a machine gets at the data.

    Measures: `header-as-is` (weight 2), 1 when one row of names was found without repair, else 0.5;
    `open-encoding` (1), 1 for Unicode and open formats, else 0.5; `rows-findable` (1), rows carry a time or an
    identifier; `units-written` (1), signals whose unit is known; `names-speak` (1), columns named by words, not
    by codes such as `tag17`. Licence, contact and update cycle are no property of a file: not computable.
    """
    table, issues = examined.table, []
    # A row of units below the names is good practice, not a repair.
    repairs = [step for step in table.steps if step.code.startswith("header") and step.code != "header.units"]
    encoding = examined.source.encoding.lower()
    is_plain = encoding in _PLAIN_ENCODINGS
    findable = table.time is not None or bool(table.named(Role.ID))
    signals = [column for column in examined.used if column.role is Role.SIGNAL]
    coded = [column.name for column in examined.used if _CODE_NAME.match(column.name.strip())]
    if repairs:
        issues.append(Issue("header-repaired", Criterion.ACCESSIBILITY, "info", {"count": len(repairs)}))
    if not is_plain:
        issues.append(
            Issue("old-encoding", Criterion.ACCESSIBILITY, "info", {"encoding": examined.source.encoding})
        )
    if not findable:
        issues.append(Issue("no-time-no-id", Criterion.ACCESSIBILITY, "warn"))
    if coded:
        facts: Mapping[str, Fact] = {
            "count": len(coded),
            "of": len(examined.used),
            "columns": coded[:_MOST_NAMED],
        }
        severity = "warn" if 2 * len(coded) > len(examined.used) else "info"
        issues.append(Issue("code-names", Criterion.ACCESSIBILITY, severity, facts, coded[0]))
    issues.append(Issue("not-in-file", Criterion.ACCESSIBILITY, "info"))
    with_unit = sum(column.unit is not None for column in signals)
    measures = (
        Measure("header-as-is", 0.5 if repairs else 1.0, 2),
        Measure("open-encoding", 1.0 if is_plain else 0.5),
        Measure("rows-findable", 1.0 if findable else 0.0),
        Measure("units-written", share(with_unit, len(signals)) if signals else None),
        Measure("names-speak", 1 - share(len(coded), len(examined.used)) if examined.used else None),
        Measure("licence", None),
        Measure("contact", None),
        Measure("update-cycle", None),
    )
    return Verdict(measures, tuple(issues))
