"""Pages in a real Chromium: looks, accessibility, safety, budgets, and the charts at work."""

from collections.abc import Iterator

import pytest

from e2e.app import sample_app
from e2e.browser import Browser, Watched, chromium, served, watched
from e2e.sample import SIGNALS, SPIKE, START, SampleOnboarding
from jejo.kernel.jobs import JobState

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PATHS = (
    "/",
    "/reports",
    "/reports/full",
    "/reports/full?table=1",
    "/reports/running",
    "/reports/failed",
    "/processes",
    "/processes/casting",
    "/ai-map",
    "/concepts",
    "/units",
    "/glossary?q=AI",
)
KB = 1_000


@pytest.fixture(scope="module")
def service(tmp_path_factory) -> SampleOnboarding:
    example = tmp_path_factory.mktemp("example") / "example.csv"
    example.write_text("a,b\n1,2\n", encoding="utf-8")
    return SampleOnboarding(example)


@pytest.fixture(scope="module")
def address(service) -> Iterator[str]:
    with served(sample_app(service)) as url:
        yield url


def drawn(seen: Watched, charts: int) -> list[dict]:
    """Scroll through the page until so many charts are drawn, and return what they measured."""
    for _ in range(40):
        states = seen.page.eval_on_selector_all(
            "[data-plot]", "plots => plots.map(plot => plot.dataset.state)"
        )
        if states.count("drawn") >= charts:
            break
        seen.page.evaluate("document.querySelector('[data-plot][data-state=wait]')?.scrollIntoView()")
        seen.page.wait_for_timeout(80)
    assert states.count("drawn") >= charts, states
    return seen.page.evaluate("performance.getEntriesByName('jejo:chart').map(each => each.detail)")


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [
        ("ko", False, 1440),
        ("ko", False, 390),
        ("ko", True, 1440),
        ("ko", True, 390),
        ("en", False, 1440),
        ("en", True, 390),
    ],
)
def test_every_page_is_accessible_quiet_and_fits(
    chromium: Browser, address: str, language: str, dark: bool, width: int
):
    with watched(chromium, width, dark=dark, language=language) as seen:
        for path in PATHS:
            seen.page.goto(address + path)
            seen.page.wait_for_load_state("networkidle")
            assert seen.page.get_attribute("html", "lang") == language
            assert seen.violations() == [], path
            assert seen.overflow() <= 0, path
        assert seen.errors == []
        assert seen.outside == []


@pytest.mark.parametrize("size", ["", "l"], ids=["normal", "large"])
def test_nothing_scrolls_sideways_on_the_narrowest_screen(chromium: Browser, address: str, size: str):
    with watched(chromium, 320) as seen:
        seen.page.context.add_cookies([{"name": "size", "value": size, "url": address}])
        for path in PATHS:
            seen.page.goto(address + path)
            assert seen.overflow() <= 0, path


def test_the_report_keeps_its_budget(chromium: Browser, address: str):
    with watched(chromium) as seen:
        weights: dict[str, int] = {"script": 0, "stylesheet": 0, "document": 0, "font": 0}

        def weigh(response) -> None:
            kind = response.request.resource_type
            if kind in weights:
                sizes = response.request.sizes()
                weights[kind] += sizes["responseBodySize"]

        seen.page.on("requestfinished", lambda request: weigh(request.response()))
        seen.page.goto(address + "/reports/full")
        drawn(seen, 6)
        assert 20 * KB < weights["script"] <= 60 * KB
        assert weights["stylesheet"] <= 20 * KB
        assert weights["document"] <= 60 * KB
        assert 0 < weights["font"] <= 420 * KB


def test_charts_come_lazily_one_by_one_and_keep_the_spike(chromium: Browser, address: str):
    with watched(chromium) as seen:
        seen.page.goto(address + "/reports/full")
        seen.until("performance.getEntriesByName('jejo:chart').length > 0")
        states = seen.page.eval_on_selector_all(
            "[data-plot]", "plots => plots.map(plot => plot.dataset.state)"
        )
        assert states.count("wait") >= 2
        measured = {each["signal"]: each for each in drawn(seen, 6)}
        name, _, _, _, mean, spread = SIGNALS[0]
        assert measured[name]["max"] == pytest.approx(mean + 9 * spread)
        assert measured[name]["points"] < 8 * 1440
        assert seen.errors == []


def test_zooming_fetches_anew_for_all_charts_and_lives_in_the_address(chromium: Browser, address: str):
    with watched(chromium) as seen:
        seen.page.goto(address + "/reports/full")
        drawn(seen, 2)
        asked: list[str] = []
        seen.page.on(
            "request", lambda request: asked.append(request.url) if "/series" in request.url else None
        )
        plot = seen.page.locator("figure .u-over").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box is not None
        seen.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40)
        seen.page.mouse.down()
        seen.page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + 60, steps=4)
        seen.page.mouse.up()
        seen.until("new URL(location).searchParams.has('from')")
        seen.page.wait_for_timeout(300)
        assert len(asked) == 6
        assert all("from=" in url for url in asked)
        first = seen.page.evaluate("Number(new URL(location).searchParams.get('from'))")
        assert first == pytest.approx(START.timestamp() + 10_800, abs=400)
        seen.page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 50)
        seen.until("!new URL(location).searchParams.has('from')")
        assert seen.errors == []


