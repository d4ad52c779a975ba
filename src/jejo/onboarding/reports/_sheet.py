"""What a file form prints: every word and number as the reader sees it, safe to show, in reading order."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Pair:
    """A name and its value in words."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A horizontal bar; `percent` is None where the value is not computable; tone `bad|warn|ok|plain`."""

    name: str
    percent: float | None
    value: str
    note: str = ""
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class ChartRow:
    """A twelfth of a chart: where it begins, its extremes, and the anomalies in it."""

    start: str
    lowest: str
    highest: str
    anomalies: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart as SVG, in words, and as a table."""

    svg: str
    alt: str
    rows: tuple[ChartRow, ...]


@dataclass(frozen=True, slots=True)
class Stretch:
    """One anomaly: its number in the charts, how long, when, what, and the signals that made it strange."""

    number: str
    length: str
    when: str
    text: str
    strength: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """A remark with what to do; tone `bad|warn|info|ok`, `mark` is the tone as a word."""

    text: str
    hint: str = ""
    mark: str = ""
    tone: str = "info"
    place: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A quality figure of a model: the one to believe first, then the one with leaks."""

    name: str
    value: str
    interval: str
    with_leaks: str


@dataclass(frozen=True, slots=True)
class Cause:
    """A condition that goes with the label, with its evidence."""

    bar: Bar
    text: str
    inside: str
    outside: str
    rows: str


@dataclass(frozen=True, slots=True)
class LabelPart:
    """What goes with the label."""

    title: str
    text: str
    facts: tuple[Pair, ...]
    causes: tuple[Cause, ...]
    leaks: tuple[Pair, ...]
    figures: tuple[Figure, ...]
    figures_note: str
    validation: str


@dataclass(frozen=True, slots=True)
class ColumnRow:
    """One column: its meaning and its numbers."""

    name: str
    meaning: str
    note: str
    is_sure: bool
    unit: str
    extent: str
    mean: str
    empty: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One of the 35 cells; tone `ok|warn|no`."""

    name: str
    state: str
    tone: str


@dataclass(frozen=True, slots=True)
class ReadyPart:
    """The 35 cells as a table of stages by functions."""

    counts: str
    functions: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    nearly: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class TablePart:
    """Everything about one table."""

    name: str
    summary: str
    charts: tuple[Drawn, ...]
    anomalies_text: str
    anomalies: tuple[Stretch, ...]
    more_anomalies: str
    label: LabelPart | None
    ready: ReadyPart | None
    process: str
    process_note: str
    quality: str
    criteria: tuple[Bar, ...]
    issues: tuple[Note, ...]
    steps: tuple[Note, ...]
    findings: tuple[Note, ...]
    columns: tuple[ColumnRow, ...]
    preview_names: tuple[str, ...]
    preview: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """One line per table, where a file has several."""

    name: str
    rows: str
    anomalies: str
    quality: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole report; `words` are the fixed texts by their short key."""

    language: str
    title: str
    made: str
    tiles: tuple[Pair, ...]
    actions: tuple[str, ...]
    overview: tuple[Overview, ...]
    tables: tuple[TablePart, ...]
    source: tuple[Pair, ...]
    words: dict[str, str]
