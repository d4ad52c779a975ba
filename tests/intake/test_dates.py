"""Forty written forms of one moment, and what a whole column decides."""

import datetime as dt

import polars as pl
import pytest

from jejo.intake.domain.datenumbers import times_of_numbers
from jejo.intake.domain.dates import Context, read_times
from jejo.kernel.clock import SEOUL

NOW = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
CONTEXT = Context(None, NOW)


def seoul(*parts):
    return dt.datetime(*parts, tzinfo=SEOUL).astimezone(dt.UTC)


MINUTE = seoul(2025, 10, 24, 15, 5)
SECOND = seoul(2025, 10, 24, 15, 5, 9)
DAY = seoul(2025, 10, 24)

FORMS = [
    ("2025-10-24 15:05:09", SECOND),
    ("2025-10-24 15:05", MINUTE),
    ("2025-10-24", DAY),
    ("2025/10/24 15:05:09", SECOND),
    ("2025/10/24 15:05", MINUTE),
    ("2025.10.24 15:05", MINUTE),
    ("2025.10.24", DAY),
    ("2025. 10. 24.", DAY),
    ("2025. 10. 24. 오후 3:05", MINUTE),
    ("2025. 10. 24. 15:05:09", SECOND),
    ("2025년 10월 24일 오후 3:05", MINUTE),
    ("2025년 10월 24일 오후 3시 5분", MINUTE),
    ("2025년 10월 24일 15시 05분 09초", SECOND),
    ("2025년 10월 24일", DAY),
    ("2025년 10월 24일(금) 15:05", MINUTE),
    ("2025년 10월 24일 금요일 오후 3:05:09", SECOND),
    ("2025-10-24 (금) 15:05", MINUTE),
    ("2025-10-24 오후 3:05:09", SECOND),
    ("2025-10-24 3:05 PM", MINUTE),
    ("2025/10/24 PM 03:05", MINUTE),
    ("10/24/2025 3:05:09 PM", SECOND),
    ("24/10/2025 15:05", MINUTE),
    ("24.10.2025 15:05", MINUTE),
    ("25.10.24", DAY),
    ("25-10-24 15:05", MINUTE),
    ("'25.10.24 15:05", MINUTE),
    ("25년 10월 24일", DAY),
    ("10/24 15:05", MINUTE),
    ("10-24 15:05:09", SECOND),
    ("10월 24일", DAY),
    ("10월 24일 오후 3시 5분", MINUTE),
    ("20251024", DAY),
    ("20251024150509", SECOND),
    ("202510241505", MINUTE),
    ("20251024 15:05:09", SECOND),
    ("20251024T150509", SECOND),
    ("20251024-150509", SECOND),
    ("251024", DAY),
    ("24-Oct-25", DAY),
    ("24 Oct 2025 15:05", MINUTE),
    ("Oct 24, 2025 3:05 PM", MINUTE),
    ("2025-10-24T15:05:09", SECOND),
    ("2025-10-24T15:05:09.000+09:00", SECOND),
    ("2025-10-24T06:05:09Z", SECOND),
    ("2025-10-24T06:05Z", MINUTE),
    ("2025-10-24 06:05:09 UTC", SECOND),
    ("2025-10-24T02:05:09-0400", SECOND),
    ("2025-10-24 15:05:09 KST", SECOND),
    ("2025-10-24 15:05:09,000", SECOND),
    ("2025-10-23 24:00", DAY),
    ("２０２５-１０-２４ １５:０５", MINUTE),
    ("2025.10.24 15.05.09", SECOND),
    ("24/10/2025 15.05.09", SECOND),
    ("2025년10월24일15시5분", MINUTE),
    ("2025년 10월", seoul(2025, 10, 1)),
]


@pytest.mark.parametrize(("written", "moment"), FORMS, ids=[form for form, _ in FORMS])
def test_a_written_form_is_read_as_its_moment(written, moment):
    times = read_times(pl.Series("일시", [written, None, written]), CONTEXT)
    assert times is not None
    assert times.values.to_list() == [moment, None, moment]
    assert times.values.dtype == pl.Datetime("us", "UTC")


NUMBERS = [
    ("spreadsheet serial", 45954 + (15 * 3600 + 5 * 60 + 9) / 86400, SECOND),
    ("serial of a day", 45954, DAY),
    ("epoch s", 1761285909, SECOND),
    ("epoch ms", 1761285909000, SECOND),
    ("epoch us", 1761285909000000, SECOND),
    ("digits of a second", 20251024150509, SECOND),
    ("digits of a minute", 202510241505, MINUTE),
    ("digits of a day", 20251024, DAY),
]


@pytest.mark.parametrize(
    ("number", "moment"), [each[1:] for each in NUMBERS], ids=[each[0] for each in NUMBERS]
)
def test_a_number_under_a_name_of_time_is_a_moment(number, moment):
    assert times_of_numbers(pl.Series("일시", [number, None])).values.to_list() == [moment, None]


