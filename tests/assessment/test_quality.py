"""Six criteria: what pulls a score down, and what is said about it."""

from dataclasses import replace

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessment import zoo
from assessment.building import SOURCE, a_table, times
from assessment.test_texts import codes
from jejo.assessment.domain import Criterion, Measure, Quality, Verdict
from jejo.assessment.service import AssessmentService
from jejo.intake.domain.table import Finding, Kind, Source, Table
from jejo.kernel.texts import Language, texts
from jejo.knowledge.service import KnowledgeService

SHARED = AssessmentService(KnowledgeService())


@pytest.fixture
def assessment() -> AssessmentService:
    return SHARED


def issues(quality: Quality) -> dict[str, int]:
    return {issue.code: issue.rows for issue in quality.issues}


def measure(quality: Quality, criterion: Criterion, code: str) -> float | None:
    return next(each.value for each in quality.measures[criterion] if each.code == code)


def every_quality(assessment: AssessmentService) -> list[Quality]:
    old = Source("old.csv", "0" * 64, 10, "cp949")
    january, february = zoo.months()
    return [
        assessment.quality(zoo.clean(), SOURCE),
        assessment.quality(zoo.dirty(), old),
        assessment.quality(zoo.event_log(), SOURCE),
        assessment.quality(zoo.shifts(), SOURCE),
        assessment.quality(january, SOURCE, [february]),
    ]


def test_a_clean_table_scores_high_without_bad_issues(assessment: AssessmentService) -> None:
    quality = assessment.quality(zoo.clean(), SOURCE)
    assert quality.score > 97
    assert {issue.severity for issue in quality.issues} == {"info"}


def test_dirt_lowers_every_content_criterion(assessment: AssessmentService) -> None:
    clean, dirty = assessment.quality(zoo.clean(), SOURCE), assessment.quality(zoo.dirty(), SOURCE)
    assert dirty.score < clean.score - 20
    for criterion in Criterion:
        assert (dirty.criteria[criterion] or 0) < (clean.criteria[criterion] or 0)


def test_every_issue_occurs_and_every_text_can_be_filled(assessment: AssessmentService) -> None:
    found = [issue for quality in every_quality(assessment) for issue in quality.issues]
    assert {issue.code for issue in found} == codes("Issue")
    languages: tuple[Language, ...] = ("ko", "en")
    for language in languages:
        say = texts(language)
        for issue in found:
            for part in ("message", "hint"):
                assert "{" not in say.text(f"assessment.issues.{issue.code}.{part}", **issue.facts)


def test_placeholder_numbers_are_counted(assessment: AssessmentService) -> None:
    table = zoo.dirty()
    found = issues(assessment.quality(table, SOURCE))
    assert found["placeholder-numbers"] == int((table.frame["Zone Temp"] == -200).sum())


def test_a_value_that_is_only_the_lowest_is_no_placeholder(assessment: AssessmentService) -> None:
    frame = pl.DataFrame({"time": times(500), "position": [float(index - 200) for index in range(500)]})
    assert "placeholder-numbers" not in issues(assessment.quality(a_table(frame), SOURCE))


def test_placeholders_that_intake_cleared_still_count(assessment: AssessmentService) -> None:
    reported = Finding("values.sentinel", {"values": ["-200"]}, 80, "oil_temp")
    quality = assessment.quality(replace(zoo.clean(), findings=(reported,)), SOURCE)
    assert issues(quality)["placeholder-numbers"] == 80
    assert measure(quality, Criterion.ACCURACY, "no-placeholder-numbers") == pytest.approx(2 / 3)


def test_a_stuck_sensor_lowers_accuracy(assessment: AssessmentService) -> None:
    stuck = replace(zoo.clean(), findings=(Finding("signal.stuck", {}, 300, "oil_temp"),))
    quality = assessment.quality(stuck, SOURCE)
    assert issues(quality)["stuck-values"] == 300
    assert measure(quality, Criterion.ACCURACY, "not-stuck") == pytest.approx(2 / 3)


def test_missing_rows_are_counted_against_the_sampling(assessment: AssessmentService) -> None:
    frame = pl.DataFrame({"time": times(1000), "flow": [float(index % 17) for index in range(1000)]})
    holed = a_table(pl.concat([frame.head(300), frame.slice(500)]))
    quality = assessment.quality(holed, SOURCE)
    assert issues(quality)["time-gaps"] == 200
    assert measure(quality, Criterion.COMPLETENESS, "time-coverage") == pytest.approx(0.8)


def test_each_run_keeps_its_own_distance(assessment: AssessmentService) -> None:
    slow = pl.DataFrame({"file": ["b"] * 50, "time": times(50, 60 * (times(2)[1] - times(2)[0]))})
    fast = pl.DataFrame({"file": ["a"] * 500, "time": times(500)})
    frame = pl.concat([fast, slow]).with_columns(value=pl.int_range(pl.len()).cast(pl.Float64))
    assert "time-gaps" not in issues(assessment.quality(a_table(frame, groups=["file"]), SOURCE))


def test_truncated_times_leave_accuracy_below_half(assessment: AssessmentService) -> None:
    quality = assessment.quality(zoo.event_log(), SOURCE)
    assert measure(quality, Criterion.ACCURACY, "true-times") == 0
    assert (quality.criteria[Criterion.ACCURACY] or 0) < 50


def test_what_a_file_cannot_say_is_neither_0_nor_100(assessment: AssessmentService) -> None:
    quality = assessment.quality(zoo.clean(), SOURCE)
    for code in ("licence", "contact", "update-cycle"):
        assert measure(quality, Criterion.ACCESSIBILITY, code) is None
    assert "not-in-file" in issues(quality)


def test_a_criterion_without_any_measure_is_not_computable() -> None:
    assert Verdict((Measure("licence", None),)).score is None


def test_impossible_humidity_is_found_by_its_concept(assessment: AssessmentService) -> None:
    table = zoo.dirty()
    found = issues(assessment.quality(table, SOURCE))
    assert found["impossible-values"] == int((table.frame["humid_ity"] > 105).sum())


def test_tables_without_rows_or_columns_do_not_break(assessment: AssessmentService) -> None:
    for table in (
        a_table(pl.DataFrame()),
        a_table(zoo.clean().frame.head(0)),
        Table("t", Kind.OTHER, pl.DataFrame(), ()),
    ):
        assert assessment.quality(table, SOURCE).score == 0


@settings(deadline=None, max_examples=60)
@given(
    st.lists(
        st.lists(
            st.one_of(st.none(), st.floats(), st.sampled_from([-200.0, 65535.0, 0.0])), min_size=8, max_size=8
        ),
        min_size=1,
        max_size=4,
    )
)
def test_any_numbers_give_a_score_between_0_and_100(columns: list[list[float | None]]) -> None:
    frame = pl.DataFrame(
        {f"c{index}": pl.Series(values, dtype=pl.Float64) for index, values in enumerate(columns)}
    )
    quality = SHARED.quality(a_table(frame.with_columns(times(8))), SOURCE)
    scores = [score for score in quality.criteria.values() if score is not None]
    assert all(0 <= score <= 100 for score in (quality.score, *scores))
