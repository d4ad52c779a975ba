"""Reads a label column as numbers: which task it is, and which of its values is the bad case."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Task

FEWEST_POSITIVES = 20
"""Below this many bad cases (or rows of a second class) no honest interval can be given."""
FEWEST_ROWS = 60
MOST_CLASSES = 20

_BAD = frozenset(
    [
        "ng",
        "n.g.",
        "n.g",
        "nok",
        "ko",
        "fail",
        "failed",
        "failure",
        "f",
        "reject",
        "rejected",
        "defect",
        "defective",
        "fault",
        "faulty",
        "bad",
        "scrap",
        "worn",
        "error",
        "abnormal",
        "anomaly",
        "불량",
        "불량품",
        "불합격",
        "부적합",
        "이상",
        "비정상",
        "고장",
        "폐기",
        "불",
        "x",
        "×",
    ]
)
_GOOD = frozenset(
    [
        "ok",
        "o.k.",
        "pass",
        "passed",
        "p",
        "good",
        "normal",
        "accept",
        "accepted",
        "unworn",
        "양품",
        "합격",
        "적합",
        "정상",
        "양호",
        "양",
        "o",
        "○",
    ]
)
_TRUE = frozenset(["1", "1.0", "true", "t", "yes", "y", "예", "유", "on"])
_FALSE = frozenset(["0", "0.0", "-1", "-1.0", "false", "f", "no", "n", "아니오", "무", "off"])
_BAD_NAME = re.compile(
    r"fail|defect|fault|reject|scrap|anomal|error|rework|worn|불량|불합격|부적합|이상|고장|폐기|재작업|(?<![a-z])ng(?![a-z])",
    re.IGNORECASE,
)
_GOOD_NAME = re.compile(r"pass|good|finali[sz]ed|양품|합격|적합|정상|(?<![a-z])ok(?![a-z])", re.IGNORECASE)
_OVERALL_NAME = re.compile(
    r"passorfail|failure|result|judg|inspect|insp(?![a-z])|quality|판정|결과|합부|양부|검사|불량여부|품질",
    re.IGNORECASE,
)
_OTHER_NAME = re.compile(r"other|기타|misc", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Target:
    """A label as numbers.

    Args:
        values: shape (n,); binary: 1 is the bad case; multiclass: index into `classes`; NaN: unknown, left out.
        positive: the value counted as the bad case (binary).
        classes: names of the values, multiclass in order of frequency; binary: (good, bad); regression: empty.
        by_word: the bad case was told by its word, not by being rarer.
    """

    task: Task
    values: NDArray[np.float64]
    positive: str | None = None
    classes: tuple[str, ...] = ()
    by_word: bool = False


@dataclass(frozen=True, slots=True)
class Unusable:
    """Why a column cannot serve as a label; the text is `ai.labels.<reason>`."""

    reason: str
    facts: dict[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """The column taken as the label.

    Args:
        siblings: other outcomes of the same rows: never causes of it.
        task: None where the column cannot serve; analysing it says why.
    """

    column: str
    task: Task | None
    siblings: tuple[str, ...]
    confidence: float


def read_target(label: pl.Series) -> Target | Unusable:
    """Return the label as numbers, or why it cannot be one.

    >>> read_target(pl.Series("result", ["OK", "NG"] * 40)).positive
    'NG'
    """
    if label.dtype == pl.Boolean:
        label = label.cast(pl.String)
    if label.dtype.is_temporal():
        return Unusable("not-a-label")
    target = (
        _of_numbers(label.cast(pl.Float64)) if label.dtype.is_numeric() else _of_words(label.cast(pl.String))
    )
    return _enough(target) if isinstance(target, Target) else target


def choose_label(frame: pl.DataFrame, candidates: Sequence[tuple[str, float]]) -> LabelChoice | None:
    """Return the column that is most likely the outcome people care about, or None without candidates.

    Args:
        candidates: names with confidence 0 to 1. Of one-hot defect columns the most frequent named defect is
            taken; a column that sums up the others (any of them is bad) goes before its parts.
    """
    targets = {name: read_target(frame[name]) for name, _ in candidates if name in frame.columns}
    if not targets:
        return None
    flags = {
        name: target.values == 1
        for name, target in targets.items()
        if isinstance(target, Target) and target.task is Task.BINARY
    }

    def rank(name: str, confidence: float) -> tuple[float, int]:
        target = targets[name]
        if isinstance(target, Unusable):
            return confidence - 1.0, 0
        score = confidence + (
            0.15 if target.task is Task.BINARY else 0.05 if target.task is Task.MULTICLASS else 0
        )
        score += 0.3 * target.by_word + 0.15 * bool(_OVERALL_NAME.search(name))
        score -= 0.2 * bool(_OTHER_NAME.search(name))
        if name in flags:
            parts = [flag for other, flag in flags.items() if other != name and flag.any()]
            inside = [flag for flag in parts if (flag & flags[name]).sum() >= 0.99 * flag.sum()]
            score += 0.3 * (len(inside) >= 2)
        # Ties between defects of one family go to the most frequent one: it has the most to learn from.
        return round(score, 3), int(flags[name].sum()) if name in flags else 0

    known = [(name, confidence) for name, confidence in candidates if name in targets]
    name, confidence = max(known, key=lambda pair: rank(*pair))
    chosen = targets[name]
    return LabelChoice(
        name,
        chosen.task if isinstance(chosen, Target) else None,
        tuple(other for other in targets if other != name),
        confidence,
    )


def _of_words(label: pl.Series) -> Target | Unusable:
    values = label.str.strip_chars()
    values = values.set(values == "", None)
    counts = values.drop_nulls().value_counts(sort=True)
    names: list[str] = counts[values.name].to_list()
    filled = len(values) - values.null_count()
    if not names:
        return Unusable("empty")
    if len(names) == 1:
        if values.null_count() == 0:
            return Unusable("one-value", {"value": names[0]})
        # "Y" or blank: what is written down is the exception.
        return Target(Task.BINARY, values.is_not_null().to_numpy().astype(float), names[0], ("", names[0]))
    if len(names) == 2:
        bad, by_word = _bad_of(names, label.name)
        good = names[1 - names.index(bad)]
        numbers = (values == bad).cast(pl.Float64).fill_null(float("nan")).to_numpy()
        return Target(Task.BINARY, numbers, bad, (good, bad), by_word)
    if len(names) > MOST_CLASSES or len(names) > filled / 5:
        return Unusable("too-many-values", {"count": len(names)})
    order = {name: float(index) for index, name in enumerate(names)}
    codes = values.replace_strict(order, default=None, return_dtype=pl.Float64).fill_null(float("nan"))
    return Target(Task.MULTICLASS, codes.to_numpy(), None, tuple(names))


def _of_numbers(label: pl.Series) -> Target | Unusable:
    numbers = label.to_numpy().astype(float)
    known = numbers[np.isfinite(numbers)]
    levels, sizes = np.unique(known, return_counts=True)
    if len(levels) == 0:
        return Unusable("empty")
    whole = bool(np.all(levels == np.round(levels)))
    blank = len(numbers) - len(known)
    if len(levels) == 1 and not (blank and levels[0] > 0):
        return Unusable("one-value", {"value": _plain(levels[0])})
    if len(levels) == 2 and blank < len(known):
        # By frequency first, so that the rarer one is last and wins where neither word nor name tells.
        names = [_plain(levels[place]) for place in np.argsort(-sizes, kind="stable")]
        bad, by_word = _bad_of(names, label.name)
        good = names[1 - names.index(bad)]
        return Target(
            Task.BINARY,
            np.where(np.isfinite(numbers), numbers == float(bad), np.nan),
            bad,
            (good, bad),
            by_word,
        )
    empty_or_zero = blank + int((known == 0).sum())
    if whole and levels[0] >= 0 and empty_or_zero >= 0.5 * len(numbers):
        # Defect counts: a blank means that none were counted.
        return Target(Task.BINARY, (np.nan_to_num(numbers) > 0).astype(float), "> 0", ("0", "> 0"), True)
    if len(levels) <= 10 and len(known) >= 10 * len(levels) and (whole or len(levels) <= 5):
        order = np.argsort(-sizes, kind="stable")
        place = np.empty(len(levels))
        place[order] = np.arange(len(levels))
        codes = np.where(
            np.isfinite(numbers), place[np.searchsorted(levels, numbers).clip(0, len(levels) - 1)], np.nan
        )
        return Target(Task.MULTICLASS, codes, None, tuple(_plain(levels[i]) for i in order))
    return Target(Task.REGRESSION, np.where(np.isfinite(numbers), numbers, np.nan))


def _bad_of(names: Sequence[str], column: str) -> tuple[str, bool]:
    """Return the bad one of two values (most frequent first) and whether a word told it."""
    words = [name.casefold().strip() for name in names]
    bad = [word in _BAD and word not in _TRUE for word in words]
    good = [word in _GOOD for word in words]
    flag = [word in _TRUE for word in words]
    if sum(flag) == 1 and words[1 - flag.index(True)] in _FALSE:
        says_bad, says_good = _BAD_NAME.search(column), _GOOD_NAME.search(column)
        if bool(says_bad) != bool(says_good):
            return (names[flag.index(True)] if says_bad else names[flag.index(False)]), True
        return names[1], False
    if sum(bad) == 1:
        return names[bad.index(True)], True
    if sum(good) == 1:
        return names[good.index(False)], True
    return names[1], False


def _enough(target: Target) -> Target | Unusable:
    known = target.values[np.isfinite(target.values)]
    if len(known) < FEWEST_ROWS:
        return Unusable("too-few-rows", {"rows": len(known), "needed": FEWEST_ROWS})
    if target.task is Task.BINARY:
        fewer = int(min((known == 1).sum(), (known == 0).sum()))
        if fewer < FEWEST_POSITIVES:
            rare = target.classes[1] if (known == 1).sum() == fewer else target.classes[0]
            return Unusable("too-few-positives", {"value": rare, "rows": fewer, "needed": FEWEST_POSITIVES})
    if target.task is Task.MULTICLASS:
        sizes = np.bincount(known.astype(int), minlength=len(target.classes))
        if (sizes >= FEWEST_POSITIVES).sum() < 2:
            return Unusable(
                "too-few-positives",
                {"value": target.classes[1], "rows": int(sizes[1]), "needed": FEWEST_POSITIVES},
            )
    return target


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)
