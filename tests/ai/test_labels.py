"""Which column is the label, which of its values is the bad case, and when it cannot serve."""

import numpy as np
import polars as pl
import pytest

from jejo.ai.domain.drivers import Task
from jejo.ai.domain.labels import Target, Unusable, choose_label, read_target


def a_label(name: str, good: object, bad: object, share: float = 0.3) -> pl.Series:
    rows = 200
    return pl.Series(name, [bad if row < share * rows else good for row in range(rows)], strict=False)


@pytest.mark.parametrize(
    ("label", "positive"),
    [
        (a_label("판정", "OK", "NG"), "NG"),
        (a_label("판정", "OK", "NG", share=0.9), "NG"),
        (a_label("결과", "양품", "불량"), "불량"),
        (a_label("결과", "합격", "불합격", share=0.8), "불합격"),
        (a_label("INSPECT", "PASS", "FAIL"), "FAIL"),
        (a_label("tool", "unworn", "worn"), "worn"),
        (a_label("check", "pass", "재검"), "재검"),
        (a_label("y", -1.0, 1.0), "1"),
        (a_label("y", 1.0, 0.0), "0"),
        (a_label("defect", 0.0, 1.0, share=0.8), "1"),
        (a_label("합격여부", 1.0, 0.0, share=0.8), "0"),
        (a_label("passorfail", 0.0, 1.0), "1"),
        (a_label("passed_visual_inspection", "yes", "no", share=0.7), "no"),
        (a_label("불량여부", "N", "Y", share=0.7), "Y"),
        (a_label("flag", "False", "True"), "True"),
        (a_label("Rework", None, "Y"), "Y"),
        (a_label("Rework", "", "Y"), "Y"),
        (a_label("batch result", "left", "right", share=0.2), "right"),
    ],
)
def test_the_bad_case_is_told_by_word_by_name_or_by_being_rarer(label: pl.Series, positive: str) -> None:
    target = read_target(label)
    assert isinstance(target, Target)
    assert (target.task, target.positive) == (Task.BINARY, positive)
    shown = [None if each is None else str(each).removesuffix(".0") for each in label]
    assert (target.values == 1).tolist() == [each == positive for each in shown]


def test_booleans_are_read_like_words() -> None:
    target = read_target(pl.Series("defect", [True, False, False] * 40))
    assert isinstance(target, Target)
    assert target.positive == "true"


def test_defect_counts_become_any_defect_and_blank_means_none() -> None:
    target = read_target(pl.Series("scratch", [None, None, 0.0, 3.0, None, 1.0] * 30))
    assert isinstance(target, Target)
    assert target.task is Task.BINARY
    assert target.values.tolist() == [0, 0, 0, 1, 0, 1] * 30


def test_few_whole_values_are_classes_and_many_are_a_quantity() -> None:
    classes = read_target(pl.Series("quality", [1.0, 2.0, 3.0, 3.0] * 30))
    quantity = read_target(pl.Series("thickness", np.random.default_rng(0).normal(size=200)))
    assert isinstance(classes, Target)
    assert isinstance(quantity, Target)
    assert (classes.task, classes.classes) == (Task.MULTICLASS, ("3", "1", "2"))
    assert quantity.task is Task.REGRESSION


def test_an_unknown_label_stays_unknown() -> None:
    target = read_target(pl.Series("판정", ["OK", "NG", None] * 40))
    assert isinstance(target, Target)
    assert np.isnan(target.values[2])
    assert np.isfinite(target.values[:2]).all()


@pytest.mark.parametrize(
    ("label", "reason"),
    [
        (pl.Series("TAG", ["OK"] * 100), "one-value"),
        (pl.Series("TAG", [0.0] * 100), "one-value"),
        (pl.Series("TAG", [None] * 100, dtype=pl.String), "empty"),
        (pl.Series("TAG", ["OK"] * 95 + ["NG"] * 5), "too-few-positives"),
        (pl.Series("TAG", ["OK", "NG"] * 10), "too-few-rows"),
        (pl.Series("TAG", [f"part {row}" for row in range(100)]), "too-many-values"),
    ],
)
def test_a_column_that_cannot_serve_says_why(label: pl.Series, reason: str) -> None:
    unusable = read_target(label)
    assert isinstance(unusable, Unusable)
    assert unusable.reason == reason


def one_hot(rows: int = 400) -> pl.DataFrame:
    kind = np.random.default_rng(1).choice(3, rows, p=[0.5, 0.3, 0.2])
    return pl.DataFrame(
        {
            name: (kind == place).astype(float)
            for place, name in enumerate(("Other_Faults", "Bump_Fault", "Stain_Fault"))
        }
    )


def test_of_one_hot_defects_the_most_frequent_named_one_is_taken() -> None:
    choice = choose_label(one_hot(), [(name, 0.8) for name in one_hot().columns])
    assert choice is not None
    assert (choice.column, set(choice.siblings)) == ("Bump_Fault", {"Other_Faults", "Stain_Fault"})


def test_a_label_that_sums_up_others_goes_before_its_parts() -> None:
    parts = one_hot().rename({"Other_Faults": "none", "Bump_Fault": "heat", "Stain_Fault": "wear"})
    frame = parts.with_columns(stopped=pl.max_horizontal("heat", "wear")).drop("none")
    choice = choose_label(frame, [("heat", 0.8), ("wear", 0.8), ("stopped", 0.8)])
    assert choice is not None
    assert choice.column == "stopped"


def test_a_usable_label_goes_before_one_with_a_single_value() -> None:
    frame = pl.DataFrame({"TAG": ["OK"] * 100, "size": np.linspace(0, 1, 100)})
    usable = choose_label(frame, [("TAG", 0.9), ("size", 0.4)])
    alone = choose_label(frame, [("TAG", 0.9)])
    assert usable is not None
    assert alone is not None
    assert usable.column == "size"
    assert (alone.column, alone.task) == ("TAG", None)
    assert choose_label(frame, []) is None
