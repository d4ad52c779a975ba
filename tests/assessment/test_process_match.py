"""Which process a table resembles, and how sure one may be."""

import polars as pl
import pytest

from assessment import zoo
from assessment.building import a_table
from jejo.assessment.service import AssessmentService
from jejo.intake.domain.table import Kind
from jejo.knowledge.service import KnowledgeService


@pytest.fixture(scope="module")
def assessment() -> AssessmentService:
    return AssessmentService(KnowledgeService())


def headers(*names: str, values: float = 1.0) -> pl.DataFrame:
    return pl.DataFrame({name: [values, values + 1, values + 2] for name in names})


@pytest.mark.parametrize(
    ("names", "process"),
    [
        (("도금 전류", "도금액 온도(℃)", "도금액 pH", "도금 두께(㎛)"), "plating"),
        (("사출압력", "보압", "형체력", "스크류 회전수", "금형 온도"), "injection_molding"),
        (("용탕온도", "슬리브온도", "비스킷두께", "주조압력"), "die_casting"),
        (("노내 온도", "탄소 포텐셜", "뜨임 온도", "뜨임 시간"), "heat_treatment"),
        (("용접전류", "용접전압", "와이어 송급 속도", "보호가스 유량"), "arc_welding"),
        (("solder_volume", "squeegee pressure", "reflow peak temp", "AOI defect"), "pcb_smt"),
        (("살균 온도", "살균 시간", "품심 온도", "레토르트 압력"), "food_pasteurization"),
        (("spindle_load", "spindle_speed", "feed_rate", "coolant_temp"), "cnc_machining"),
        (("염색 온도", "염료 농도", "승온 속도", "액비"), "dyeing"),
    ],
)
def test_headers_of_a_process_are_recognised(
    assessment: AssessmentService, names: tuple[str, ...], process: str
) -> None:
    match = assessment.process_model([a_table(headers(*names), kind=Kind.PER_ITEM)])
    assert match is not None
    assert match.id == process
    assert match.confidence >= 0.3
    assert match.evidence


@pytest.mark.parametrize(
    "names",
    [
        ("tag1", "tag2", "tag3"),
        ("temperature", "pressure", "flow", "current"),
        ("온도", "압력", "전류", "생산량"),
        ("name", "address", "order date", "total"),
        ("XMEAS(1)", "XMEAS(2)", "XMV(1)"),
    ],
)
def test_unknown_data_resembles_nothing(assessment: AssessmentService, names: tuple[str, ...]) -> None:
    match = assessment.process_model([a_table(headers(*names))])
    assert match is None or match.confidence < 0.3


def test_no_tables_resemble_nothing(assessment: AssessmentService) -> None:
    assert assessment.process_model([]) is None


def test_work_steps_named_in_the_rows_count(assessment: AssessmentService) -> None:
    match = assessment.process_model([zoo.event_log()])
    assert match is not None
    assert match.id == "cnc_machining"


def test_a_value_far_from_the_typical_range_speaks_against(assessment: AssessmentService) -> None:
    names = ("살균 온도", "살균 시간", "품심 온도")
    likely = assessment.process_model([a_table(headers(*names, values=80.0), kind=Kind.PER_ITEM)])
    unlikely = assessment.process_model([a_table(headers(*names, values=9e6), kind=Kind.PER_ITEM)])
    assert likely is not None
    assert unlikely is None or unlikely.confidence < likely.confidence
