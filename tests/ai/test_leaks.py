"""Columns that are the label in disguise are named; honest sensors, however strong, are not."""

import numpy as np
import polars as pl
import pytest

from jejo.ai.domain.labels import Target, read_target
from jejo.ai.domain.leaks import Leaks, find_leaks

ROWS = 4000


def a_table(seed: int = 0, rows: int = ROWS) -> pl.DataFrame:
    """Return a label with 10 % bad rows, one strong and one idle sensor."""
    rng = np.random.default_rng(seed)
    bad = rng.random(rows) < 0.1
    return pl.DataFrame(
        {
            "result": np.where(bad, "NG", "OK"),
            # Shifted by 2.33 standard deviations: area under the ROC curve 0.95.
            "strong": rng.normal(size=rows) + 2.33 * bad,
            "idle": rng.normal(size=rows),
        }
    )


def leaks_of(frame: pl.DataFrame, label: str = "result", siblings: tuple[str, ...] = ()) -> Leaks:
    target = read_target(frame[label])
    assert isinstance(target, Target)
    return find_leaks(frame, label, target, [name for name in frame.columns if name != label], siblings)


def named(frame: pl.DataFrame, label: str = "result", siblings: tuple[str, ...] = ()) -> dict[str, str]:
    return {leak.column: leak.why for leak in leaks_of(frame, label, siblings).leaks}


@pytest.mark.parametrize("seed", range(5))
def test_a_strong_sensor_is_not_a_leak(seed: int) -> None:
    frame = a_table(seed)
    coarse = (pl.col("strong").round(0)).alias("coarse")
    stronger = (pl.col("strong") + 1.7 * (pl.col("result") == "NG")).alias("stronger")
    assert named(frame.with_columns(coarse, stronger)) == {}


def test_a_lot_that_is_often_bad_is_not_a_leak() -> None:
    frame = a_table()
    rng = np.random.default_rng(9)
    bad = (frame["result"] == "NG").to_numpy()
    lot = np.where(
        bad & (rng.random(ROWS) < 0.6), "L1", rng.choice(["L1", "L2", "L3"], ROWS, p=[0.05, 0.45, 0.5])
    )
    assert named(frame.with_columns(lot=pl.Series(lot))) == {}


def test_a_value_that_is_always_bad_is_named_and_its_rows_are_left_out() -> None:
    frame = a_table()
    trial = (frame["result"] == "NG") & (pl.Series(np.random.default_rng(2).random(ROWS)) < 0.4)
    leaks = leaks_of(frame.with_columns(shot=pl.when(trial).then(pl.lit("D")).otherwise(pl.lit("A"))))
    assert [(leak.column, leak.why) for leak in leaks.leaks] == [("shot", "value-rows")]
    assert leaks.leaks[0].facts["value"] == "D"
    assert leaks.decided.tolist() == trial.to_list()


def test_a_blank_may_be_the_other_value() -> None:
    frame = a_table()
    trial = (frame["result"] == "NG") & (pl.Series(np.random.default_rng(2).random(ROWS)) < 0.4)
    leaks = leaks_of(frame.with_columns(shot=pl.when(trial).then(pl.lit("D"))))
    assert [leak.why for leak in leaks.leaks] == ["value-rows"]
    assert leaks.decided.sum() == trial.sum()


def test_columns_written_after_the_fact_are_named() -> None:
    frame = a_table().with_columns(
        reason=pl.when(pl.col("result") == "NG").then(pl.col("idle").round(1).cast(pl.String)),
        defects=pl.when(pl.col("result") == "NG").then(pl.col("idle").abs().ceil() + 1).otherwise(0.0),
        measured=pl.when(pl.col("result") == "OK").then(pl.col("idle")),
        verdict=pl.when(pl.col("result") == "NG").then(pl.lit("재작업")).otherwise(pl.lit("출하")),
        code=pl.when(pl.col("result") == "NG").then(7.0).otherwise(1.0),
    )
    found = named(frame)
    assert set(found) == {"reason", "defects", "measured", "verdict", "code"}
    assert (found["verdict"], found["code"]) == ("recoded", "recoded")
    assert found["measured"] == "blank"


def test_partly_filled_reasons_are_named_without_leaving_rows_out() -> None:
    frame = a_table()
    some = (frame["result"] == "NG") & (frame["idle"] > 0)
    leaks = leaks_of(frame.with_columns(reason=pl.when(some).then(pl.col("idle").round(1).cast(pl.String))))
    assert [leak.why for leak in leaks.leaks] == ["filled"]
    assert not leaks.decided.any()


def test_a_number_that_separates_the_outcomes_is_named() -> None:
    frame = a_table().with_columns(score=pl.col("idle").abs() + 10 * (pl.col("result") == "NG"))
    assert named(frame) == {"score": "separates"}


