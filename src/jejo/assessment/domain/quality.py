"""Data quality by the six certified criteria."""

from collections.abc import Callable, Mapping

from jejo.assessment.domain.answers import Criterion, Quality, Verdict
from jejo.assessment.domain.content import accuracy, completeness, validity
from jejo.assessment.domain.examined import Examined
from jejo.assessment.domain.management import accessibility, usefulness
from jejo.assessment.domain.structure import consistency

JUDGES: Mapping[Criterion, Callable[[Examined], Verdict]] = {
    Criterion.COMPLETENESS: completeness,
    Criterion.VALIDITY: validity,
    Criterion.ACCURACY: accuracy,
    Criterion.CONSISTENCY: consistency,
    Criterion.USEFULNESS: usefulness,
    Criterion.ACCESSIBILITY: accessibility,
}
WEIGHTS: Mapping[Criterion, float] = {
    Criterion.COMPLETENESS: 0.2,
    Criterion.VALIDITY: 0.2,
    Criterion.ACCURACY: 0.2,
    Criterion.CONSISTENCY: 0.2,
    Criterion.USEFULNESS: 0.1,
    Criterion.ACCESSIBILITY: 0.1,
}
"""Ours: content and structure decide; a file shows only part of how data is managed."""

_SEVERITIES = ("bad", "warn", "info")


def judge(examined: Examined) -> Quality:
    """Judge a table by all six criteria.

    Returns:
        Score 0 to 100: weighted mean of the criteria that are computable (weights: `WEIGHTS`); issues worst first, then by rows.
        A table without rows scores 0.
    Source:
        Criteria: 데이터산업법 품질인증. Measures and weights: ours, named in each criterion's function.
    """
    verdicts = {criterion: judge_one(examined) for criterion, judge_one in JUDGES.items()}
    scores = {criterion: verdict.score for criterion, verdict in verdicts.items()}
    known = [(score, WEIGHTS[criterion]) for criterion, score in scores.items() if score is not None]
    total = sum(score * weight for score, weight in known) / sum(weight for _, weight in known)
    issues = [issue for verdict in verdicts.values() for issue in verdict.issues]
    issues.sort(key=lambda issue: (_SEVERITIES.index(issue.severity), -issue.rows))
    return Quality(
        score=round(total, 1) if examined.rows else 0.0,
        criteria={name: None if score is None else round(score, 1) for name, score in scores.items()},
        issues=tuple(issues),
        measures={criterion: verdict.measures for criterion, verdict in verdicts.items()},
    )
