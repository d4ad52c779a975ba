"""A diagnosis: all that one dropped file was found to say."""

from dataclasses import dataclass, field
from datetime import datetime

from jejo.ai.domain.anomaly import AnomalyReport
from jejo.ai.domain.drivers import LabelReport
from jejo.assessment.domain import Action, ProcessMatch, Quality, Readiness
from jejo.intake.domain.table import Source, Table
from jejo.kernel.errors import Problem
from jejo.kernel.jobs import JobState
from jejo.onboarding.domain.wishes import Stage, Wishes


@dataclass(frozen=True, slots=True)
class TableDiagnosis:
    """One table with what was found in it; None: there was nothing to compute it from."""

    table: Table
    quality: Quality
    anomalies: AnomalyReport
    label: LabelReport | None
    process_model: ProcessMatch | None
    readiness: tuple[Readiness, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """The first report on what was dropped at once.

    Args:
        sources: the files, in the order given.
        actions: exactly three, most useful first.
        seconds: wall time the diagnosis took.
    """

    sources: tuple[Source, ...]
    tables: tuple[TableDiagnosis, ...]
    actions: tuple[Action, ...]
    made_at: datetime
    seconds: float


@dataclass(frozen=True, slots=True)
class ReportCard:
    """A kept report as a list shows it.

    Args:
        rows: over all tables.
        anomalies: number of strange intervals over all tables.
        quality: mean score of the tables, 0–100.
    """

    id: str
    name: str
    made_at: datetime
    rows: int
    anomalies: int
    quality: float
    uploads: tuple[str, ...] = ()
    wishes: Wishes = field(default_factory=Wishes)


@dataclass(frozen=True, slots=True)
class Progress:
    """A running, ended or failed diagnosis.

    Args:
        done: 0 to 1.
        problem: why it failed, where the user can act on it; None for a bug (it is in the log).
    """

    name: str
    stage: Stage
    done: float
    started: datetime
    state: JobState
    problem: Problem | None = None
