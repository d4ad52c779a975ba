"""A table as it was understood, with the record of everything that was done to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

import polars as pl

from jejo.kernel.errors import Fact


class Role(StrEnum):
    """What a column is for."""

    TIME = "time"
    SIGNAL = "signal"
    LABEL = "label"
    CATEGORY = "category"
    ID = "id"
    PERSONAL = "personal"
    IGNORED = "ignored"


class Kind(StrEnum):
    """What one row of a table stands for."""

    TIME_SERIES = "time_series"
    PER_ITEM = "per_item"
    EVENT_LOG = "event_log"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done without asking.

    Args:
        code: stable kind of step, for example `header.merged`; its text is `intake.steps.<code>`.
        facts: fill the placeholders of that text.
        undoable: whether reading again with `without={step.key}` leaves it out.
        column: the column it was done to, if one.
    """

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    undoable: bool = True
    column: str | None = None

    @property
    def key(self) -> str:
        """Identifies this step within its table, also after reading again."""
        return self.code if self.column is None else f"{self.code}:{self.column}"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something about the data that a person should know; never repaired silently.

    Args:
        code: stable kind, for example `time.duplicates`; its text is `intake.findings.<code>`.
        facts: fill the placeholders of that text.
        rows: number of rows concerned.
        column: the column concerned, if one.
    """

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    rows: int = 0
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Stats:
    """Counts of all values; minimum, maximum and mean of numbers only (None elsewhere)."""

    count: int
    nulls: int
    minimum: float | None = None
    maximum: float | None = None
    mean: float | None = None


@dataclass(frozen=True, slots=True)
class Column:
    """One column and what it means.

    Args:
        name: as in the file (merged headers joined by ` › `, repeats numbered), the name in the frame.
        concept: `concept_id` of the concept table, or None: unknown is allowed.
        irdi: the concept's property IRDI, where evidence exists.
        unit: UCUM code, or None.
        confidence: 0 to 1, of role and concept together.
    """

    name: str
    role: Role
    stats: Stats
    concept: str | None = None
    irdi: str | None = None
    unit: str | None = None
    confidence: float = 0.0


@dataclass(frozen=True, slots=True)
class Table:
    """One understood table.

    Args:
        name: sheet, file or archive-member name.
        frame: cleaned values, one column per entry of `columns`, in the same order. Time: Datetime(us, UTC),
            ascending where the table has time; signals: Float64 with null for missing; numeric labels: Float64;
            everything else: String. Personal columns are masked already.
        header_rows: 0-based rows of the original that became the header.
        time: name of the leading time column, or None.
        sampling: usual distance between rows, or None.
        groups: categorical columns that split the rows into independent runs (a `file`, `mould` or `machine`).
    """

    name: str
    kind: Kind
    frame: pl.DataFrame
    columns: tuple[Column, ...]
    header_rows: tuple[int, ...] = ()
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()
    time: str | None = None
    sampling: timedelta | None = None
    groups: tuple[str, ...] = ()

    def named(self, role: Role) -> tuple[str, ...]:
        """Return the names of all columns of a role, in file order."""
        return tuple(column.name for column in self.columns if column.role is role)

    @property
    def start(self) -> datetime | None:
        """First time of the table, aware UTC."""
        return None if self.time is None else self.frame[self.time].min()  # type: ignore[return-value]

    @property
    def end(self) -> datetime | None:
        """Last time of the table, aware UTC."""
        return None if self.time is None else self.frame[self.time].max()  # type: ignore[return-value]


@dataclass(frozen=True, slots=True)
class Source:
    """The original file, kept as it was.

    Args:
        encoding: of text files, for example `cp949`; the format's name for binary ones, for example `xlsx`.
    """

    name: str
    sha256: str
    bytes: int
    encoding: str


@dataclass(frozen=True, slots=True)
class Intake:
    """What one file turned into."""

    source: Source
    tables: tuple[Table, ...]