def test_a_row_number_gives_away_a_sorted_file() -> None:
    sorted_file = a_table().sort("result").with_row_index("no").with_columns(pl.col("no").cast(pl.Float64))
    mixed_file = a_table().with_row_index("no").with_columns(pl.col("no").cast(pl.Float64))
    assert named(sorted_file) == {"no": "order"}
    assert named(mixed_file) == {}


def test_a_block_of_defect_marks_is_named_with_the_one_that_decides_nothing() -> None:
    rng = np.random.default_rng(3)
    parts = {name: (rng.random(ROWS) < 0.03).astype(float) for name in ("TWF", "HDF", "PWF")}
    frame = (
        a_table()
        .drop("result")
        .with_columns(
            failure=np.maximum.reduce(list(parts.values())),
            **parts,
            RNF=(rng.random(ROWS) < 0.01).astype(float),
        )
    )
    leaks = leaks_of(frame, "failure")
    assert {leak.column: leak.why for leak in leaks.leaks} == {
        "TWF": "value",
        "HDF": "value",
        "PWF": "value",
        "RNF": "sibling",
    }
    # The marks together are all bad rows: nothing would be left to learn from.
    assert not leaks.decided.any()


def test_siblings_are_named_even_when_they_tell_nothing() -> None:
    assert named(a_table(), siblings=("idle",)) == {"idle": "sibling"}


def test_classes_recoded_or_flagged_are_named() -> None:
    rng = np.random.default_rng(4)
    kind = rng.choice(["a", "b", "c"], ROWS)
    frame = pl.DataFrame({"kind": kind, "x": rng.normal(size=ROWS)}).with_columns(
        number=pl.col("kind").replace_strict({"a": 5.0, "b": 6.0, "c": 9.0}),
        is_b=(pl.col("kind") == "b").cast(pl.Float64),
        hint=pl.when(pl.Series(rng.random(ROWS)) < 0.8).then(pl.col("kind")).otherwise(pl.lit("a")),
    )
    assert named(frame, "kind") == {"number": "recoded", "is_b": "recoded"}


def a_quantity(noise: float) -> pl.DataFrame:
    rng = np.random.default_rng(5)
    usage = rng.gamma(2.0, 20.0, ROWS)
    return pl.DataFrame(
        {
            "usage": usage,
            "co2": np.round(usage * 0.0005, 2),
            "cost": usage * 120 + 3,
            "sensor": usage + noise * usage.std() * rng.normal(size=ROWS),
            "good": rng.integers(50, 90, ROWS).astype(float),
        }
    )


def test_the_same_quantity_in_other_words_is_named() -> None:
    found = named(a_quantity(noise=0.3), "usage")
    assert set(found) == {"co2", "cost"}
    assert found["cost"] == "identity"


def test_a_coarse_sensor_of_the_quantity_is_not_a_leak() -> None:
    frame = a_quantity(noise=0.3).select("usage", (pl.col("sensor") / 20).round(0).alias("coarse"))
    assert named(frame, "usage") == {}


def test_parts_that_add_up_to_the_label_are_named() -> None:
    frame = a_quantity(noise=0.3).drop("co2", "cost").with_columns(made=pl.col("usage") + pl.col("good"))
    assert named(frame, "usage") == {"made": "parts", "good": "parts"}


def test_two_columns_that_fix_the_label_together_are_named() -> None:
    rng = np.random.default_rng(7)
    power, factor = rng.gamma(2.0, 20.0, ROWS), rng.uniform(0.5, 0.97, ROWS)
    frame = pl.DataFrame(
        {
            "power": power,
            "reactive": power * np.sqrt(1 / factor**2 - 1),
            "factor": factor,
            "sensor": power + 0.3 * power.std() * rng.normal(size=ROWS),
            "second_sensor": power + 0.3 * power.std() * rng.normal(size=ROWS),
        }
    )
    assert named(frame, "power") == {"reactive": "together", "factor": "together"}


def test_produced_minus_good_gives_the_defects_away() -> None:
    rng = np.random.default_rng(6)
    scratch, stain = rng.poisson(0.2, ROWS).astype(float), rng.poisson(0.3, ROWS).astype(float)
    good = rng.integers(500, 900, ROWS).astype(float)
    frame = pl.DataFrame(
        {
            "scratch": scratch,
            "stain": stain,
            "good": good,
            "made": good + scratch + stain,
            "cavity": rng.integers(1, 8, ROWS).astype(float),
        }
    )
    assert named(frame, "scratch", siblings=("stain",)) == {
        "stain": "sibling",
        "good": "parts",
        "made": "parts",
    }
