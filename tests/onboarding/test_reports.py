import dataclasses
import json
import math

import pytest

from jejo.kernel.plugins import Plugins
from jejo.kernel.texts import LANGUAGES, Texts, texts
from jejo.onboarding.domain.chart import Renderer
from jejo.onboarding.reports._compose import FUNCTIONS, STAGES, WORDS, compose
from jejo.onboarding.reports._wording import Wording
from onboarding.sample_report import a_report, the_charts

FORMS: Plugins[type[Renderer]] = Plugins("jejo.onboarding.reports")


def test_the_folder_holds_exactly_the_file_forms() -> None:
    assert FORMS.names() == ["html", "json", "pdf", "xlsx"]


@pytest.mark.parametrize("name", FORMS.names())
def test_a_form_says_its_type_and_suffix(name: str) -> None:
    form = FORMS.get(name)
    assert form.suffix == name
    assert "/" in form.media_type
    assert callable(form().render)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_holds_everything_as_words(language: str) -> None:
    sheet = compose(a_report(language), the_charts(language), chart_size=(640, 160))
    json.dumps(dataclasses.asdict(sheet), allow_nan=False)
    assert [len(table.charts) for table in sheet.tables] == [2, 1, 0]
    assert len(sheet.actions) == 3
    assert set(sheet.words) == set(WORDS)


def test_stages_and_functions_make_the_35_cells() -> None:
    assert len(STAGES) * len(FUNCTIONS) == 35


def test_several_tables_are_listed_first_and_a_single_one_is_not() -> None:
    assert [line.rows for line in compose(a_report(), {}, chart_size=(1, 1)).overview] == [
        "21,600",
        "7,000",
        "0",
    ]
    assert compose(a_report(tables=a_report().tables[:1]), {}, chart_size=(1, 1)).overview == ()


@pytest.mark.parametrize(
    ("share", "shown"),
    [
        (0.0, "0%"),
        (1.0, "100%"),
        (0.99999, "99.9%"),
        (0.994, "99.4%"),
        (0.00001, "<0.01%"),
        (0.00019, "0.019%"),
        (0.0437, "4.4%"),
        (0.04, "4%"),
        (0.61, "61%"),
        (math.nan, "–"),
    ],
)
def test_only_all_is_all_and_only_none_is_none(share: float, shown: str) -> None:
    assert Wording(texts("ko")).percent(share) == shown


@pytest.mark.parametrize(
    ("start", "end", "shown"),
    [
        ("2025-10-24T14:03:00+09:00", "2025-10-24T14:55:00+09:00", "2025년 10월 24일 오후 2:03 ~ 오후 2:55"),
        (
            "2025-10-24T14:03:00Z",
            "2025-10-24T15:03:00Z",
            "2025년 10월 24일 오후 11:03 ~ 2025년 10월 25일 오전 12:03",
        ),
        ("2025-10-24T14:03:00+09:00", "2025-10-24T14:03:00+09:00", "2025년 10월 24일 오후 2:03"),
    ],
)
def test_a_span_names_the_day_once(start: str, end: str, shown: str) -> None:
    assert Wording(texts("ko")).span(start, end) == shown


def test_a_change_carries_its_sign_and_unit() -> None:
    write = Wording(Texts("ko", {}))
    assert [write.change(value, "℃") for value in (8.1, -0.5, 0.0)] == ["+8.1 ℃", "−0.5 ℃", "±0 ℃"]


def test_a_code_of_a_newer_room_is_shown_as_it_is() -> None:
    assert Wording(texts("ko")).known("metrics", "brier") == "brier"


@pytest.mark.parametrize(("count", "shown"), [(10, "10 B"), (38_212_004, "38.2 MB"), (1500, "1.5 kB")])
def test_sizes_are_read_at_a_glance(count: int, shown: str) -> None:
    assert Wording(texts("ko")).size(count) == shown
