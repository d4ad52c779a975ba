"""What goes with a label: drivers with direction and range, leaks with their reason, honest metrics."""

from dataclasses import dataclass, field
from enum import StrEnum


class Task(StrEnum):
    """What kind of label it is."""

    BINARY = "binary"
    MULTICLASS = "multiclass"
    REGRESSION = "regression"


@dataclass(frozen=True, slots=True)
class Interval:
    """A metric with its 95 % interval over validation folds or resamples."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Leak:
    """A column that is the label in disguise; excluded, and said so.

    Args:
        why: code of the reason; its text is `ai.leaks.<why>`.
        facts: fill the placeholders of that text.
    """

    column: str
    why: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Driver:
    """A column (or a difference, ratio or product of two) that goes with the label.

    Args:
        name: column name, or `a − b`, `a ÷ b`, `a × b`.
        importance: share of the model's explanation, all drivers add up to ≤ 1.
        direction: `higher`, `lower`, `outside` or `category`: where the label becomes more likely.
        low, high: the range (own unit) where the label is most likely; None: open end.
        category: the value that goes with the label, for direction `category`.
        rate_inside, rate_outside: label rate (or mean) within and without that range, on held-out rows.
        rows_inside: number of held-out rows within the range.
        kind: `value`, `category`, `difference`, `ratio`, `product`, or of past rows only: `change` (from the row
            before), `deviation` (from the median of the rows before), `spread` (standard deviation of the last
            rows), `pause` (seconds since the row before).
        window: number of past rows looked at, for `deviation` and `spread`.
        label_value: the class the rates are about (multiclass), else None.
    """

    name: str
    columns: tuple[str, ...]
    importance: float
    direction: str
    rate_inside: float
    rate_outside: float
    rows_inside: int
    low: float | None = None
    high: float | None = None
    category: str | None = None
    kind: str = "value"
    window: int | None = None
    label_value: str | None = None


@dataclass(frozen=True, slots=True)
class LabelReport:
    """What the data says about a label.

    Args:
        positive: the value counted as the bad case (binary), or None.
        base_rate: share of positives (binary), of the largest class (multiclass), or mean (regression).
        validation: `time`, `order` (no time, but rows are numbered), `group`, `time+group` or `random`: how folds
            were cut.
        metrics: with every usable column, leaks included (`pr_auc`, `roc_auc`, `f1` | `macro_f1` | `r2`, `mae`).
        metrics_without_leaks: the same without the leaks: the figures to believe.
        not_computable: code of the reason why no model was made, or None; its text is `ai.labels.<code>`.
        not_computable_facts: fill the placeholders of that text.
        no_skill: the figures to believe do not differ from guessing: drivers are then left out.
        base_rate_without_leaks, rows_without_leaks: of the rows behind `metrics_without_leaks`, where rows that
            a leaking value decides were left out too; None: the same rows.
        metrics_forward: without leaks, trained on the first 80 % of the rows, measured on the last 20 %; empty
            where the rows have no order in time.
        base_rate_forward: share of positives in those last rows.
        positives: number of rows counted as the bad case (binary).
        group: the column whose values were kept together in one fold, or None.
    """

    column: str
    task: Task
    positive: str | None
    base_rate: float
    rows: int
    validation: str
    metrics: dict[str, Interval]
    metrics_without_leaks: dict[str, Interval]
    leaks: tuple[Leak, ...]
    drivers: tuple[Driver, ...]
    not_computable: str | None = None
    not_computable_facts: dict[str, object] = field(default_factory=dict)
    no_skill: bool = False
    base_rate_without_leaks: float | None = None
    rows_without_leaks: int | None = None
    metrics_forward: dict[str, Interval] = field(default_factory=dict)
    base_rate_forward: float | None = None
    positives: int | None = None
    group: str | None = None
