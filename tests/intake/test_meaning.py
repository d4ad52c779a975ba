"""Roles, units and confidence of columns, from header and values."""

import time
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejo.intake.domain.meaning import Meaning, meanings
from jejo.intake.domain.table import Role
from jejo.knowledge.service import KnowledgeService

KNOWLEDGE = KnowledgeService()
NAMES = ["김민수", "이서연", "박지훈", "최유진", "정하늘", "강도윤"]


def meaning(header: str, values: list[object] | None = None, **given: str) -> Meaning:
    column = pl.Series(header, values if values is not None else [1.5, 2.25, 3.5, 2.75] * 10, strict=False)
    return meanings(pl.DataFrame([column]), KNOWLEDGE, **given)[0]


def role(header: str, values: list[object]) -> Role:
    return meaning(header, values).role


@pytest.mark.parametrize(
    ("header", "concept", "unit"),
    [
        ("온도(℃)", "temperature", "Cel"),
        ("Usage_kWh", "electrical_energy", "kW.h"),
        ("압력[bar]", "pressure", "bar"),
        ("RPM", "rotational_speed", None),
        ("사출압력 (단위: kgf/㎠)", "injection_pressure", "kgf.cm-2"),
        ("진동(g)", "vibration_acceleration", "[g]"),
        ("진동(mm/s)", "vibration_velocity", "mm.s-1"),
        ("중량(g)", "mass", "g"),
        ("금형온도 › 상(℃)", "mold_temperature", "Cel"),
        ("사출 › 압력(bar)", "injection_pressure", "bar"),
        ("냉각수온도℃", "coolant_temperature", "Cel"),
        ("operation_time_min", "operating_time", "min"),
        ("Max Injection Pressure", "injection_pressure", None),
        ("length of conveyor", "length", None),
        ("temprature sensor", "temperature", None),
    ],
)
def test_header_gives_concept_and_unit(header, concept, unit):
    found = meaning(header)
    assert (found.concept, found.unit) == (concept, unit)
    assert found.confidence >= 0.6


@pytest.mark.parametrize(
    "header", ["온도 알람", "temperature alarm", "압력 편차(bar)", "XMEAS(9)", "f12", "tag7", "특이값"]
)
def test_what_is_not_the_quantity_stays_unknown(header):
    found = meaning(header)
    assert found.concept is None
    assert found.irdi is None
    assert found.confidence < 0.6


def test_a_unit_that_contradicts_the_name_takes_the_concept_away_but_stays():
    found = meaning("온도(kg)")
    assert (found.concept, found.unit) == (None, "kg")


def test_values_that_cannot_be_the_quantity_take_the_concept_away():
    assert meaning("습도", [40.0, 55.0, 61.0] * 10).concept == "relative_humidity"
    assert meaning("습도", [400.0, 550.0, 610.0] * 10).concept is None
    assert meaning("온도", ["높음", "낮음", "보통"] * 10).concept is None
    assert meaning("pH", [7.1, 6.9, 25.0] * 10).concept is None


def test_a_few_bad_values_do_not():
    assert meaning("습도", [40.0, 55.0, 61.0] * 20 + [-200.0] * 3).concept == "relative_humidity"


def test_an_irdi_comes_with_its_concept():
    assert meaning("압력").irdi == "0112/2///61987#ABN616#001"


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("판정", ["OK", "NG"]),
        ("TAG", ["OK"]),
        ("결과", ["양품", "불량"]),
        ("inspection", ["pass", "fail"]),
        ("passorfail", [0, 1]),
        ("Machine_failure", [0, 1]),
        ("불량수", [0, 3, 1]),
        ("Qty Rejected", [0, 2]),
        ("품질등급", ["A", "B", "C"]),
        ("quality", [1.0, 2.0, 3.0, 4.0]),
        ("y", [-1, 1]),
    ],
)
def test_labels(header, values):
    assert role(header, values * 20) is Role.LABEL


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("작업자", NAMES),
        ("검사자명", NAMES),
        ("이름", NAMES),
        ("연락처", ["010-1234-5678", "010-9876-5432"]),
        ("비고", ["010-1234-5678", "010-9876-5432"]),
        ("내용", ["900101-1234567", "851231-2345678"]),
        ("담당", ["kim@example.com", "lee@example.com"]),
        ("Worker ID", ["ID4932", "ID4167"]),
        ("작업자 성명", [*NAMES, None]),
    ],
)
def test_personal_columns(header, values):
    assert role(header, values * 10) is Role.PERSONAL


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("작업자수", [3, 4, 5]),
        ("Employee or Third Party", ["Employee", "Third Party"]),
        ("공정명", ["정삭", "황삭", "조립"]),
        ("이름", ["주조", "사출", "프레스"]),
        ("품명", ["김치통", "이음관", "박스"]),
    ],
)
def test_what_only_looks_personal_is_not(header, values):
    assert role(header, values * 20) is not Role.PERSONAL


