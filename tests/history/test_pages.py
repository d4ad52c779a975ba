"""Pages of equipment and signals, through the real frame, over history and plant in memory."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from history.building import MINE, THEIRS, at
from history.factory import DAY, MONTHS, Factory
from jejo.history.domain.overview import periods, seconds, shown_span
from jejo.history.domain.readings import Extent
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import texts
from jejo.plant.domain import SignalSpec

KO, EN = texts("ko"), texts("en")


@pytest.fixture(scope="module")
def knowing() -> Factory:
    factory = Factory()
    factory.measure(factory.machine(site="서산 공장", line="2라인"))
    return factory


def figures(page) -> list[str]:
    drawn, _, _ = page.text.partition("<template")
    return re.findall(r'<figure[^>]*data-signal="([^"]+)"', drawn)


def test_without_equipment_the_list_leads_to_the_upload():
    page = Factory().client.get("/equipment")
    assert KO.text("history.pages.list.none") in page.text
    assert 'class="btn p" href="/upload"' in page.text


@pytest.mark.parametrize("words", [KO, EN], ids=["ko", "en"])
def test_the_list_shows_place_signals_span_and_age(knowing, words):
    # The choice of a language stays with its browser.
    page = knowing.browser(MINE).get(f"/equipment?lang={words.language}").text
    assert "서산 공장 › 2라인" in page
    assert words.text("history.pages.list.ago", age=timedelta(days=2)) in page
    assert words.show(at(MONTHS[-1])) in page
    assert words.text("history.pages.list.spark", name="온도 0") in page
    assert re.search(r'<path d="M\d+ 28h0L\d', page)
    assert 'href="/equipment" aria-current="page"' in page


def test_equipment_without_a_reading_says_so_and_has_no_line():
    factory = Factory()
    machine = factory.machine()
    page = factory.client.get("/equipment").text
    assert KO.text("history.pages.list.no-reading") in page
    assert '<path d="M' not in page.partition("<main")[2]
    assert KO.text("history.pages.signals.none") in factory.client.get(f"/equipment/{machine.id}").text


def test_a_long_list_comes_in_pages():
    factory = Factory()
    for number in range(26):
        factory.machine(f"설비 {number}", signals=1)
    first, second = (factory.client.get(f"/equipment?page={page}").text for page in (1, 2))
    assert "설비 24" in first
    assert "설비 25" not in first
    assert "설비 25" in second
    assert "/equipment?page=2" in first
    assert "/equipment?page=1" in second
    assert "/equipment?page=3" not in second


def test_a_name_cannot_bring_code_into_the_pages():
    factory = Factory()
    spec = SignalSpec("<img src=x onerror=alert(1)>\"'", unit="Cel")
    machine = factory.plant.register(MINE, equipment="<script>alert(1)</script>", signals=[spec])
    factory.measure(machine)
    for path in ("/equipment", f"/equipment/{machine.id}"):
        page = factory.client.get(path)
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text


def test_equipment_shows_its_first_signals_with_unit_and_last_value(knowing):
    machine = knowing.plant.equipment(MINE)[0]
    page = knowing.client.get(f"/equipment/{machine.id}")
    assert figures(page) == [signal.id for signal in machine.signals[:4]]
    assert page.text.count('type="checkbox"') == 6
    assert len(re.findall(r"data-latest=[^>]* checked>", page.text)) == 4
    last = KO.text("history.pages.signals.last", value=959.0, unit="°C", time=at(MONTHS[-1]))
    assert last in page.text
    assert 'data-source="/api/v1/history/series"' in page.text


def test_the_address_says_which_signals_are_drawn_and_in_which_order(knowing):
    machine = knowing.plant.equipment(MINE)[0]
    one, two = machine.signals[5].id, machine.signals[1].id
    page = knowing.client.get(f"/equipment/{machine.id}?signal={one}&signal={two}&signal={one}")
    assert figures(page) == [one, two]
    assert figures(knowing.client.get(f"/equipment/{machine.id}?signal=")) == []


def test_periods_count_back_from_the_last_reading_and_keep_the_signals(knowing):
    machine = knowing.plant.equipment(MINE)[0]
    page = knowing.client.get(f"/equipment/{machine.id}?signal={machine.signals[2].id}").text
    links = re.findall(r'<a href="(\?[^"]+)" data-span="([^"]*)"( aria-current="true")?', page)
    assert [length for _, length, _ in links] == ["86400.0", "604800.0", "2592000.0", ""]
    assert [bool(shown) for _, _, shown in links] == [False, True, False, False]
    asked = parse_qs(urlsplit(links[0][0].replace("&amp;", "&")).query)
    assert asked["signal"] == [machine.signals[2].id]
    end = seconds(at(MONTHS[-1]))
    assert float(asked["to"][0]) == pytest.approx(end, abs=0.01)
    assert float(asked["to"][0]) > end
    assert float(asked["from"][0]) == pytest.approx(end - DAY, abs=0.01)


def test_following_a_period_shows_it_as_current(knowing):
    machine = knowing.plant.equipment(MINE)[0]
    path = f"/equipment/{machine.id}"
    links = re.findall(r'<a href="(\?[^"]+)" data-span="([^"]*)"', knowing.client.get(path).text)
    for address, length in links:
        page = knowing.client.get(path + address.replace("&amp;", "&")).text
        assert f'data-span="{length}" aria-current="true"' in page
        assert page.count('aria-current="true"') == 2  # the period, and the language


@pytest.mark.parametrize("path", ["/equipment/nothing", "/equipment/{mine}?signal=nothing"])
def test_what_is_unknown_is_a_page_that_says_so(knowing, path):
    page = knowing.client.get(path.format(mine=knowing.plant.equipment(MINE)[0].id))
    assert page.status_code == 404
    assert KO.text("web.kinds.notfound") in page.text


def test_another_organisation_finds_neither_the_list_nor_the_equipment(knowing):
    stranger = knowing.browser(THEIRS)
    machine = knowing.plant.equipment(MINE)[0]
    assert machine.name not in stranger.get("/equipment").text
    page = stranger.get(f"/equipment/{machine.id}")
    assert page.status_code == 404
    assert machine.name not in page.text


@pytest.mark.parametrize("asked", ["from=soon", "from=200&to=100"])
def test_a_range_that_is_none_is_refused_in_words(knowing, asked):
    page = knowing.client.get(f"/equipment/{knowing.plant.equipment(MINE)[0].id}?{asked}")
    assert page.status_code == 422


def test_only_periods_shorter_than_the_data_are_offered():
    extent = Extent(at(0), at(3 * DAY))
    assert list(periods(extent)) == ["day", "all"]
    assert shown_span(extent, None, None) == periods(extent)["all"]
    assert shown_span(extent, at(5), None).start == at(5)
    assert list(periods(Extent(at(0), at(0)))) == ["all"]
    with pytest.raises(Invalid, match=r"history\.empty-span"):
        shown_span(extent, at(9), at(5))
