"""Which process model a table resembles, by the words of its headers, its concepts, units and value ranges."""

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from jejo.assessment.domain.answers import ProcessMatch
from jejo.assessment.domain.words import joined_korean, stem, stems
from jejo.intake.domain.table import Column, Role, Table
from jejo.knowledge.domain import DataItem, ProcessModel

Convert = Callable[[float, str, str], float | None]
"""A value of one unit in another (UCUM or spelling), None where the units do not fit."""

_HALF_SURE = 4.0
_LEAST = 0.2
_MOST_EVIDENCE = 8
_WORK = (
    "activity",
    "process",
    "operation",
    "machine",
    "resource",
    "equipment",
    "공정",
    "작업",
    "설비",
    "장비",
)
_DATA, _WORD, _EQUIPMENT, _NAME, _CONCEPT_GROUP, _VALUE = 1.0, 1.2, 0.7, 1.5, 0.6, 0.6


@dataclass(frozen=True, slots=True)
class ProcessWords:
    """Our own words for a process, and the groups of concepts that belong to it."""

    process: str
    words: tuple[str, ...]
    groups: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Feature:
    key: str
    weight: float
    parts: tuple[frozenset[str], ...]
    korean: str
    item: DataItem | None = None


@dataclass(frozen=True, slots=True)
class _Clue:
    """Something a table says: a column, or the values of a category."""

    name: str
    parts: frozenset[str]
    korean: str
    weight: float
    column: Column | None = None


class ProcessIndex:
    """All process models, with how much each word tells one from the others.

    Args:
        concept_groups: group of every concept, by `concept_id`.
    """

    def __init__(
        self, models: Sequence[ProcessModel], words: Sequence[ProcessWords], concept_groups: Mapping[str, str]
    ) -> None:
        own = {entry.process: entry for entry in words}
        self._features = {model.id: _features(model, own.get(model.id)) for model in models}
        self._groups = {model.id: own[model.id].groups if model.id in own else () for model in models}
        self._concept_groups = concept_groups
        in_models: Counter[str] = Counter()
        for features in self._features.values():
            in_models.update({part for feature in features for parts in feature.parts for part in parts})
        # A word of one model weighs 1, a word of all models 0 (inverse document frequency, scaled).
        most = math.log(len(models)) or 1.0
        self._tells = {word: math.log(len(models) / count) / most for word, count in in_models.items()}

    def match(self, tables: Sequence[Table], convert: Convert) -> ProcessMatch | None:
        """Return the model that the tables resemble most, or None when nothing speaks for any.

        Confidence is e / (e + 4), lowered by the second-best model; e adds up how telling the matched words are.
        One telling word gives about 0.2, four 0.5, ten 0.7: below 0.3 nothing should be built on it.
        """
        clues = [clue for table in tables for clue in _clues(table)]
        found = {model: self._evidence(model, clues, convert) for model in self._features}
        totals = {model: sum(score for _, score in evidence) for model, evidence in found.items()}
        best, second = sorted(totals, key=lambda model: -totals[model])[:2]
        if not totals[best]:
            return None
        clear = totals[best] / (totals[best] + 0.3 * totals[second])
        confidence = clear * totals[best] / (totals[best] + _HALF_SURE)
        if confidence < _LEAST:
            return None
        return ProcessMatch(best, round(confidence, 2), tuple(key for key, _ in found[best][:_MOST_EVIDENCE]))

    def _evidence(self, model: str, clues: Sequence[_Clue], convert: Convert) -> list[tuple[str, float]]:
        pairs = [
            (score, feature.key, clue.name)
            for feature in self._features[model]
            for clue in clues
            if (score := self._score(feature, clue, convert))
        ]
        for clue in clues:
            concept = clue.column.concept if clue.column else None
            if concept and self._concept_groups.get(concept) in self._groups[model]:
                pairs.append((_CONCEPT_GROUP, concept, clue.name))
        chosen: list[tuple[str, float]] = []
        spent_keys, spent_clues = set(), set()
        # Every key and every column counts once, the most telling pair first.
        for score, key, name in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
            if key not in spent_keys and name not in spent_clues:
                spent_keys.add(key)
                spent_clues.add(name)
                chosen.append((key, score))
        return chosen

    def _score(self, feature: _Feature, clue: _Clue, convert: Convert) -> float:
        found = 0.0
        for parts in feature.parts:
            shared = parts & clue.parts
            if not shared:
                continue
            telling = sum(self._tells[part] for part in shared)
            whole = sum(self._tells[part] for part in parts) or 1.0
            # Half a name is chance; the words that are common to all processes count for nothing.
            if telling / whole > 0.7:
                found = max(found, min(telling, 1.2) * telling / whole)
        if feature.korean and clue.korean and feature.korean in clue.korean:
            found = max(found, 1.0 if len(feature.korean) > 1 else 0.0)
        if not found:
            return 0.0
        return found * feature.weight * clue.weight * _range_factor(feature.item, clue.column, convert)


def _features(model: ProcessModel, own: ProcessWords | None) -> tuple[_Feature, ...]:
    machines = [machine for stage in model.stages for machine in stage.equipment]
    words = own.words if own else ()
    return (
        _Feature(model.id, _NAME, (stems(model.id), stems(model.en)), joined_korean(model.ko)),
        *(
            _Feature(item.key, _DATA, (stems(item.key), stems(item.en)), joined_korean(item.ko), item)
            for item in model.data
        ),
        *(_Feature(each.en, _EQUIPMENT, (stems(each.en),), joined_korean(each.ko)) for each in machines),
        *(
            _Feature(word, _WORD, (stems(word),) if word.isascii() else (), joined_korean(word))
            for word in words
        ),
    )


def _clues(table: Table) -> list[_Clue]:
    clues = []
    for column in table.columns:
        if column.role in {Role.IGNORED, Role.PERSONAL, Role.TIME}:
            continue
        parts = stems(column.name) | (stems(column.concept) if column.concept else frozenset())
        clues.append(_Clue(column.name, parts, joined_korean(column.name), 1.0, column))
        names_work = any(stem(word) in parts if word.isascii() else word in column.name for word in _WORK)
        if column.role is Role.CATEGORY and names_work and table.frame[column.name].dtype == pl.String:
            usual = table.frame[column.name].drop_nulls().value_counts(sort=True)[column.name].head(30)
            clues += [
                _Clue(f"{column.name}={value}", stems(value), joined_korean(value), _VALUE) for value in usual
            ]
    return clues


def _range_factor(item: DataItem | None, column: Column | None, convert: Convert) -> float:
    """1.2 where the mean lies in the typical range, 0.5 where the unit fits and the mean is far off, else 1."""
    if item is None or column is None or column.stats.mean is None:
        return 1.0
    low, high = item.typical
    mean = column.stats.mean if column.unit is None else convert(column.stats.mean, column.unit, item.unit)
    if mean is None:
        return 1.0
    if low <= mean <= high:
        return 1.2
    reach = high - low
    return 0.5 if not low - 2 * reach <= mean <= high + 2 * reach else 1.0
