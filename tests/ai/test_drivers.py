"""Drivers of a label: found where they were planted, validated as a later day or another run would, or not claimed."""

import warnings
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
import polars as pl
import pytest
from sklearn.metrics import average_precision_score, roc_auc_score

from jejo.ai.domain.driver_words import describe_driver, describe_leak, describe_outcome
from jejo.ai.domain.drivers import Driver, LabelReport, Leak, Task
from jejo.ai.domain.features import context_column, numbering_column, past_features, plain_features
from jejo.ai.domain.folds import cut_folds, deciding_group
from jejo.ai.domain.metrics import best_cut, binary_metrics
from jejo.ai.domain.ranges import telling_range
from jejo.ai.service.drivers import DriverService
from jejo.kernel.texts import LANGUAGES, texts

ROWS = 600
START = datetime(2024, 3, 1, tzinfo=UTC)


def a_table(seed: int = 0, rows: int = ROWS) -> pl.DataFrame:
    """Return shots of which most are bad when the pressure is low, and some when the mould is `B`."""
    rng = np.random.default_rng(seed)
    pressure = rng.normal(300, 15, rows)
    mould = rng.choice(["A", "B", "C"], rows)
    risk = np.where(pressure < 280, 0.85, 0.03) + 0.1 * (mould == "B")
    return pl.DataFrame(
        {
            "time": [START + timedelta(minutes=row) for row in range(rows)],
            "pressure": pressure,
            "temperature": rng.normal(700, 5, rows),
            "mould": mould,
            "result": np.where(rng.random(rows) < risk, "불량", "양품"),
        }
    )


SENSORS = ("pressure", "temperature", "mould")


@pytest.fixture(scope="module")
def report() -> LabelReport:
    return DriverService().analyse(a_table(), "result", SENSORS, time="time")


def test_the_planted_cause_comes_first_with_its_direction_and_limit(report: LabelReport) -> None:
    first = report.drivers[0]
    assert (first.name, first.direction, first.kind) == ("pressure", "lower", "value")
    assert first.high == pytest.approx(280, abs=4)
    assert first.rate_inside > 0.7
    assert first.rate_outside < 0.15
    assert 0 < sum(each.importance for each in report.drivers) <= 1.001


def test_a_report_says_how_it_was_validated_and_on_what(report: LabelReport) -> None:
    truth = a_table()["result"] == "불량"
    assert (report.validation, report.task, report.positive, report.rows) == (
        "time",
        Task.BINARY,
        "불량",
        ROWS,
    )
    assert report.base_rate == pytest.approx(truth.mean())
    assert report.positives == truth.sum()
    assert report.metrics == report.metrics_without_leaks
    assert set(report.metrics) == {"pr_auc", "roc_auc", "f1"}
    assert not report.no_skill
    for each in (*report.metrics.values(), *report.metrics_forward.values()):
        assert each.low <= each.value <= each.high
    assert report.metrics["pr_auc"].low > 2 * report.base_rate


def test_figures_with_a_leak_are_better_and_those_without_stay(report: LabelReport) -> None:
    trial = (pl.col("result") == "불량") & (pl.int_range(pl.len()) % 3 == 0)
    frame = a_table().with_columns(shot=pl.when(trial).then(pl.lit("D")).otherwise(pl.lit("A")))
    leaking = DriverService().analyse(frame, "result", (*SENSORS, "shot"), time="time")
    assert [(leak.column, leak.why) for leak in leaking.leaks] == [("shot", "value-rows")]
    assert leaking.metrics["pr_auc"].value > leaking.metrics_without_leaks["pr_auc"].value
    assert leaking.rows_without_leaks == ROWS - leaking.leaks[0].facts["left_out"]
    assert leaking.base_rate_without_leaks is not None
    assert leaking.base_rate_without_leaks < leaking.base_rate == report.base_rate
    assert all("shot" not in driver.columns for driver in leaking.drivers)


def test_noise_is_said_to_be_noise() -> None:
    frame = a_table().with_columns(pl.col("result").shuffle(seed=1))
    noise = DriverService().analyse(frame, "result", SENSORS, time="time")
    assert noise.no_skill
    assert noise.drivers == ()


