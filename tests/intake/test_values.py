"""Numbers as people and machines write them."""

import polars as pl
import pytest

from jejo.intake.domain.missing import reason_of
from jejo.intake.domain.sentinels import without_sentinels
from jejo.intake.domain.values import read_values


def reading(cells, *, decimal_comma=False, without=(), name="값"):
    return read_values(pl.Series(name, cells, pl.String), decimal_comma=decimal_comma, without=without)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("1,234", 1234),
        ("1,234.5", 1234.5),
        ("1,234,567", 1234567),
        ("(1,234)", -1234),
        ("(12.5)", -12.5),
        ("-1,234.5", -1234.5),
        ("−5", -5),
        ("△3.5", -3.5),
        ("+7", 7),
        ("１８２．４", 182.4),
        ("１２３", 123),
        ("1.5E+3", 1500),
        ("₩12,000", 12000),
        (".5", 0.5),
    ],
)
def test_a_written_number_is_read(written, number):
    values = reading([written, "1", "2"]).values
    assert values.dtype.is_numeric()
    assert values.to_list() == [number, 1, 2]


@pytest.mark.parametrize(
    ("cells", "name", "numbers"),
    [
        (["182.4℃", "183.0 ℃", "-5℃"], "값 (℃)", [182.4, 183.0, -5]),
        (["85%", "90 %", "12.5%"], "값 (%)", [85, 90, 12.5]),
        (["1,200rpm", "980 rpm", "0rpm"], "값 (rpm)", [1200, 980, 0]),
        (["12.5mm", "13mm", "-"], "값 (mm)", [12.5, 13, None]),
        (["5㎜", "6㎜", "7㎜"], "값 (㎜)", [5, 6, 7]),
        (["3 kgf/cm2", "4 kgf/cm2", "5 kgf/cm2"], "값 (kgf/cm2)", [3, 4, 5]),
        (["10분", "12분", "9분"], "값 (분)", [10, 12, 9]),
    ],
)
def test_a_unit_in_the_cells_moves_to_the_name(cells, name, numbers):
    found = reading(cells)
    assert found.name == name
    assert found.values.to_list() == numbers
    assert "values.unit" in [step.code for step in found.steps]


def test_a_name_that_has_its_unit_keeps_it():
    assert reading(["1℃", "2℃"], name="온도 [℃]").name == "온도 [℃]"


def test_two_units_in_one_column_stay_text():
    assert reading(["5kg", "300g", "2kg", "250g"]).values.dtype == pl.String


def test_marks_for_missing_become_null_and_are_counted_by_reason():
    cells = [
        "1.5",
        "-",
        "Bad",
        "Scan Timeout",
        "#N/A",
        "점검",
        "NaN",
        "공란",
        "I/O Timeout",
        "2.5",
        "Inp OutRange",
        "비가동",
        "No Data",
        "–",
        "3",
    ]
    found = reading(cells)
    assert found.values.to_list() == [1.5, *[None] * 8, 2.5, *[None] * 4, 3]
    counts = {each.code: each.rows for each in found.findings}
    assert counts == {
        "values.missing.blank-mark": 3,
        "values.missing.bad-quality": 2,
        "values.missing.no-signal": 3,
        "values.missing.not-available": 1,
        "values.missing.not-running": 2,
        "values.missing.not-a-number": 1,
    }


def test_leaving_a_reason_out_keeps_the_text():
    found = reading(["1.5", "점검", "2.5"], without=("values.missing.not-running:값",))
    assert found.values.to_list() == ["1.5", "점검", "2.5"]


def test_repeat_marks_take_the_value_above():
    assert reading(["1.5", "〃", "″", "2.5", "〃"]).values.to_list() == [1.5, 1.5, 1.5, 2.5, 2.5]
    assert reading(["1호기", "〃", "2호기", "〃"]).values.to_list() == ["1호기", "1호기", "2호기", "2호기"]


@pytest.mark.parametrize(
    "cells",
    [
        ["0012", "0013", "0014"],
        [
            "101104FJ",
            "10050",
            "10051",
            "10052",
            "10053",
            "10054",
            "10055",
            "10056",
            "10057",
            "10058",
            "10059",
        ],
        ["OK", "NG", "OK"],
        ["양품", "불량"],
        ["50/100/130", "100/130"],
        ["1O5", "l2O"],
        ["9007199254740993123", "9007199254740993124"],
        ["L2510-001", "L2510-002"],
        ["A", "-", "B"],
        ["가동", "정지", "점검"],
    ],
)
def test_what_is_no_number_stays_as_written(cells):
    assert reading(cells).values.to_list() == cells


def test_a_few_words_among_many_numbers_are_told():
    found = reading([*["1.5"] * 30, "금형 교환"])
    assert found.values.null_count() == 1
    assert [(each.code, each.rows) for each in found.findings] == [("values.words", 1)]


def test_a_decimal_comma_is_told_from_a_thousands_comma():
    assert reading(["12,5", "13,25", "1.234,5"]).values.to_list() == [12.5, 13.25, 1234.5]
    assert reading(["1,234", "2,345"]).values.to_list() == [1234, 2345]
    assert reading(["1,234", "2,345"], decimal_comma=True).values.to_list() == [1.234, 2.345]


def test_whole_numbers_stay_whole():
    assert reading(["1", "2", None]).values.dtype == pl.Int64
    assert reading(["1", "2.5"]).values.dtype == pl.Float64


@pytest.mark.parametrize("mark", [-200, -999, -9999, 99999, 65535])
def test_a_repeated_far_mark_is_no_value_and_that_can_be_undone(mark):
    values = pl.Series("온도", [*[float(each) for each in range(10, 60)], *[float(mark)] * 4])
    cleaned, steps, findings = without_sentinels(values, ())
    assert cleaned.null_count() == 4
    assert [each.rows for each in findings] == [4]
    kept, none, told = without_sentinels(values, (steps[0].key,))
    assert (kept.null_count(), none, len(told)) == (0, [], 1)


@pytest.mark.parametrize(
    "values",
    [
        [*range(-300, 300), -200, -200, -200],
        [*range(900, 1100), 999, 999, 999],
        [*range(60), -999],
        [*range(9000, 11000), 9999, 9999, 9999],
        [0, 1] * 40 + [999] * 5,
    ],
)
def test_without_evidence_a_number_is_a_number(values):
    cleaned, steps, findings = without_sentinels(pl.Series("값", values), ())
    assert (cleaned.null_count(), steps, findings) == (0, [], [])


def test_every_reason_has_a_mark():
    assert reason_of("7호기") is None
    assert {reason_of(each) for each in ("-", "#N/A", "NaN", "#DIV/0!", "Bad", "No Data", "점검")} == {
        "blank-mark",
        "not-available",
        "not-a-number",
        "sheet-error",
        "bad-quality",
        "no-signal",
        "not-running",
    }


def test_where_commas_are_decimal_dots_are_thousands():
    assert reading(["1.000", "1.005", "12.345"], decimal_comma=True).values.to_list() == [1000, 1005, 12345]
    assert reading(["1.000", "1.005", "12.345"]).values.to_list() == [1.0, 1.005, 12.345]
