"""The first report in one language, as JSON has it: extend it, never rename.

Pages, PDF and HTML are views of this document. Times are ISO 8601 with offset; texts are in `language`.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """The original file."""

    name: str
    sha256: str
    bytes: int
    encoding: str


@dataclass(frozen=True, slots=True)
class StatsEntry:
    """Counts of all values; the rest of numbers only."""

    count: int
    nulls: int
    min: float | None
    max: float | None
    mean: float | None


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """One column: `concept` is a `concept_id`, `unit` a UCUM code; the shown words beside them."""

    name: str
    role: str
    concept: str | None
    irdi: str | None
    unit: str | None
    confidence: float
    stats: StatsEntry
    role_text: str = ""
    concept_text: str | None = None
    unit_text: str | None = None


@dataclass(frozen=True, slots=True)
class StepEntry:
    """One automatic step; reading again with `key` left out undoes it."""

    code: str
    text: str
    undoable: bool
    key: str = ""


@dataclass(frozen=True, slots=True)
class FindingEntry:
    """Something a person should know about the data."""

    code: str
    text: str
    rows: int
    column: str | None


@dataclass(frozen=True, slots=True)
class IssueEntry:
    """A quality shortcoming and the next step."""

    code: str
    criterion: str
    severity: str
    text: str
    hint: str
    column: str | None
    rows: int


@dataclass(frozen=True, slots=True)
class QualityEntry:
    """0–100; a criterion that a file cannot show is null."""

    score: float
    criteria: dict[str, float | None]
    issues: tuple[IssueEntry, ...]
    criteria_text: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShareEntry:
    """A signal's part in an anomaly; `change` is mean in the interval minus usual mean, own unit."""

    name: str
    share: float
    change: float | None = None


@dataclass(frozen=True, slots=True)
class AnomalyEntry:
    """One strange interval; `start` and `end` are null where the table has no time."""

    start: str | None
    end: str | None
    strength: float
    signals: tuple[ShareEntry, ...]
    text: str
    first_row: int = 0
    last_row: int = 0
    group: str | None = None
    detectors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UsualEntry:
    """Where a signal usually lies."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class LeakEntry:
    """A column that is the label in disguise, and why."""

    column: str
    why: str
    code: str = ""


@dataclass(frozen=True, slots=True)
class DriverEntry:
    """What goes with the label, in words and numbers."""

    name: str
    importance: float
    direction: str
    low: float | None
    high: float | None
    category: str | None
    rate_inside: float
    rate_outside: float
    rows_inside: int
    text: str


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """The label and what goes with it.

    Args:
        base_rate: null where the label is not computable.
        metrics: `pr_auc`, `pr_auc_low`, `pr_auc_high`, …: the value and its 95 % interval.
        metrics_without_leaks: the figures to believe.
        metrics_forward: the same, learnt on the first 80 % of the time and measured on the last 20 %.
    """

    column: str
    task: str
    base_rate: float | None
    metrics: dict[str, float]
    metrics_without_leaks: dict[str, float]
    leaks: tuple[LeakEntry, ...]
    drivers: tuple[DriverEntry, ...]
    positive: str | None = None
    rows: int = 0
    base_rate_without_leaks: float | None = None
    rows_without_leaks: int | None = None
    validation: str = ""
    text: str = ""
    metrics_forward: dict[str, float] = field(default_factory=dict)
    base_rate_forward: float | None = None


@dataclass(frozen=True, slots=True)
class ReadinessEntry:
    """One of the 35 cells; `missing` is in words."""

    cell: str
    state: str
    missing: tuple[str, ...]
    name: str = ""
    state_text: str = ""


@dataclass(frozen=True, slots=True)
class ProcessEntry:
    """The process model resembled most; `id` is null where none is."""

    id: str | None
    confidence: float
    name: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TableEntry:
    """One table of the file.

    Args:
        axis: `time` or `row`: what charts of this table are drawn over.
        preview: first rows as shown, in column order.
        anomalies_text: how the search was made, or why nothing could be computed.
        reference_rows: (first, last) rows taken as usual, per run.
    """

    name: str
    kind: str
    rows: int
    start: str | None
    end: str | None
    sampling_s: float | None
    header_rows: tuple[int, ...]
    columns: tuple[ColumnEntry, ...]
    steps: tuple[StepEntry, ...]
    quality: QualityEntry
    anomalies: tuple[AnomalyEntry, ...]
    label: LabelEntry | None
    readiness: tuple[ReadinessEntry, ...]
    process_model: ProcessEntry
    findings: tuple[FindingEntry, ...] = ()
    usual: tuple[UsualEntry, ...] = ()
    axis: str = "row"
    kind_text: str = ""
    preview: tuple[tuple[str, ...], ...] = ()
    anomalies_text: str = ""
    reference_rows: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class ActionEntry:
    """One of the three next actions."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """The first report on one file, in one language."""

    source: SourceEntry
    tables: tuple[TableEntry, ...]
    next_actions: tuple[ActionEntry, ...]
    language: str = "ko"
    made_at: str = ""
    seconds: float = 0.0
    id: str | None = None
