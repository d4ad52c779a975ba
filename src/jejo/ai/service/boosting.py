"""Gradient-boosted trees with settings for factory tables: few bad rows, mixed columns, one or two processors."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.drivers import Task
from jejo.ai.domain.features import Feature, Features, Matrix, pair_values, pairs_of
from jejo.ai.service.openmp import load_lightgbm

Numbers = NDArray[np.float64]
Rows = NDArray[np.int64]

PAIRED = 6
"""Strongest numeric columns that are paired into differences, ratios and products."""
KEPT = 32
"""Features that the final model sees; a quick model on the same training rows chooses them."""
MOST_TRAINED = 16_000
TREES = 160
MOST_CHOOSING = 6_000
"""Training rows that the quick models see."""


@dataclass(frozen=True, slots=True)
class Trees:
    """A fitted model, the features it sees, and the pairs that have to be made for it."""

    booster: Any
    made: tuple[Feature, ...]
    places: tuple[int, ...]
    pairs: tuple[Feature, ...]
    classes: int

    def matrix(self, features: Features, rows: Rows) -> Matrix:
        """Return what the model sees of these rows."""
        own = len(features.made)
        plain = [place for place in self.places if place < own]
        paired = [self.pairs[place - own] for place in self.places if place >= own]
        return np.concatenate([features.matrix[rows][:, plain], pair_values(features, paired, rows)], axis=1)

    def scores(self, features: Features, rows: Rows) -> Numbers:
        """Return shape (n,): probability of the bad case, or the quantity; (n, classes) for classes."""
        return np.asarray(self.booster.predict(self.matrix(features, rows)))

    def influence(self, features: Features, rows: Rows) -> Numbers:
        """Return shape (n, k, c): how far each feature moved each answer (SHAP), c = 1 unless there are classes.

        Source:
            Lundberg et al., From local explanations to global understanding with explainable AI for trees, 2020.
        """
        moved = np.asarray(self.booster.predict(self.matrix(features, rows), pred_contrib=True))
        parts = moved.reshape(len(rows), self.classes, len(self.made) + 1)[:, :, :-1]
        return np.asarray(np.abs(parts).transpose(0, 2, 1))


def fit_trees(
    features: Features, values: Numbers, train: Rows, task: Task, *, is_quick: bool = False, seed: int = 0
) -> Trees:
    """Fit on the training rows; the choice of features sees these rows only, too.

    Args:
        values: shape (n,), the label of all rows of `features`.
        train: row numbers.
        is_quick: no pairs, fewer trees: for a figure that is shown for comparison only.
    """
    classes = int(values.max()) + 1 if task is Task.MULTICLASS else 1
    rows = _thinned(values, train, task, seed)
    few = _thinned(values, train, task, seed, most=MOST_CHOOSING)
    settings = _settings(task, len(rows), classes, sum(each.kind == "value" for each in features.made), seed)
    quick = settings | {"learning_rate": 0.15, "num_leaves": 15}
    pairs: tuple[Feature, ...] = ()
    if not is_quick:
        plain = [place for place, each in enumerate(features.made) if each.kind in ("value", "category")]
        first = _train(features.matrix[few][:, plain], values[few], quick, 40, _categories(features, plain))
        gain = first.feature_importance("gain")
        ranked = [plain[place] for place in np.argsort(-gain) if gain[place] > 0]
        strongest = [place for place in ranked if features.made[place].kind == "value"][:PAIRED]
        pairs = pairs_of(features.matrix[rows], features.made, strongest)
    made = [*features.made, *pairs]
    places = list(range(len(made)))
    if len(made) > KEPT:
        wide = np.concatenate([features.matrix[few], pair_values(features, pairs, few)], axis=1)
        chooser = _train(wide, values[few], quick, 40, list(features.categorical))
        gain = chooser.feature_importance("gain")
        places = sorted(int(place) for place in np.argsort(-gain)[:KEPT] if gain[place] > 0) or places[:1]
    trees = Trees(None, tuple(made[place] for place in places), tuple(places), pairs, classes)
    categories = [here for here, place in enumerate(places) if place in features.categorical]
    chosen, count = (
        (quick, 80) if is_quick else (settings, TREES if classes <= 2 else max(60, 2 * TREES // classes))
    )
    booster = _train(trees.matrix(features, rows), values[rows], chosen, count, categories)
    return replace(trees, booster=booster)


def _categories(features: Features, places: Sequence[int]) -> list[int]:
    return [here for here, place in enumerate(places) if place in features.categorical]


def _thinned(values: Numbers, train: Rows, task: Task, seed: int, most: int = MOST_TRAINED) -> Rows:
    """Return at most so many training rows, dropping good ones first: they cost time and teach little."""
    rng = np.random.default_rng(seed)
    if task is not Task.BINARY:
        return np.sort(rng.choice(train, most, replace=False)) if len(train) > most else train
    bad, good = train[values[train] == 1], train[values[train] == 0]
    bad = rng.choice(bad, most // 2, replace=False) if len(bad) > most // 2 else bad
    keep = most - len(bad)
    good = rng.choice(good, keep, replace=False) if len(good) > keep else good
    return np.sort(np.concatenate([bad, good]))


def _settings(task: Task, rows: int, classes: int, columns: int, seed: int) -> dict[str, Any]:
    objectives: dict[Task, dict[str, Any]] = {
        Task.BINARY: {"objective": "binary"},
        Task.MULTICLASS: {"objective": "multiclass", "num_class": classes},
        Task.REGRESSION: {"objective": "regression"},
    }
    # Small tables need fine bins and small leaves, or a rule that few rows follow is never cut out.
    small = rows < 10_000
    # Many columns on few rows agree with anything; each tree then gets half of them.
    wide = columns > 50
    leaves = 15 if rows >= 10_000 or 600 <= rows < 2_000 else 31 if rows >= 2_000 else 7
    return {
        **objectives[task],
        "learning_rate": 0.07,
        "num_leaves": min(leaves, 15) if classes > 2 else leaves,
        "min_data_in_leaf": 5 if small else 10,
        "feature_fraction": 0.8 if small and not wide else 0.5,
        "lambda_l2": 1.0 if small else 5.0,
        "max_bin": 255 if small else 127,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "min_data_per_group": 20,
        "cat_smooth": 20.0,
        # Two threads wait for each other whenever the machine does anything else; folds are small.
        "num_threads": 1,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "verbose": -1,
    }


def _train(
    matrix: Matrix, values: Numbers, settings: dict[str, Any], trees: int, categories: list[int]
) -> Any:
    # LightGBM takes most of a second to import; commands without a label never need it.
    lightgbm = load_lightgbm()
    data = lightgbm.Dataset(
        matrix,
        values,
        categorical_feature=categories or "auto",
        params={"max_bin": settings["max_bin"], "verbose": -1},
        free_raw_data=True,
    )
    return lightgbm.train(settings, data, trees)