def test_a_copied_address_shows_the_same_range(chromium: Browser, address: str):
    start = START.timestamp()
    with watched(chromium) as seen:
        seen.page.goto(f"{address}/reports/full?from={start + SPIKE[0] - 60}&to={start + SPIKE[1] + 60}")
        drawn(seen, 2)
        assert any(each["points"] == 140 for each in drawn(seen, 2))


def test_charts_obey_the_keyboard_and_have_their_table(chromium: Browser, address: str):
    with watched(chromium) as seen:
        seen.page.goto(address + "/reports/full")
        drawn(seen, 1)
        seen.page.locator("[data-plot]").first.focus()
        seen.page.keyboard.press("+")
        seen.until("new URL(location).searchParams.has('from')")
        seen.page.keyboard.press("Escape")
        seen.until("!new URL(location).searchParams.has('from')")
        seen.page.locator("figure summary").first.click()
        rows = seen.page.locator("figure [data-values]").first.locator("tbody tr")
        assert rows.count() == 12
        assert "–" not in rows.first.inner_text()
        assert seen.violations() == []


def test_more_signals_are_drawn_on_demand(chromium: Browser, address: str):
    with watched(chromium) as seen:
        seen.page.goto(address + "/reports/full")
        drawn(seen, 1)
        seen.page.locator("summary", has_text="다른 신호").click()
        seen.page.locator("[data-add]").first.check()
        drawn(seen, 7)
        assert seen.page.locator("figure").count() == 7
        seen.page.locator("[data-add]").first.uncheck()
        assert seen.page.locator("figure").count() == 6
        assert seen.errors == []


def test_theme_and_text_size_change_at_once_and_are_kept(chromium: Browser, address: str):
    with watched(chromium) as seen:
        seen.page.goto(address + "/reports/full")
        drawn(seen, 1)
        seen.page.locator("[data-toggle-theme]").click()
        seen.page.locator("[data-set-size=l]").click()
        seen.page.wait_for_timeout(200)
        seen.page.reload()
        assert seen.page.get_attribute("html", "data-theme") == "dark"
        assert seen.page.get_attribute("html", "data-size") == "l"
        assert seen.page.locator("[data-toggle-theme]").get_attribute("aria-label") == "밝은 화면으로 바꾸기"
        assert seen.errors == []


def test_choosing_a_file_sends_it_and_follows_it_to_the_report(
    chromium: Browser, address: str, service: SampleOnboarding, tmp_path
):
    file = tmp_path / "생산일지.csv"
    file.write_text("일시,온도\n2025-10-24 09:00,180\n", encoding="utf-8")
    service.jobs["running"] = service.job(JobState.RUNNING, done=0.4)
    with watched(chromium) as seen:
        seen.page.goto(address + "/")
        seen.page.locator("input[type=file]").set_input_files(file)
        seen.page.wait_for_url("**/reports/running")
        assert service.received[-1] == ("생산일지.csv", file.stat().st_size)
        service.jobs["running"] = service.job(JobState.RUNNING, done=0.8)
        seen.until("document.querySelectorAll('progress')[1].value === 80")
        service.jobs["running"] = service.job(JobState.CANCELLED)
        seen.page.locator("h1", has_text="멈췄습니다").wait_for(timeout=3_000)
        assert seen.errors == []


def test_a_refused_upload_says_why_on_the_same_page(chromium: Browser, address: str, tmp_path):
    file = tmp_path / "빈파일.csv"
    file.write_bytes(b"")
    with watched(chromium) as seen:
        seen.page.goto(address + "/")
        seen.page.locator("input[type=file]").set_input_files(file)
        seen.page.locator("[data-trouble]").wait_for()
        assert "빈파일.csv" in seen.page.locator("[data-trouble]").inner_text()
        assert seen.page.locator("[data-drop]").is_visible()


def test_the_page_works_without_scripts(chromium: Browser, address: str, service: SampleOnboarding, tmp_path):
    file = tmp_path / "일지.csv"
    file.write_text("a\n1\n", encoding="utf-8")
    context = chromium.new_context(java_script_enabled=False, locale="ko-KR")
    page = context.new_page()
    page.goto(address + "/")
    page.locator("input[type=file]").set_input_files(file)
    page.locator("[data-send] button").click()
    page.wait_for_url("**/reports/running")
    assert service.received[-1] == ("일지.csv", 4)
    context.close()


def test_enter_that_ends_a_korean_syllable_sends_nothing(chromium: Browser, address: str):
    with watched(chromium) as seen:
        seen.page.goto(address + "/")
        seen.page.locator("form details summary").click()
        is_stopped = seen.page.evaluate(
            """() => !document.querySelector('input[name=label]').dispatchEvent(
                new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"""
        )
        assert is_stopped
