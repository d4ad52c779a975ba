import math
import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import texts
from jejo.onboarding.domain.chart import Chart, ChartBand, describe, printable, summarise, svg
from jejo.onboarding.domain.ticks import time_ticks, value_ticks
from onboarding.sample_report import a_chart

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<script>alert(1)</script>\u202e\x00&\"'"


def a_small_chart(**given: object) -> Chart:
    chart = Chart("t", "", "row", (0.0, 1.0, 2.0, 3.0), (1.0, 2.0, 3.0, 4.0), None, ())
    return replace(chart, **given)


def parts(drawing: str, name: str) -> list[ET.Element]:
    return [each for each in ET.fromstring(drawing).iter() if each.get("class") == name]


def words(drawing: str) -> list[str]:
    return [each.text or "" for each in ET.fromstring(drawing).iter(f"{SVG}text")]


def test_a_chart_with_unequal_lengths_is_refused() -> None:
    with pytest.raises(Invalid, match=r"onboarding\.chart-shape"):
        a_small_chart(x=(1.0,))


def test_an_unknown_axis_is_refused() -> None:
    with pytest.raises(Invalid, match=r"onboarding\.chart-shape"):
        a_small_chart(axis="price")


def test_usual_range_and_bands_are_painted_before_the_data() -> None:
    names = [each.get("class") for each in ET.fromstring(svg(a_chart(), language="ko")).iter()]
    order = [
        names.index(name)
        for name in ("chart-usual", "chart-band", "chart-start", "chart-label", "chart-line")
    ]
    assert order == sorted(order)


def test_a_gap_is_not_joined() -> None:
    whole = parts(svg(a_small_chart(), language="ko"), "chart-line")[0].get("d", "")
    broken = parts(svg(a_small_chart(y=(1.0, 2.0, math.nan, 4.0)), language="ko"), "chart-line")[0].get(
        "d", ""
    )
    assert whole.count("M") == 1
    assert broken.count("M") == 2


def test_a_lone_value_between_gaps_is_a_dot() -> None:
    drawn = svg(a_small_chart(y=(math.nan, 2.0, math.nan, math.nan)), language="ko")
    assert parts(drawn, "chart-line")[0].get("d", "").endswith("h.1")


def test_a_chart_without_values_says_so() -> None:
    drawn = svg(a_small_chart(y=(math.nan,) * 4), language="ko")
    assert "그릴 값이 없습니다" in words(drawn)
    assert not parts(drawn, "chart-line")


def test_a_chart_of_nothing_says_so() -> None:
    assert "No values to draw" in words(svg(a_small_chart(x=(), y=()), language="en"))


def test_title_unit_and_usual_range_are_text() -> None:
    shown = words(svg(a_chart(), language="ko"))
    assert "금형온도 (℃)" in shown
    assert "평소 178~186" in shown


def test_times_are_korean_wall_clock() -> None:
    shown = words(svg(a_chart(), language="ko"))
    assert {"오전 10:00", "오후 2:00", "10월 24일"} <= set(shown)
    assert {"10:00", "14:00", "10-24"} <= set(words(svg(a_chart(language="en"), language="en")))


def test_rows_are_counted_from_one() -> None:
    chart = a_small_chart(x=tuple(map(float, range(100))), y=tuple(map(float, range(100))))
    drawn = svg(chart, language="ko")
    marks = [each for each in ET.fromstring(drawn).iter(f"{SVG}text") if each.get("y") == "159.0"]
    # Row 99 is the reader's 100th: it stands at the right edge.
    assert marks[-1].text == "100"
    assert float(marks[-1].get("x", "0")) == 960 - 12


def test_a_spike_survives_a_crowded_chart() -> None:
    values = [0.0] * 100_000
    values[54_321] = 9.0
    chart = a_small_chart(x=tuple(map(float, range(100_000))), y=tuple(values))
    drawn = svg(chart, language="ko")
    ys = [float(pair.split()[1]) for pair in parts(drawn, "chart-line")[0].get("d", "")[1:].split("L")]
    assert len(ys) <= 4 * 960
    assert min(ys) < 60 < 130 < max(ys)


