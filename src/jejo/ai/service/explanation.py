"""Takes held-out answers apart: which columns moved them, and in which range."""

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from jejo.ai.domain.drivers import Driver, Task
from jejo.ai.domain.features import Feature, Features, pair_values
from jejo.ai.domain.folds import Folds
from jejo.ai.domain.labels import Target
from jejo.ai.domain.ranges import Range, telling_range
from jejo.ai.service.boosting import Numbers, Rows, Trees

MOST_DRIVERS = 8
EXPLAINED_ROWS = 250
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
    chosen_on = plan.blocks % 2 == 0
    drivers: list[Driver] = []
    for key in sorted(families, key=lambda each: -strength[each])[: 2 * MOST_DRIVERS]:
        members = sorted(families[key], key=lambda each: -float(moved[each].sum()))
        for feature in members[:2]:
            driver = _driver(table, feature, values, target, chosen_on, strength[key], moved[feature])
            if driver is not None:
                drivers.append(driver)
                break
        if len(drivers) == MOST_DRIVERS:
            break
    return tuple(drivers)


def _driver(
    table: Features,
    feature: Feature,
    values: Numbers,
    target: Target,
    chosen_on: np.ndarray[tuple[int], np.dtype[np.bool_]],
    importance: float,
    moved: Numbers,
) -> Driver | None:
    x = _values_of(table, feature)
    label, label_value = values, None
    if target.task is Task.MULTICLASS:
        told = int(moved.argmax())
        label, label_value = (values == told).astype(np.float64), target.classes[told]
    found: Range | None = telling_range(x, label, chosen_on, is_category=feature.kind == "category")
    if found is None:
        return None
    category = None if found.level is None else table.levels[feature.columns[0]][found.level]
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
        category=category,
        kind=feature.kind,
        window=feature.window,
        label_value=label_value,
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