def test_rows_of_one_run_are_not_split() -> None:
    rng = np.random.default_rng(2)
    run = np.repeat(np.arange(20), 30)
    # Each run has its own level, which tells nothing about another run's outcome.
    level = rng.normal(size=20)[run]
    bad = (rng.permutation(20) < 10)[run]
    frame = pl.DataFrame(
        {
            "run": run.astype(float),
            "level": level + 0.01 * rng.normal(size=len(run)),
            "result": np.where(bad, "FAIL", "PASS"),
        }
    )
    report = DriverService().analyse(frame, "result", ("run", "level"))
    assert (report.validation, report.group) == ("group", "run")
    assert [(leak.column, leak.why) for leak in report.leaks] == [("run", "run")]
    assert report.no_skill


def test_a_product_of_two_columns_is_found() -> None:
    rng = np.random.default_rng(3)
    speed, torque = rng.uniform(1, 3, 1500), rng.uniform(1, 3, 1500)
    bad = speed * torque > 6.5
    frame = pl.DataFrame(
        {
            "speed": speed,
            "torque": torque,
            "idle": rng.normal(size=1500),
            "defect": (bad ^ (rng.random(1500) < 0.01)).astype(float),
        }
    )
    report = DriverService().analyse(frame, "defect", ("speed", "torque", "idle"))
    first = report.drivers[0]
    assert (first.name, first.direction) == ("speed × torque", "higher")
    assert first.low == pytest.approx(6.5, abs=0.5)


def test_a_category_that_goes_with_the_label_is_named() -> None:
    rng = np.random.default_rng(4)
    code = rng.choice([8412.0, 8573.0, 8722.0], 1000)
    bad = rng.random(1000) < np.where(code == 8573, 0.5, 0.05)
    frame = pl.DataFrame({"mold_code": code, "x": rng.normal(size=1000), "passorfail": bad.astype(float)})
    first = DriverService().analyse(frame, "passorfail", ("mold_code", "x")).drivers[0]
    assert (first.direction, first.category) == ("category", "8573")
    assert first.rate_inside == pytest.approx(0.5, abs=0.08)


def test_classes_and_quantities_are_analysed_too() -> None:
    rng = np.random.default_rng(5)
    x, z = rng.uniform(0, 3, 800), rng.normal(size=800)
    frame = pl.DataFrame(
        {
            "x": x,
            "z": z,
            "grade": np.array(["low", "mid", "high"])[
                np.clip(x + 0.1 * rng.normal(size=800), 0, 2.99).astype(int)
            ],
            "thickness": 5 * x + rng.normal(size=800),
        }
    )
    classes = DriverService().analyse(frame, "grade", ("x", "z"))
    quantity = DriverService().analyse(frame, "thickness", ("x", "z"))
    assert classes.metrics["macro_f1"].low > 0.8
    assert classes.drivers[0].name == "x"
    assert classes.drivers[0].label_value in ("low", "mid", "high")
    assert quantity.metrics["r2"].low > 0.9
    assert (quantity.drivers[0].name, quantity.drivers[0].direction) == ("x", "higher")
    assert quantity.base_rate == pytest.approx(frame["thickness"].mean())


@pytest.mark.parametrize(
    ("label", "reason"), [(["OK"] * 100, "one-value"), (["OK"] * 90 + ["NG"] * 10, "too-few-positives")]
)
def test_what_cannot_be_computed_says_why(label: list[str], reason: str) -> None:
    frame = pl.DataFrame({"TAG": label, "x": np.linspace(0, 1, 100)})
    report = DriverService().analyse(frame, "TAG", ("x",))
    assert report.not_computable == reason
    assert report.metrics == {}
    for language in LANGUAGES:
        assert describe_outcome(report, texts(language))


def test_without_any_other_column_nothing_is_claimed() -> None:
    frame = a_table().with_columns(copy=pl.col("result"))
    report = DriverService().analyse(frame, "result", ("copy", "time"), time="time")
    assert (report.not_computable, [leak.why for leak in report.leaks]) == ("no-features", ["recoded"])