def test_labels_of_close_bands_do_not_overlap() -> None:
    bands = tuple(ChartBand(1 + 0.001 * place, 1 + 0.001 * place, f"label {place}") for place in range(5))
    drawn = svg(a_small_chart(bands=bands), language="ko")
    assert len(parts(drawn, "chart-start")) == 5
    assert 1 <= len(parts(drawn, "chart-label")) <= 2


def test_a_band_outside_the_axis_is_not_drawn() -> None:
    assert not parts(svg(a_small_chart(bands=(ChartBand(50.0, 60.0, "x"),)), language="ko"), "chart-band")


def test_hostile_names_stay_text() -> None:
    drawn = svg(
        a_small_chart(title=HOSTILE, unit=HOSTILE, bands=(ChartBand(0.0, 1.0, HOSTILE),)), language="ko"
    )
    assert "<script" not in drawn
    assert "\u202e" not in drawn
    assert any("<script>" in each for each in words(drawn))


def test_no_style_script_or_identifier() -> None:
    for each in ET.fromstring(svg(a_chart(), language="ko")).iter():
        assert not {"style", "id", "onload", "href"} & set(each.attrib)


def test_the_words_tell_extent_and_anomalies() -> None:
    assert describe(a_small_chart(title="압력", bands=(ChartBand(0.0, 1.0, ""),)), "ko") == (
        "압력. 최소 1, 최대 4. 이상 구간 1곳."
    )


@given(st.text(max_size=60))
def test_printable_text_is_one_line_and_shows_everything(text: str) -> None:
    shown = printable(text)
    assert not set(shown) & set("\n\r\t\x00\u202e\u2066\u200b")
    ET.fromstring(f"<t>{shown.replace('&', '').replace('<', '')}</t>")


def test_decomposed_korean_is_composed() -> None:
    assert printable("\u1100\u1173\u11b7\u1112\u1167\u11bc") == "금형"


@settings(max_examples=40)
@given(
    st.lists(st.floats(allow_nan=True, allow_infinity=True, width=64), min_size=1, max_size=12),
    st.sampled_from(["time", "row"]),
)
def test_any_values_draw_a_well_formed_picture(values: list[float], axis: str) -> None:
    chart = Chart(
        "t", "u", axis, tuple(float(1e9 + place) for place in range(len(values))), tuple(values), None, ()
    )
    drawn = svg(chart, language="en")
    ET.fromstring(drawn)
    assert "nan" not in drawn.replace("name", "")


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9), st.integers(2, 10))
def test_value_marks_lie_inside_and_are_few(low: float, extent: float, most: int) -> None:
    marks = [tick.at for tick in value_ticks(low, low + extent, texts("en"), most)]
    assert len(marks) <= most + 1
    assert marks == sorted(marks)
    assert all(low - 1e-6 * max(1.0, abs(low)) <= mark <= low + extent for mark in marks)


@pytest.mark.parametrize(
    "span",
    [timedelta(seconds=each) for each in (0.5, 7, 90, 600, 5000, 21600, 86400, 4e5, 3e6, 4e7, 4e8, 3e9)],
)
def test_time_marks_are_round_few_and_told_apart(span: timedelta) -> None:
    start = datetime(2024, 12, 30, 22, 7, 13, tzinfo=SEOUL).timestamp()
    marks = time_ticks(start, start + span.total_seconds(), 8, texts("ko"))
    assert 1 <= len(marks) <= 10
    assert len({(tick.text, tick.below) for tick in marks}) >= len(marks) - 1
    assert all(start <= tick.at <= start + span.total_seconds() for tick in marks)


def test_the_table_of_a_chart_tells_extremes_gaps_and_anomalies() -> None:
    values = (1.0, 5.0, math.nan, math.nan, 2.0, 3.0)
    chart = a_small_chart(x=tuple(map(float, range(6))), y=values, bands=(ChartBand(4.5, 5.0, "1"),))
    parts_of = summarise(chart, 3)
    assert [(part.lowest, part.highest) for part in parts_of] == [(1.0, 5.0), (None, None), (2.0, 3.0)]
    assert [part.bands for part in parts_of] == [(), (), ("1",)]


def test_a_chart_of_nothing_has_no_table() -> None:
    assert summarise(a_small_chart(x=(), y=()), 3) == []
