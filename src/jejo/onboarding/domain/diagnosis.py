"""A diagnosis: all that one dropped file was found to say."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from jejo.ai.domain.anomaly import AnomalyReport
from jejo.ai.domain.drivers import LabelReport
from jejo.assessment.domain import Action, ProcessMatch, Quality, Readiness
from jejo.intake.domain.table import Source, Table


class Stage(StrEnum):
    """Where a running diagnosis is; texts `onboarding.stages.<stage>`."""

    RECEIVED = "received"
    READING = "reading"
    ANOMALIES = "anomalies"
    LABEL = "label"
    ASSESSING = "assessing"
    KEEPING = "keeping"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class TableDiagnosis:
    """One table with what was found in it; None: there was nothing to compute it from."""

    table: Table
    quality: Quality
    anomalies: AnomalyReport
    label: LabelReport | None
    readiness: tuple[Readiness, ...]
    process_model: ProcessMatch | None


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first report on one file.

    Args:
        actions: exactly three, most useful first.
        seconds: wall time the diagnosis took.
    """

    source: Source
    tables: tuple[TableDiagnosis, ...]
    actions: tuple[Action, ...]
    made_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A kept report as a list shows it."""

    id: str
    name: str
    made_at: datetime
    rows: int
    anomalies: int
    quality: float
