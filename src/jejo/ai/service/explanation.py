"""Takes held-out answers apart: which columns moved them, and in which range."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Driver, Task
from jejo.ai.domain.features import Feature, Features, pair_values
from jejo.ai.domain.folds import Folds
from jejo.ai.domain.labels import Target
from jejo.ai.domain.ranges import Range, telling_range
from jejo.ai.service.boosting import Numbers, Rows, Trees

MOST_DRIVERS = 8
NEARLY = 0.85
"""Share of a made feature's gain from which the plain column is shown instead."""
EXPLAINED_ROWS = 120
"""Held-out rows per fold whose answers are taken apart; half of them bad ones where there are enough."""


def explain(
    table: Features, values: Numbers, target: Target, plan: Folds, models: Sequence[Trees], *, seed: int = 0
) -> tuple[Driver, ...]:
    """Return the drivers, strongest first.

    A driver whose range does not hold on rows it was not chosen on is left out, so the importances may add up to
    less than 1. Features made from the same columns count as one driver, shown in its strongest form.
    """
    moved: dict[Feature, Numbers] = defaultdict(lambda: np.zeros(1))
    for fold, trees in zip(plan.folds, models, strict=True):
        rows = _sample(values, fold.test, target.task, seed)
        influence = trees.influence(table, rows).mean(axis=0)
        total = influence.sum()
        for feature, part in zip(trees.made, influence, strict=True):
            if total > 0:
                moved[feature] = moved[feature] + part / total / len(models)
    families: dict[frozenset[str], list[Feature]] = defaultdict(list)
    for feature in moved:
        families[frozenset(feature.columns)].append(feature)
    strength = {key: sum(float(moved[each].sum()) for each in members) for key, members in families.items()}
    ranges = _Ranges(table, values, target, plan.blocks % 2 == 0)
    strongest = sorted(families, key=lambda each: -strength[each])[: 2 * MOST_DRIVERS]
    for key in strongest:
        plain = _as_telling(key, families, moved, ranges)
        if plain is not None:
            strength[plain] += strength.pop(key)
    drivers: list[Driver] = []
    for key in sorted(strength, key=lambda each: -strength[each])[: 2 * MOST_DRIVERS]:
        shown = _clearest(families[key], moved, ranges)
        found = None if shown is None else ranges.of(shown, moved[shown])
        if shown is not None and found is not None:
            drivers.append(_driver(shown, found, table, target, strength[key], moved[shown]))
        if len(drivers) == MOST_DRIVERS:
            break
    return tuple(drivers)


class _Ranges:
    """Telling ranges, each found once."""

    def __init__(
        self, table: Features, values: Numbers, target: Target, chosen_on: NDArray[np.bool_]
    ) -> None:
        self._table, self._values, self._target, self._chosen_on = table, values, target, chosen_on
        self._found: dict[tuple[Feature, int], Range | None] = {}

    def of(self, feature: Feature, moved: Numbers) -> Range | None:
        told = int(moved.argmax()) if self._target.task is Task.MULTICLASS else -1
        if (feature, told) not in self._found:
            label = self._values if told < 0 else (self._values == told).astype(np.float64)
            x = _values_of(self._table, feature)
            self._found[feature, told] = telling_range(
                x, label, self._chosen_on, is_category=feature.kind == "category"
            )
        return self._found[feature, told]


def _by_strength(members: Sequence[Feature], moved: Mapping[Feature, Numbers]) -> list[Feature]:
    return sorted(members, key=lambda each: -float(moved[each].sum()))


def _clearest(
    members: Sequence[Feature], moved: Mapping[Feature, Numbers], ranges: _Ranges
) -> Feature | None:
    """Return the feature to show for a family: the strongest, or the plain column if that says nearly as much."""
    told = {
        each: found.gain
        for each in _by_strength(members, moved)[:3]
        if (found := ranges.of(each, moved[each]))
    }
    if not told:
        return None
    strongest = next(iter(told))
    plain = next((each for each in members if each.kind in ("value", "category")), None)
    alone = None if plain is None else ranges.of(plain, moved[plain])
    return plain if alone is not None and alone.gain >= NEARLY * told[strongest] else strongest


def _as_telling(
    pair: frozenset[str],
    families: Mapping[frozenset[str], Sequence[Feature]],
    moved: Mapping[Feature, Numbers],
    ranges: _Ranges,
) -> frozenset[str] | None:
    """Return the single column that says nearly as much as a pair does: people can act on it more easily."""
    if len(pair) < 2:
        return None
    feature = _by_strength(families[pair], moved)[0]
    both = ranges.of(feature, moved[feature])
    best, gain = None, 0.0
    for name in pair:
        key = frozenset({name})
        plain = Feature((name,))
        if plain not in families.get(key, ()):
            continue
        alone = ranges.of(plain, moved[plain] if moved[plain].sum() else moved[feature])
        if alone is not None and alone.gain > gain:
            best, gain = key, alone.gain
    return best if both is None or gain >= NEARLY * both.gain else None


def _driver(
    feature: Feature, found: Range, table: Features, target: Target, importance: float, moved: Numbers
) -> Driver:
    return Driver(
        name=feature.name,
        columns=feature.columns,
        importance=importance,
        direction=found.direction,
        rate_inside=found.rate_inside,
        rate_outside=found.rate_outside,
        rows_inside=found.rows_inside,
        low=found.low,
        high=found.high,
        category=None if found.level is None else table.levels[feature.columns[0]][found.level],
        kind=feature.kind,
        window=feature.window,
        label_value=target.classes[int(moved.argmax())] if target.task is Task.MULTICLASS else None,
    )


def _values_of(table: Features, feature: Feature) -> Numbers:
    if feature in table.made:
        return table.matrix[:, table.made.index(feature)].astype(np.float64)
    rows = np.arange(len(table.matrix))
    return pair_values(table, [feature], rows)[:, 0].astype(np.float64)


def _sample(values: Numbers, test: Rows, task: Task, seed: int) -> Rows:
    rng = np.random.default_rng(seed)
    if task is not Task.BINARY:
        return np.sort(rng.permutation(test)[:EXPLAINED_ROWS])
    bad = rng.permutation(test[values[test] == 1])[: EXPLAINED_ROWS // 2]
    good = rng.permutation(test[values[test] == 0])[: EXPLAINED_ROWS - len(bad)]
    return np.sort(np.concatenate([bad, good]))
