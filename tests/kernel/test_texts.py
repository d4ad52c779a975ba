from datetime import UTC, datetime, timedelta

import pytest

from jejo.kernel.errors import NotFound
from jejo.kernel.texts import Texts, texts

MOMENT = datetime(2025, 10, 24, 6, 5, tzinfo=UTC)


def test_a_moment_is_shown_in_korean_time():
    assert Texts("ko", {}).show(MOMENT) == "2025년 10월 24일 오후 3:05"
    assert Texts("en", {}).show(MOMENT) == "2025-10-24 15:05"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (1234567, "1,234,567"),
        (0.03456, "0.03456"),
        (182.45678, "182.5"),
        (5.0, "5"),
        (float("nan"), "–"),
        (float("-inf"), "-∞"),
    ],
)
def test_a_number_is_shown_as_people_write_it(value, shown):
    assert Texts("ko", {}).show(value) == shown


def test_a_span_has_its_unit():
    assert Texts("ko", {}).show(timedelta(minutes=90)) == "1.5시간"
    assert Texts("en", {}).show(timedelta(seconds=6)) == "6 s"


def test_a_missing_fact_is_a_bug_not_half_a_sentence():
    with pytest.raises(KeyError):
        Texts("ko", {"a": "{name}"}).text("a")


def test_hostile_facts_are_never_format_strings():
    assert Texts("ko", {"a": "{name}"}).text("a", name="{0.__class__}") == "{0.__class__}"


def test_every_language_says_a_problem_with_its_hint():
    for language in ("ko", "en"):
        message, hint = texts(language).problem(NotFound("kernel.no-job", job="x1"))
        assert "x1" in message
        assert hint


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_last_moment_of_the_calendar_is_shown(language):
    assert "9999" in Texts(language, {}).show(datetime.max.replace(tzinfo=UTC))