def test_a_pseudonym_is_less_certain_than_a_name():
    assert (
        meaning("Worker ID", ["ID4932", "ID4167"] * 10).confidence < meaning("작업자", NAMES * 5).confidence
    )


@pytest.mark.parametrize(
    ("header", "values", "expected"),
    [
        ("mold_code", [8412, 8722, 8917] * 30, Role.CATEGORY),
        ("교대", ["주간", "야간"] * 20, Role.CATEGORY),
        ("working", ["가동", "정지"] * 20, Role.CATEGORY),
        ("unit", [n // 50 for n in range(1000)], Role.CATEGORY),
        ("No", list(range(1, 200)), Role.ID),
        ("순번", list(range(1, 200)), Role.ID),
        ("Serial", [f"SN{n:05d}" for n in range(100)], Role.ID),
        ("LOT NO", [f"L{n // 3}" for n in range(100)], Role.ID),
        ("비고", [None] * 20, Role.IGNORED),
        ("material", ["aluminum"] * 20, Role.IGNORED),
        ("t_ms", [n * 100 for n in range(200)], Role.TIME),
        ("전류(A)", [1.0, 1.5, 2.25] * 20, Role.SIGNAL),
        ("stuck", [4.2] * 20, Role.SIGNAL),
        ("Usage_kWh", [3.1, 4.0, 150.2] * 20, Role.SIGNAL),
    ],
)
def test_other_roles(header, values, expected):
    assert role(header, values) is expected


def test_a_moment_is_the_time_whatever_it_is_called():
    moments = [datetime(2026, 3, 2, tzinfo=UTC) + timedelta(minutes=n) for n in range(20)]
    found = meaning("Data", moments)
    assert (found.role, found.concept) == (Role.TIME, "timestamp")


def test_states_are_recognised_by_their_values():
    assert meaning("working", ["가동", "정지"] * 20).concept == "machine_status"


def test_what_the_user_names_wins():
    frame = pl.DataFrame({"전류(A)": [1.0, 2.0], "n": [1, 2]})
    current, n = meanings(frame, KNOWLEDGE, time="n", label="전류(A)")
    assert (current.role, current.concept) == (Role.LABEL, "electric_current")
    assert n.role is Role.TIME


@given(st.text(max_size=40), st.lists(st.none() | st.text(max_size=8), max_size=15))
def test_any_header_and_texts_have_a_meaning(header, values):
    found = meanings(pl.DataFrame([pl.Series(header, values, dtype=pl.String)]), KNOWLEDGE)[0]
    assert 0 <= found.confidence <= 1
    assert found.concept is None or found.confidence >= 0.6


@given(st.text(max_size=12), st.lists(st.none() | st.floats(), max_size=30))
def test_any_header_and_numbers_have_a_meaning(header, values):
    found = meanings(pl.DataFrame([pl.Series(header, values, dtype=pl.Float64)]), KNOWLEDGE)[0]
    assert 0 <= found.confidence <= 1


def test_six_hundred_columns_take_less_than_a_second_of_processor_time():
    frame = pl.DataFrame({f"{n}호기 온도_{n} (℃)": pl.arange(0, 2000, eager=True) * 0.37 for n in range(600)})
    meanings(frame.select(pl.first()), KNOWLEDGE)
    began = time.process_time()
    found = meanings(frame, KNOWLEDGE)
    assert time.process_time() - began < 1
    assert {each.concept for each in found} == {"temperature"}