def test_forty_forms_are_tested():
    assert len(FORMS) + len(NUMBERS) >= 40


def test_a_time_of_day_alone_has_no_date():
    times = read_times(pl.Series("시각", ["오후 3시 5분", "15:05:09", "오전 12:00"]), CONTEXT)
    assert times.clock
    assert times.values.to_list() == [54_300_000_000, 54_309_000_000, 0]


def test_a_time_of_day_may_have_dots():
    times = read_times(pl.Series("Time", ["18.00.00", "19.00.00"]), CONTEXT)
    assert times.clock
    assert times.values.to_list() == [64_800_000_000, 68_400_000_000]


def test_repeat_marks_take_the_date_above():
    times = read_times(
        pl.Series("일시", ["2025-10-24 15:05", "〃 15:08", "〃", "2025-10-25 01:00", "″ 01:10"]), CONTEXT
    )
    assert times.values.to_list() == [
        MINUTE,
        seoul(2025, 10, 24, 15, 8),
        seoul(2025, 10, 24, 15, 8),
        seoul(2025, 10, 25, 1, 0),
        seoul(2025, 10, 25, 1, 10),
    ]
    assert times.ditto == 3


def test_a_date_written_once_holds_for_the_times_below():
    times = read_times(
        pl.Series("일시", ["2025-10-24 08:00", "09:00", "10:00", "2025-10-25 08:00", "09:00"]), CONTEXT
    )
    assert times.values[2] == seoul(2025, 10, 24, 10, 0)
    assert times.values[4] == seoul(2025, 10, 25, 9, 0)


def test_mixed_forms_in_one_column_are_read_form_by_form():
    written = ["2025-10-24 15:05", "2025.10.24 15:05", "2025년 10월 24일 오후 3:05", "20251024150500"]
    assert read_times(pl.Series("일시", written * 5), CONTEXT).values.to_list() == [MINUTE] * 20


@pytest.mark.parametrize(
    ("written", "order", "first"),
    [
        (["03/04/2025", "04/04/2025", "13/04/2025"], "dmy", seoul(2025, 4, 3)),
        (["04/03/2025", "04/04/2025", "04/13/2025"], "mdy", seoul(2025, 4, 3)),
        (["01/02/2025", "02/02/2025", "03/02/2025", "04/02/2025"], "dmy", seoul(2025, 2, 1)),
        (["02/01/2025", "02/02/2025", "02/03/2025", "02/04/2025"], "mdy", seoul(2025, 2, 1)),
        (["24.10.25", "24.10.26", "24.10.31"], "ymd", seoul(2024, 10, 25)),
        (["01.02.25", "02.02.25", "03.02.25", "28.02.25"], "dmy", seoul(2025, 2, 1)),
    ],
)
def test_the_whole_column_decides_which_number_is_the_day(written, order, first):
    times = read_times(pl.Series("일자", written), CONTEXT)
    assert times.order == order
    assert times.values[0] == first
    assert not times.unsure_order


def test_an_order_that_nothing_proves_is_told():
    times = read_times(pl.Series("일자", ["05/05/2025", "05/05/2025"]), CONTEXT)
    assert times.unsure_order


def test_a_missing_year_comes_from_the_context_and_passes_new_year():
    times = read_times(pl.Series("일시", ["12/30 10:00", "12/31 10:00", "01/01 10:00"]), Context(2023, NOW))
    assert times.values.to_list() == [
        seoul(2023, 12, 30, 10, 0),
        seoul(2023, 12, 31, 10, 0),
        seoul(2024, 1, 1, 10, 0),
    ]
    assert times.assumed_year == 2023


def test_an_assumed_year_never_lies_in_the_future():
    times = read_times(
        pl.Series("일시", ["12/30 10:00"]), Context(None, dt.datetime(2026, 1, 5, tzinfo=dt.UTC))
    )
    assert times.values[0] == seoul(2025, 12, 30, 10, 0)
    assert times.assumed_year == 2025


@pytest.mark.parametrize(
    "written",
    [
        ["1.2.3", "1.2.4", "10.99.1"],
        ["182.4", "183.1"],
        ["1호기", "2호기"],
        ["3-1", "4-2"],
        ["20251024", "99999999"],
        ["192.168.0.1"],
        ["2025-02-30x"],
        ["A-1012", "B-1013"],
    ],
)
def test_what_is_no_date_stays_what_it_is(written):
    assert read_times(pl.Series("품번", written), CONTEXT) is None


def test_an_impossible_day_is_left_unread_and_counted():
    times = read_times(
        pl.Series("일자", ["2025-02-27", "2025-02-28", "2025-02-30", "2025-03-01", "2025-03-02"]), CONTEXT
    )
    assert times.values.to_list()[2] is None
    assert (times.unread, times.examples) == (1, ("2025-02-30",))


def test_a_plain_number_under_another_name_is_no_time():
    assert times_of_numbers(pl.Series("일시", [1.5, 2.5])) is None
