"""35 cells: ready, nearly with numbers, or no with the reason."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
import polars as pl
import pytest

from assessment import zoo
from assessment.building import a_table, times
from jejo.ai.domain.anomaly import AnomalyReport
from jejo.ai.domain.drivers import Interval, LabelReport, Task
from jejo.assessment.domain import Missing, Readiness, State
from jejo.assessment.domain.holdings import skill
from jejo.assessment.domain.readiness import CellNeeds, Need, Route, readiness_of
from jejo.assessment.service import AssessmentService
from jejo.assessment.service.packages import Requirements, parse
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import texts
from jejo.knowledge.service import KnowledgeService


@pytest.fixture(scope="module")
def assessment() -> AssessmentService:
    return AssessmentService(KnowledgeService())


def a_label(column: str, *, low: float, base_rate: float = 0.08) -> LabelReport:
    metric = {"pr_auc": Interval(low + 0.05, low, low + 0.1)}
    return LabelReport(column, Task.BINARY, "1", base_rate, 1000, "time", metric, metric, (), ())


def cell(answers: tuple[Readiness, ...], code: str) -> Readiness:
    return next(each for each in answers if each.cell == code)


def codes(answer: Readiness) -> list[str]:
    return [missing.code for missing in answer.missing]


def test_all_cells_come_in_the_order_of_the_taxonomy(assessment: AssessmentService) -> None:
    answers = assessment.readiness([zoo.shots()], None, None)
    assert [each.cell for each in answers] == [each.code for each in KnowledgeService().cells()]
    assert len(answers) == 35


def test_nothing_uploaded_carries_nothing_and_says_why(assessment: AssessmentService) -> None:
    for answer in assessment.readiness([], None, None):
        assert answer.state is State.NO
        assert answer.missing


def test_a_table_never_carries_images_or_voice(assessment: AssessmentService) -> None:
    answers = assessment.readiness(
        [zoo.clean(), zoo.shots(), zoo.event_log(), zoo.purchase_orders()], None, None
    )
    for code, reason in (
        ("MFG-REC", "images.none"),
        ("SVC-COM", "voice.none"),
        ("FIN-REC", "documents.none"),
    ):
        assert (cell(answers, code).state, codes(cell(answers, code))) == (State.NO, [reason])


def test_a_proven_label_makes_defect_analysis_ready(assessment: AssessmentService) -> None:
    answers = assessment.readiness([zoo.shots()], a_label("PassOrFail", low=0.6), None)
    assert cell(answers, "MFG-AUT").state is State.READY
    assert cell(answers, "MFG-GEN").state is State.READY


def test_a_label_that_cannot_be_told_is_only_nearly(assessment: AssessmentService) -> None:
    answers = assessment.readiness([zoo.shots()], a_label("PassOrFail", low=0.08), None)
    assert (cell(answers, "MFG-AUT").state, codes(cell(answers, "MFG-AUT"))) == (State.NEARLY, ["skill.none"])


def test_without_a_label_the_missing_column_is_named(assessment: AssessmentService) -> None:
    answer = cell(assessment.readiness([zoo.shots(label=False)], None, None), "MFG-AUT")
    assert (answer.state, codes(answer)) == (State.NEARLY, ["labelled.none"])


def test_few_defects_are_counted(assessment: AssessmentService) -> None:
    answers = assessment.readiness([zoo.shots(bad=12)], a_label("PassOrFail", low=0.6, base_rate=0.012), None)
    assert cell(answers, "MFG-AUT").missing == (Missing("positives.few", {"have": 12.0, "need": 50}),)


def test_a_short_series_says_how_long_it_should_be(assessment: AssessmentService) -> None:
    table = zoo.clean()
    nine_days = replace(table, frame=table.frame.filter(pl.int_range(pl.len()) < 9 * 48 + 1))
    answer = cell(assessment.readiness([nine_days], None, None), "MFG-PRE")
    span = next(each for each in answer.missing if each.code == "span.few")
    assert span.facts == {"have": timedelta(days=9), "need": timedelta(days=30)}
    assert (
        texts("ko").text("assessment.missing.span.few", **span.facts)
        == "전체 기간 9일 → 30일 이상 필요합니다."
    )


def test_failures_make_equipment_prediction_ready(assessment: AssessmentService) -> None:
    table = zoo.clean()
    failing = np.zeros(zoo.ROWS)
    for begin in range(100, zoo.ROWS, 150):
        failing[begin : begin + 10] = 1
    frame = table.frame.drop("judgement").with_columns(failure=pl.Series(failing))
    concepts = {column.name: column.concept or "" for column in table.columns if column.concept}
    ready = a_table(frame, label="failure", concepts=concepts)
    answer = cell(assessment.readiness([ready], None, None), "MFG-PRE")
    assert (answer.state, answer.route) == (State.READY, "equipment")


def test_bad_products_are_not_failures_of_the_machine(assessment: AssessmentService) -> None:
    answer = cell(assessment.readiness([zoo.clean()], None, None), "MFG-PRE")
    assert codes(answer) == ["failures.none"]


def test_a_detector_that_could_not_run_is_named(assessment: AssessmentService) -> None:
    table = zoo.clean()
    rows = table.frame.height
    report = AnomalyReport((), (), (), np.full(rows, np.nan), np.zeros(rows, dtype=bool), "ai.too-few-rows")
    assert "watchable.none" in codes(cell(assessment.readiness([table], None, report), "MFG-PRE"))


def test_energy_over_months_can_be_forecast(assessment: AssessmentService) -> None:
    frame = pl.DataFrame(
        {"time": times(3000, timedelta(hours=1)), "kwh": [float(index % 24) for index in range(3000)]}
    )
    table = a_table(frame, concepts={"kwh": "electrical_energy"})
    answer = cell(assessment.readiness([table], None, None), "MFG-PRE")
    assert (answer.state, answer.route) == (State.READY, "energy")


def test_a_label_that_is_fixed_per_run_counts_once_per_run(assessment: AssessmentService) -> None:
    frame = zoo.shots(label=False).frame
    run = [f"run {index // 100}" for index in range(frame.height)]
    verdict = ["NG" if index // 100 % 5 == 0 else "OK" for index in range(frame.height)]
    table = a_table(
        frame.with_columns(run=pl.Series(run), verdict=pl.Series(verdict)), label="verdict", groups=["run"]
    )
    answer = cell(assessment.readiness([table], None, None), "MFG-AUT")
    assert answer.missing[0] == Missing("labelled.few", {"have": 10.0, "need": 300})


def test_orders_without_suppliers_and_prices_are_nearly(assessment: AssessmentService) -> None:
    answer = cell(assessment.readiness([zoo.purchase_orders()], None, None), "PUR-REC")
    assert (answer.state, codes(answer)) == (State.NEARLY, ["suppliers.none", "order-prices.none"])


def test_truncated_times_keep_work_flow_from_being_ready(assessment: AssessmentService) -> None:
    answer = cell(assessment.readiness([zoo.event_log()], None, None), "MFG-COM")
    assert (answer.state, codes(answer)) == (State.NEARLY, ["whole-times.none", "live.none"])


def test_three_things_missing_are_not_nearly() -> None:
    needs = tuple(Need(name, 1) for name in "abc")
    cell_needs = CellNeeds("X", (Route("r", needs),))
    assert readiness_of(cell_needs, [{"a": 1.0}]).state is State.NEARLY
    assert readiness_of(cell_needs, [{}]).state is State.NO


def test_the_core_must_lie_in_one_table_but_records_may_lie_apart() -> None:
    route = Route("r", (Need("core", 1, is_core=True), Need("stock", 10)))
    apart = CellNeeds("X", (route,), frozenset({"core", "stock"}))
    assert readiness_of(apart, [{"core": 5.0}, {"stock": 20.0}]).state is State.READY
    assert readiness_of(apart, [{"stock": 20.0}]).state is State.NO


def test_every_missing_thing_has_a_sentence(assessment: AssessmentService) -> None:
    tables = [zoo.clean(), zoo.shots(), zoo.event_log(), zoo.purchase_orders(30)]
    for each in [[], tables, *([table] for table in tables)]:
        for answer in assessment.readiness(each, None, None):
            for missing in answer.missing:
                assert "{" not in texts("ko").text(f"assessment.missing.{missing.code}", **missing.facts)
                assert "{" not in texts("en").text(f"assessment.missing.{missing.code}", **missing.facts)


def test_skill_is_measured_above_guessing() -> None:
    assert skill(a_label("y", low=0.08)) == 0
    assert skill(a_label("y", low=0.54)) == pytest.approx(0.5)
    assert skill(replace(a_label("y", low=0.9), not_computable="ai.too-few-rows")) == 0


def test_a_package_that_names_an_unknown_measure_is_refused() -> None:
    head = (
        "{name: r, version: 1.0.0, valid_from: 2026-01-01, source: ours, licence: Apache-2.0, records: [], "
    )
    with pytest.raises(Invalid):
        parse(
            "r",
            head
            + "measures: [rows], never: [], cells: [{cell: A, routes: [{code: x, needs: [{measure: typo}]}]}]}",
            Requirements,
        )
    with pytest.raises(Invalid, match=r"assessment\.bad-package"):
        parse("r", head + "measures: [rows], never: [], cells: [], typo: 1}", Requirements)


def test_a_stretch_of_bad_rows_is_one_case(assessment: AssessmentService) -> None:
    state = ["NG" if index % 500 < 100 else "OK" for index in range(zoo.ROWS)]
    table = zoo.clean()
    marked = replace(table, frame=table.frame.with_columns(judgement=pl.Series(state)))
    answer = cell(assessment.readiness([marked], None, None), "MFG-AUT")
    assert Missing("positives.few", {"have": 4.0, "need": 50}) in answer.missing


def test_a_slow_quality_value_counts_as_few_independent_results(assessment: AssessmentService) -> None:
    slow = [float(np.sin(index / 400)) for index in range(zoo.ROWS)]
    table = a_table(zoo.clean().frame.with_columns(judgement=pl.Series(slow)), label="judgement")
    answer = cell(assessment.readiness([table], None, None), "MFG-AUT")
    few = next(each for each in answer.missing if each.code == "labelled.few")
    assert isinstance(few.facts["have"], float)
    assert few.facts["have"] < 20
