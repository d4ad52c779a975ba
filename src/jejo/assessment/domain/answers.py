"""What the room answers: quality, readiness, the process resembled, and what to do next."""

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


ESSENTIAL = 2.0
"""From this weight on, a measure alone can pull its criterion down."""


@dataclass(frozen=True, slots=True)
class Measure:
    """One computed figure behind a criterion; text `assessment.measures.<code>`.

    Args:
        value: share that is as it should be, 0 to 1; None is: not computable from this file.
        weight: of this measure within its criterion; those with a value share the whole.
    """

    code: str
    value: float | None
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """One criterion's measures and the issues found on the way."""

    measures: tuple[Measure, ...]
    issues: tuple[Issue, ...] = ()

    @property
    def score(self) -> float | None:
        """Halfway between the weighted mean and the worst essential measure (weight 2 and more), 0 to 100.

        A mean alone would let four harmless measures hide that no time in the file can be trusted.
        None when nothing is computable.

        >>> Verdict((Measure("a", 1.0), Measure("b", 0.0, weight=3.0), Measure("c", None))).score
        12.5
        """
        known = [(each.value, each.weight) for each in self.measures if each.value is not None]
        if not known:
            return None
        mean = sum(value * weight for value, weight in known) / sum(weight for _, weight in known)
        worst = min((value for value, weight in known if weight >= ESSENTIAL), default=mean)
        return 50 * (mean + worst)


@dataclass(frozen=True, slots=True)
class Quality:
    """Score 0–100 per criterion and in all; None is: not computable from this file."""

    score: float
    criteria: Mapping[Criterion, float | None]
    issues: tuple[Issue, ...]
    measures: Mapping[Criterion, tuple[Measure, ...]] = field(default_factory=dict)


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
    """What the data can carry of one of the 35 manufacturing-AI cells.

    Args:
        route: the use the cell was measured by; text `assessment.routes.<route>`.
    """

    cell: str
    state: State
    missing: tuple[Missing, ...] = ()
    route: str | None = None


@dataclass(frozen=True, slots=True)
class ProcessMatch:
    """The process model a table resembles most; confidence 0–1, evidence = matched data keys."""

    id: str
    confidence: float
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """A most useful next step; text `assessment.actions.<code>`."""

    code: str
    facts: Mapping[str, Fact] = field(default_factory=dict)