def test_progress_climbs_to_the_end() -> None:
    told: list[float] = []
    DriverService().analyse(a_table(rows=400), "result", SENSORS, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_unordered_rows_are_put_in_order_and_a_report_can_be_made_again(report: LabelReport) -> None:
    shuffled = a_table().sample(fraction=1.0, shuffle=True, seed=7)
    assert DriverService().analyse(shuffled, "result", SENSORS, time="time") == report


def test_blocks_in_time_order_are_purged_on_both_sides() -> None:
    values = (np.arange(4000) % 10 == 0).astype(float)
    folds = cut_folds(values, Task.BINARY, has_time=True)
    assert folds.validation == "time"
    assert np.concatenate([fold.test for fold in folds.folds]).tolist() == list(range(4000))
    for fold in folds.folds:
        gaps = [int(np.abs(fold.train - edge).min()) for edge in (fold.test[0], fold.test[-1])]
        assert min(gaps) > 29
    assert folds.forward is not None
    assert folds.forward.train.max() + 29 < folds.forward.test.min()


def test_groups_stay_whole_and_every_fold_has_both_outcomes() -> None:
    groups = np.repeat(np.arange(12), 50)
    values = (groups % 3 == 0).astype(float)
    for has_time, name in ((False, "group"), (True, "time+group")):
        folds = cut_folds(values, Task.BINARY, has_time=has_time, groups=groups)
        assert folds.validation == name
        for fold in folds.folds:
            assert not set(groups[fold.train]) & set(groups[fold.test])
            assert set(values[fold.train]) == {0.0, 1.0}


def test_a_mould_with_its_own_defect_rate_is_not_a_deciding_group() -> None:
    rng = np.random.default_rng(0)
    mould = rng.choice(["A", "B", "C", "D"], 2000)
    values = (rng.random(2000) < np.where(mould == "A", 0.3, 0.05)).astype(float)
    assert deciding_group(pl.DataFrame({"mould": mould}), values, Task.BINARY, ("mould",), ()) is None


def test_past_features_never_look_ahead() -> None:
    frame = a_table(rows=300)
    later = frame.with_columns(
        pl.when(pl.int_range(pl.len()) >= 200)
        .then(pl.col("pressure") * 9)
        .otherwise(pl.col("pressure"))
        .alias("pressure")
    )
    before = past_features(frame, ("pressure",), "time", "mould")
    after = past_features(later, ("pressure",), "time", "mould")
    np.testing.assert_array_equal(before.matrix[:200], after.matrix[:200])
    assert not np.array_equal(before.matrix[200:], after.matrix[200:], equal_nan=True)


def test_the_column_that_sets_the_level_is_the_context() -> None:
    frame = a_table().with_columns(pressure=pl.col("pressure") + 200 * (pl.col("mould") == "C"))
    assert context_column(frame, SENSORS, ()) == "mould"
    assert context_column(a_table(), SENSORS, ()) is None
    assert context_column(a_table(), SENSORS, ("mould",)) == "mould"


def test_a_running_number_orders_the_rows_even_as_words() -> None:
    frame = a_table().drop("time").with_columns(id=pl.int_range(pl.len()).cast(pl.String))
    shuffled = frame.rename({"id": "row"}).sample(fraction=1.0, shuffle=True, seed=3)
    assert numbering_column(frame, frame.columns) == "id"
    assert numbering_column(shuffled, shuffled.columns) == "row"
    assert numbering_column(a_table(), ("pressure", "mould", "result")) is None
    assert DriverService().analyse(shuffled, "result", (*SENSORS, "row")).validation == "order"


def test_codes_become_categories_and_measurements_do_not() -> None:
    frame = pl.DataFrame({"mold_code": [8412.0, 8573.0, 8722.0] * 20, "stage": [1.0, 2.0, 3.0] * 20})
    made = plain_features(frame, frame.columns)
    assert [each.kind for each in made.made] == ["category", "value"]
    assert set(made.levels["mold_code"]) == {"8412", "8573", "8722"}


@pytest.mark.parametrize("digits", [None, 1])
def test_areas_agree_with_scikit_learn(digits: int | None) -> None:
    rng = np.random.default_rng(6)
    truth = (rng.random(3000) < 0.1).astype(float)
    scores = rng.normal(size=3000) + truth
    scores = scores if digits is None else scores.round(digits)
    measured = binary_metrics(truth, scores, scores >= best_cut(truth, scores), np.arange(3000) // 100)
    assert measured.metrics["pr_auc"].value == pytest.approx(average_precision_score(truth, scores), abs=1e-9)
    assert measured.metrics["roc_auc"].value == pytest.approx(roc_auc_score(truth, scores), abs=1e-9)
    assert not measured.no_skill


def test_an_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    covered = 0
    for seed in range(25):
        rng = np.random.default_rng(seed)
        truth = (rng.random(1000) < 0.2).astype(float)
        scores = rng.normal(size=1000) + truth
        area = binary_metrics(truth, scores, scores > 0.5, np.arange(1000) // 25).metrics["roc_auc"]
        # Two normal distributions one deviation apart: Φ(1/√2).
        covered += area.low <= 0.7602 <= area.high
    assert covered >= 20


def test_a_range_that_does_not_hold_elsewhere_is_dropped() -> None:
    x = np.linspace(0, 1, 400)
    chosen_on = np.arange(400) % 2 == 0
    label = np.where(chosen_on, x > 0.8, x < 0.2).astype(float)
    assert telling_range(x, label, chosen_on) is None
    both_ends = ((x < 0.1) | (x > 0.9)).astype(float)
    found = telling_range(x, both_ends, chosen_on)
    assert found is not None
    assert found.direction == "outside"
    assert (found.rate_inside, found.rate_outside) == (pytest.approx(1, abs=0.1), pytest.approx(0, abs=0.1))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_of_driver_and_leak_has_words(language: str) -> None:
    known = texts("ko" if language == "ko" else "en")
    for kind in (
        "value",
        "category",
        "difference",
        "ratio",
        "product",
        "change",
        "deviation",
        "spread",
        "pause",
    ):
        for direction in ("higher", "lower", "inside", "outside", "category"):
            driver = Driver(
                "p", ("p", "q"), 0.5, direction, 0.061, 0.005, 1204, 1.0, 290.0, "A", kind, 30, "2"
            )
            for task in Task:
                assert "1,204" in describe_driver(driver, known, "bar", task=task)
    facts: dict[str, object] = {
        "value": "D", "rows": 12, "rate": 100.0, "covered": 38.6, "left_out": 12,
        "explained": 99.2, "other": "q", "label": "r",
    }  # fmt: skip
    reasons = (
        "recoded value value-rows filled blank counts counts-total separates order run identity rounded parts"
    )
    for why in (*reasons.split(), "together", "sibling"):
        assert describe_leak(Leak("p", why, facts), known).startswith("p")


def test_a_driver_reads_as_people_say_it() -> None:
    driver = Driver("주조 압력", ("주조 압력",), 0.5, "lower", 0.0612, 0.005, 1204, None, 290.0)
    assert (
        describe_driver(driver, texts("ko"), "bar")
        == "주조 압력 290 bar 이하: 불량 6.1 % (그 밖 0.5 %), 1,204개 중"
    )


def test_nothing_warns_on_awkward_columns() -> None:
    frame = a_table(rows=600).with_columns(
        empty=pl.lit(None, dtype=pl.Float64),
        same=pl.lit(1.0),
        holes=pl.when(pl.int_range(pl.len()) % 3 == 0).then(pl.col("pressure")),
        huge=pl.col("pressure") * 1e30,
        text=pl.int_range(pl.len()).cast(pl.String),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        report = DriverService().analyse(frame, "result", [*frame.columns], time="time")
    assert report.drivers[0].columns[0] in ("pressure", "huge", "holes")
    assert all(one.importance >= other.importance for one, other in pairwise(report.drivers))


def an_awkward_column(rng: np.random.Generator, rows: int, name: str) -> pl.Series:
    x = rng.normal(size=rows)
    word = [None if draw < 0.1 else ["OK", "NG", " ", "긴 글"][int(4 * draw)] for draw in rng.random(rows)]
    choices: list[object] = [
        x, np.round(x), np.where(x > 0.3, np.nan, x), np.full(rows, 3.0), np.where(x > 2, np.inf, x),
        np.arange(rows) * 1.0, (x > 1) * 1.0, rng.poisson(0.2, rows) * 1.0, x * 1e20, word,
    ]  # fmt: skip
    return pl.Series(name, choices[int(rng.integers(len(choices)))], strict=False)


@pytest.mark.parametrize("seed", range(6))
def test_awkward_tables_get_a_report_too(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = int(rng.integers(1, 300))
    columns = [an_awkward_column(rng, rows, f"c{place}") for place in range(int(rng.integers(1, 7)))]
    times = [START + timedelta(seconds=int(each)) for each in rng.integers(0, rows, rows)]
    frame = pl.DataFrame([*columns, pl.Series("time", times, dtype=pl.Datetime("us", "UTC"))])
    groups = [name for name in frame.columns if frame[name].dtype == pl.String][:1]
    report = DriverService().analyse(frame, "c0", frame.columns, time="time", groups=groups)
    assert (report.not_computable is None) == bool(report.metrics_without_leaks)
    for language in LANGUAGES:
        assert describe_outcome(report, texts(language))
        assert all(describe_leak(leak, texts(language)) for leak in report.leaks)
        assert all(describe_driver(each, texts(language), task=report.task) for each in report.drivers)
