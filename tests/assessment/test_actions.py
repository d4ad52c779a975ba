"""Exactly three next steps, concrete before general."""

from collections.abc import Sequence

import numpy as np
import pytest

from assessment import zoo
from assessment.building import SOURCE
from jejo.ai.domain.anomaly import Anomaly, AnomalyReport, Share, UsualRange
from jejo.ai.domain.drivers import Driver, Interval, LabelReport, Leak, Task
from jejo.assessment.domain import Action
from jejo.assessment.service import AssessmentService
from jejo.intake.domain.table import Table
from jejo.kernel.texts import texts
from jejo.knowledge.service import KnowledgeService


@pytest.fixture(scope="module")
def assessment() -> AssessmentService:
    return AssessmentService(KnowledgeService())


def actions(
    assessment: AssessmentService,
    tables: Sequence[Table],
    label: LabelReport | None = None,
    anomalies: AnomalyReport | None = None,
) -> tuple[Action, ...]:
    qualities = [assessment.quality(table, SOURCE) for table in tables]
    readiness = assessment.readiness(tables, label, anomalies)
    chosen = assessment.next_actions(tables, qualities, readiness, label, anomalies)
    for action in chosen:
        for say in (texts("ko"), texts("en")):
            assert "{" not in say.text(f"assessment.actions.{action.code}", **action.facts)
    return chosen


def an_anomaly_report(rows: int) -> AnomalyReport:
    weak = Anomaly(100, 120, 1.2, ("ewma",), (Share("oil_temp", 1.0, 3.0),))
    strong = Anomaly(
        500, 520, 4.0, ("ewma",), (Share("motor_current", 0.7, 2.0), Share("oil_temp", 0.3, 1.0))
    )
    usual = (UsualRange("oil_temp", 55, 65), UsualRange("motor_current", 15, 20))
    return AnomalyReport((weak, strong), usual, ((0, 99),), np.zeros(rows), np.zeros(rows, dtype=bool))


def a_label_report() -> LabelReport:
    metric = {"pr_auc": Interval(0.7, 0.6, 0.8)}
    driver = Driver("Mold_Temp", ("Mold_Temp",), 0.6, "higher", 0.4, 0.03, 90, low=64.0)
    leak = Leak("NG_count", "ai.same-as-label")
    return LabelReport("PassOrFail", Task.BINARY, "1", 0.08, 1000, "time", metric, metric, (leak,), (driver,))


@pytest.mark.parametrize(
    "build", [zoo.clean, zoo.dirty, zoo.event_log, zoo.shifts, zoo.shots, zoo.purchase_orders]
)
def test_there_are_always_three_different_steps(assessment: AssessmentService, build) -> None:  # type: ignore[no-untyped-def]
    chosen = actions(assessment, [build()])
    assert len({action.code for action in chosen}) == 3


def test_nothing_uploaded_still_has_three_steps(assessment: AssessmentService) -> None:
    assert len(actions(assessment, [])) == 3


def test_the_strongest_anomaly_comes_first_with_its_leading_signal_and_time(
    assessment: AssessmentService,
) -> None:
    table = zoo.clean()
    first = actions(assessment, [table], anomalies=an_anomaly_report(table.frame.height))[0]
    assert first.code == "check-anomaly-time"
    assert first.facts["signal"] == "motor_current"
    assert first.facts["when"] == table.frame["time"][500]
    assert first.facts["percent"] == 70


def test_a_driver_comes_with_both_rates_and_its_range(assessment: AssessmentService) -> None:
    first, second, _ = actions(assessment, [zoo.shots()], label=a_label_report())
    assert first.code == "check-driver-rate"
    assert (first.facts["inside"], first.facts["outside"], first.facts["range"]) == (40.0, 3.0, "≥ 64")
    assert second.code == "leave-out-leak"


def test_a_driver_of_a_model_without_skill_is_not_offered(assessment: AssessmentService) -> None:
    metric = {"pr_auc": Interval(0.1, 0.07, 0.2)}
    report = a_label_report()
    weak = LabelReport("PassOrFail", Task.BINARY, "1", 0.08, 1000, "time", metric, metric, (), report.drivers)
    assert "check-driver-rate" not in {
        action.code for action in actions(assessment, [zoo.shots()], label=weak)
    }


def test_truncated_times_come_before_everything(assessment: AssessmentService) -> None:
    assert actions(assessment, [zoo.event_log()])[0].code == "export-full-times"


def test_shots_without_a_label_ask_for_one(assessment: AssessmentService) -> None:
    asked = {action.code: action for action in actions(assessment, [zoo.shots(label=False)])}
    assert asked["add-label"].facts["rows"] == 1000


def test_general_steps_come_only_where_nothing_better_is_known(assessment: AssessmentService) -> None:
    general = {"upload-next", "note-owner", "upload-other"}
    table = zoo.dirty()
    assert not general & {action.code for action in actions(assessment, [table])}


def test_a_class_that_a_driver_goes_with_is_named(assessment: AssessmentService) -> None:
    metric = {"macro_f1": Interval(0.8, 0.7, 0.9)}
    driver = Driver(
        "Cycle_Time", ("Cycle_Time",), 0.6, "outside", 0.4, 0.03, 90, 35.0, 45.0, label_value="waste"
    )
    report = LabelReport(
        "PassOrFail", Task.MULTICLASS, None, 0.3, 1000, "time", metric, metric, (), (driver,)
    )
    first = actions(assessment, [zoo.shots()], label=report)[0]
    assert (first.code, first.facts["value"], first.facts["range"]) == (
        "check-driver-class",
        "waste",
        "≤ 35, ≥ 45",
    )


def test_a_driver_that_changes_little_does_not_come_first(assessment: AssessmentService) -> None:
    metric = {"pr_auc": Interval(0.7, 0.6, 0.8)}
    flat = Driver("Cycle_Time", ("Cycle_Time",), 0.6, "higher", 0.11, 0.10, 90, low=41.0)
    report = LabelReport("PassOrFail", Task.BINARY, "1", 0.1, 1000, "time", metric, metric, (), (flat,))
    assert actions(assessment, [zoo.shots()], label=report)[0].code != "check-driver-rate"


def test_the_number_of_a_run_is_not_called_a_leak(assessment: AssessmentService) -> None:
    metric = {"pr_auc": Interval(0.7, 0.6, 0.8)}
    report = LabelReport(
        "PassOrFail", Task.BINARY, "1", 0.1, 1000, "group", metric, metric, (Leak("run", "run"),), ()
    )
    assert "leave-out-leak" not in {
        action.code for action in actions(assessment, [zoo.shots()], label=report)
    }
