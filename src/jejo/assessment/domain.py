"""Data quality by the six certified criteria, readiness by the 35 cells, and the process model resembled."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from jejo.kernel.errors import Fact


class Criterion(StrEnum):
    """Criteria of the data-quality certification: content, structure, management.

    Source:
        데이터산업법 품질인증: 완전성·유효성·정확성 (내용), 일관성 (구조), 유용성·접근성 (관리).
    """

    COMPLETENESS = "completeness"
    VALIDITY = "validity"
    ACCURACY = "accuracy"
    CONSISTENCY = "consistency"
    USEFULNESS = "usefulness"
    ACCESSIBILITY = "accessibility"


@dataclass(frozen=True, slots=True)
class Issue:
    """A shortcoming, with what to do; text `assessment.issues.<code>.message` and `.hint`.

    Args:
        severity: `bad`, `warn` or `info`.
    """

    code: str
    criterion: Criterion
    severity: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
    column: str | None = None
    rows: int = 0


@dataclass(frozen=True, slots=True)
class Quality:
    """Score 0–100 per criterion and in all; None is: not computable from this file."""

    score: float
    criteria: Mapping[Criterion, float | None]
    issues: tuple[Issue, ...]


class State(StrEnum):
    """Whether a cell's AI can be built on the data."""

    READY = "ready"
    NEARLY = "nearly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Missing:
    """What a cell still needs; text `assessment.missing.<code>`."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Readiness:
    """What the data can carry of one of the 35 manufacturing-AI cells."""

    cell: str
    state: State
    missing: tuple[Missing, ...] = ()


@dataclass(frozen=True, slots=True)
class ProcessMatch:
    """The process model a table resembles most; confidence 0–1, evidence = matched data keys."""

    id: str
    confidence: float
    evidence: tuple[str, ...] = ()
