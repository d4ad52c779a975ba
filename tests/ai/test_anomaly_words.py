"""Anomalies in plain words."""

from datetime import UTC, datetime, timedelta

import pytest

from jejo.ai.domain.anomaly import Anomaly, Share, UsualRange
from jejo.ai.domain.anomaly_words import describe
from jejo.kernel.texts import LANGUAGES, texts

START, END = datetime(2025, 3, 4, 1, 0, tzinfo=UTC), datetime(2025, 3, 4, 1, 7, tzinfo=UTC)


def an_anomaly(*shares: Share, detectors: tuple[str, ...] = ("subspace_window",)) -> Anomaly:
    return Anomaly(10, 20, 2.5, detectors, shares)


def test_the_strongest_signal_is_told_with_its_usual_range() -> None:
    found = an_anomaly(Share("유량", 0.7, -4.9312), Share("전류", 0.2, 0.0), Share("압력", 0.05, 0.0))
    said = describe(found, texts("ko"), START, END, [UsualRange("유량", 31.0, 33.0)])
    assert "유량: 평소보다 4.93 낮습니다(평소 31 ~ 33)." in said
    assert "2025년 3월 4일 오전 10:00" in said
    assert "함께 달라진 신호: 전류." in said
    assert "압력" not in said


def test_a_small_change_is_not_called_higher() -> None:
    said = describe(
        an_anomaly(Share("flow", 1.0, 0.1)), texts("en"), START, END, [UsualRange("flow", 31.0, 33.0)]
    )
    assert "moves differently" in said
    assert "higher than usual" not in said


def test_an_interval_within_a_minute_names_it_once() -> None:
    said = describe(an_anomaly(), texts("en"), START, START + timedelta(seconds=20), [])
    assert said.startswith("2025-03-04 10:00. ")


def test_row_numbers_serve_where_there_is_no_time() -> None:
    assert describe(an_anomaly(), texts("en"), 11, 21, []).startswith("11 – 21.")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "detector", ["ewma_residual", "subspace_window", "rolling_mahalanobis", "from_outside"]
)
def test_every_kind_can_be_said(language: str, detector: str) -> None:
    found = an_anomaly(Share("x", 1.0, 5.0), detectors=(detector,))
    assert describe(found, texts(language), START, END, [])
