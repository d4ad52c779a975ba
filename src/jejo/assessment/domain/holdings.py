"""What data a factory holds: figures of each table, and the kinds of records found in any of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from jejo.ai.domain.anomaly import AnomalyReport
from jejo.ai.domain.drivers import LabelReport, Task
from jejo.assessment.domain.examined import Examined, Limits
from jejo.assessment.domain.words import stem, stems
from jejo.intake.domain.table import Kind, Role, Source, Table

ENERGY_CONCEPTS = frozenset({"electrical_energy", "active_power", "gas_consumption", "apparent_power"})
COUNT_CONCEPTS = frozenset(
    {
        "produced_quantity",
        "good_quantity",
        "scrap_quantity",
        "rework_quantity",
        "inspected_quantity",
        "planned_quantity",
        "shot_count",
        "counter",
        "defect_rate",
        "yield_rate",
        "oee",
        "availability",
    }
)
"""What was made, not how: these say nothing about the state of a machine."""
_CLASSES = 20
_PHYSICAL = 3
_PRODUCT_LABELS = frozenset({"quality_label", "defect_type"})
_PRODUCT_WORDS = stems("insp inspect inspection pass ok ng quality 판정 합불 양불 불량")
_NO_SOURCE = Source("", "", 0, "")


@dataclass(frozen=True, slots=True)
class RecordKind:
    """A kind of business record, known by its headers.

    Args:
        words: every group must meet at least one column; English by stem, Korean as part of the header.
        is_process: rows tell how something was made or how a machine behaved, not only what was traded.
    """

    code: str
    words: tuple[tuple[str, ...], ...]
    is_process: bool = False

    def is_held_by(self, table: Table) -> bool:
        """Tell whether every group of words meets a column."""
        headers = [
            (column.name, stems(column.name)) for column in table.columns if column.role is not Role.IGNORED
        ]
        return all(any(_meets(word, *header) for header in headers for word in group) for group in self.words)


def _meets(word: str, name: str, parts: frozenset[str]) -> bool:
    return stem(word) in parts if word.isascii() else word in name


Holdings = Mapping[str, float]
"""Amount by measure code; an absent code is 0."""


def holdings_of(
    table: Table, kinds: Sequence[RecordKind], label: LabelReport | None, anomalies: AnomalyReport | None
) -> Holdings:
    """Return the figures of one table, and its rows under every kind of record that it holds.

    Numbers in business records (quantities, prices) are neither process conditions nor signals.
    """
    kept = [kind for kind in kinds if kind.is_held_by(table)]
    held = held_by(table, label, anomalies) | {kind.code: float(table.frame.height) for kind in kept}
    if kept and not any(kind.is_process for kind in kept):
        held |= {"parameters": 0.0, "series-signals": 0.0}
    return held


def held_by(table: Table, label: LabelReport | None, anomalies: AnomalyReport | None) -> dict[str, float]:
    """Return the figures of one table.

    Args:
        label: counted when its column is in this table.
        anomalies: counted against the table when it looked at as many rows and could compute nothing.
    """
    examined = Examined(table, _NO_SOURCE, Limits({}, {}))
    varying = {each.name for each in examined.signals if not each.is_constant and each.present}
    columns = [
        column for column in table.columns if column.name in varying and column.concept not in COUNT_CONCEPTS
    ]
    target = label.column if label and label.column in table.frame.columns else _label(table)
    known = sum(column.concept is not None for column in columns)
    # Shots in time order tell about the machine too, once their quantities are known to be physical.
    is_series = table.kind is Kind.TIME_SERIES or (
        table.kind is Kind.PER_ITEM and table.time is not None and known >= _PHYSICAL
    )
    has_items = table.kind is Kind.PER_ITEM or target is not None
    span = table.end - table.start if table.start is not None and table.end is not None else None
    held = {
        "rows": float(table.frame.height),
        "series-signals": float(len(columns)) if is_series else 0.0,
        "known-signals": float(known),
        "energy-signals": float(sum(column.concept in ENERGY_CONCEPTS for column in columns))
        if is_series
        else 0.0,
        "parameters": float(sum(column.name != target for column in columns)) if has_items else 0.0,
        "span": 0.0 if span is None else span.total_seconds() / 86_400,
        "whole-times": 1.0 if table.time and not examined.truncated_times else 0.0,
    }
    held |= _results(table, target)
    held |= _cases(table)
    held["failures"] = float(max(_alarms(table), _label_runs(table, target)))
    if label is not None and target == label.column:
        held["skill"] = skill(label)
    was_tried = anomalies is not None and len(anomalies.scores) == table.frame.height
    held["watchable"] = 0.0 if was_tried and anomalies is not None and anomalies.not_computable else 1.0
    return held


def skill(label: LabelReport) -> float:
    """Return how much better than guessing the honest model is, at the lower end of its interval, 0 to 1.

    Binary: average precision above the base rate, of what is left above it; several classes: macro F1;
    numbers: R². Always without leaks; 0 where nothing was computed.
    """
    metrics = label.metrics_without_leaks
    if label.not_computable is not None or label.no_skill:
        return 0.0
    if label.task is Task.BINARY:
        found = metrics.get("pr_auc")
        base = label.base_rate if label.base_rate_without_leaks is None else label.base_rate_without_leaks
        return max(0.0, (found.low - base) / (1 - base)) if found and base < 1 else 0.0
    found = metrics.get("macro_f1" if label.task is Task.MULTICLASS else "r2")
    return max(0.0, found.low) if found else 0.0


def _label(table: Table) -> str | None:
    for name in table.named(Role.LABEL):
        if table.frame[name].drop_nulls().n_unique() > 1:
            return name
    return None


def _results(table: Table, target: str | None) -> dict[str, float]:
    """Results known per independent item: a label that never changes within a run counts once per run."""
    if target is None:
        return {"labelled": 0.0, "positives": 0.0}
    keys = [name for name in table.groups if name != target]
    frame = table.frame.select([*keys, target]).drop_nulls(target)
    if keys and frame.height and frame.n_unique() == frame.select(keys).n_unique():
        frame = frame.unique()
    values = frame[target]
    if values.n_unique() < 2:
        return {"labelled": 0.0, "positives": 0.0}
    is_series = table.kind is Kind.TIME_SERIES
    if values.dtype.is_numeric() and values.n_unique() > _CLASSES:
        amount = _independent(values) if is_series else float(len(values))
        return {"labelled": amount, "positives": amount}
    if is_series and values.n_unique() == 2:
        # A stretch of bad rows is one case, however often it was sampled.
        return {"labelled": float(len(values)), "positives": float(_runs_of_rarer(table, target))}
    rarest = values.value_counts(sort=True)["count"][-1]
    # Of two classes the rarer one is the defect; of several, all but the most frequent tell something.
    others = rarest if values.n_unique() == 2 else len(values) - values.value_counts(sort=True)["count"][0]
    return {"labelled": float(len(values)), "positives": float(others)}


def _label_runs(table: Table, target: str | None) -> int:
    if target is None or table.kind is not Kind.TIME_SERIES or table.frame[target].n_unique() != 2:
        return 0
    column = next(column for column in table.columns if column.name == target)
    # A bad product is no failure of the machine.
    if column.concept in _PRODUCT_LABELS or stems(target) & _PRODUCT_WORDS:
        return 0
    return _runs_of_rarer(table, target)


def _independent(values: pl.Series) -> float:
    """Number of independent values among numbers in time order, from the correlation of neighbours.

    Source:
        Effective sample size of a first-order autoregressive series, n (1 − r) / (1 + r).
    """
    pairs = pl.DataFrame({"a": values.head(len(values) - 1), "b": values.tail(len(values) - 1)})
    alike = pairs.select(pl.corr("a", "b")).item()
    r = min(max(float(alike), 0.0), 1.0) if alike is not None and alike == alike else 1.0
    return float(max(1, round(len(values) * (1 - r) / (1 + r))))


def _runs_of_rarer(table: Table, target: str) -> int:
    keys = [name for name in table.groups if name != target]
    rare = table.frame[target].value_counts(sort=True)[target][-1]
    marked = pl.col(target).eq_missing(pl.lit(rare))
    begins = marked & ~(
        marked.shift(1, fill_value=False).over(keys) if keys else marked.shift(1, fill_value=False)
    )
    return int(table.frame.select(begins.sum()).item())


def _alarms(table: Table) -> int:
    counts = [
        int(table.frame[column.name].is_not_null().sum())
        for column in table.columns
        if column.concept == "alarm_code"
    ]
    return max(counts, default=0)


def _cases(table: Table) -> dict[str, float]:
    if table.kind is not Kind.EVENT_LOG:
        return {}
    wanted = {
        "cases": ("case", "order", "lot", "작업지시", "로트", "지시"),
        "activities": ("activity", "process", "공정", "작업"),
    }
    held = {}
    for code, words in wanted.items():
        for column in table.columns:
            if column.role is not Role.SIGNAL and any(
                _meets(word, column.name, stems(column.name)) for word in words
            ):
                held[code] = float(table.frame[column.name].n_unique())
                break
    return held
