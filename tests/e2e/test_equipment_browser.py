"""Equipment list and signal explorer in a real Chromium."""

from collections.abc import Iterator

import pytest

from e2e.browser import Browser, Watched, chromium, served, watched
from history.building import MINE, at
from history.factory import DAY, MONTHS, Factory

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

END = at(MONTHS[-1]).timestamp()


@pytest.fixture(scope="module")
def factory() -> Factory:
    factory = Factory()
    factory.measure(factory.machine(site="서산 공장", line="2라인"))
    return factory


@pytest.fixture(scope="module")
def address(factory: Factory) -> Iterator[str]:
    with served(factory.app(MINE)) as url:
        yield url


@pytest.fixture(scope="module")
def explorer(factory: Factory, address: str) -> str:
    return f"{address}/equipment/{factory.plant.equipment(MINE)[0].id}"


def open_all(seen: Watched, charts: int) -> None:
    for _ in range(40):
        seen.page.evaluate("document.querySelector('[data-plot][data-state=wait]')?.scrollIntoView()")
        seen.page.wait_for_timeout(60)
        if seen.page.locator("[data-plot][data-state=drawn]").count() == charts:
            return
    raise AssertionError(
        seen.page.eval_on_selector_all("[data-plot]", "all => all.map(p => p.dataset.state)")
    )


def asked(seen: Watched, name: str) -> list[str]:
    found: list[str] = seen.page.evaluate("name => new URL(location).searchParams.getAll(name)", name)
    return found


def state(seen: Watched) -> tuple[list[str], str | None]:
    signals = seen.page.eval_on_selector_all("figure", "all => all.map(each => each.dataset.signal)")
    period = seen.page.locator("[data-span][aria-current]")
    return signals, period.inner_text() if period.count() else None


@pytest.mark.parametrize(
    ("language", "dark", "width"),
    [("ko", False, 1440), ("ko", True, 390), ("en", True, 1440), ("en", False, 390)],
)
def test_both_pages_are_accessible_quiet_and_fit(
    chromium: Browser, address: str, explorer: str, language: str, dark: bool, width: int
):
    with watched(chromium, width, dark=dark, language=language) as seen:
        seen.page.goto(f"{address}/equipment")
        assert seen.violations() == []
        assert seen.overflow() <= 0
        seen.page.goto(explorer)
        open_all(seen, 4)
        for summary in seen.page.locator("summary").all():
            summary.click()
        assert seen.page.locator("figure").first.locator("tbody tr").count() == 12
        assert seen.violations() == []
        assert seen.overflow() <= 0
        assert seen.errors == []
        assert seen.outside == []


def test_the_chart_tells_the_usual_range_and_count_of_what_it_shows(chromium: Browser, explorer: str):
    with watched(chromium) as seen:
        seen.page.goto(explorer)
        open_all(seen, 4)
        first = seen.page.locator("figure").first
        assert "168" in first.locator("[data-drawn]").inner_text()
        low, high = (float(first.get_attribute(f"data-{end}") or "nan") for end in ("low", "high"))
        # The values of the last week count from 792 to 959.
        assert (low, high) == pytest.approx((792 + 1.67, 959 - 1.67))
        seen.page.click("[data-span='86400.0']")
        seen.until("document.querySelector('figure [data-drawn]').textContent.includes(' 24개')")
        assert float(first.get_attribute("data-low") or "nan") == pytest.approx(936.23)


def test_the_address_holds_signals_and_period_and_gives_the_same_view_again(
    chromium: Browser, factory: Factory, explorer: str
):
    ids = [signal.id for signal in factory.plant.equipment(MINE)[0].signals]
    with watched(chromium) as seen:
        seen.page.goto(explorer)
        open_all(seen, 4)
        assert state(seen) == (ids[:4], "1주")
        seen.page.locator("details").first.locator("summary").click()
        for number, box in enumerate(seen.page.locator("[data-add]").all()):
            box.set_checked(number in (1, 5))
        seen.page.click("[data-span='86400.0']")
        open_all(seen, 2)
        assert asked(seen, "signal") == [ids[1], ids[5]]
        assert float(asked(seen, "from")[0]) == pytest.approx(END - DAY, abs=0.01)
        seen.page.click("a[hreflang=en]")
        open_all(seen, 2)
        assert state(seen) == ([ids[1], ids[5]], "1 day")
        seen.page.click("[data-zoom=out]")
        seen.until("!document.querySelector('[data-span][aria-current]')")
        zoomed = asked(seen, "from")
        seen.page.reload()
        open_all(seen, 2)
        assert asked(seen, "from") == zoomed
        seen.page.eval_on_selector_all("[data-add]:checked", "boxes => boxes.forEach(box => box.click())")
        seen.page.reload()
        assert state(seen)[0] == []
        assert seen.errors == []


def test_zooming_asks_the_server_anew_with_both_ends(chromium: Browser, explorer: str):
    with watched(chromium) as seen:
        requests: list[str] = []
        seen.page.on(
            "request", lambda request: requests.append(request.url) if "/series" in request.url else None
        )
        seen.page.goto(explorer)
        open_all(seen, 4)
        assert all("from=" in url and "to=" in url for url in requests)
        requests.clear()
        plot = seen.page.locator("figure .u-over").first
        plot.scroll_into_view_if_needed()
        box = plot.bounding_box()
        assert box is not None
        seen.page.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + 40)
        seen.page.mouse.down()
        seen.page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + 60, steps=4)
        seen.page.mouse.up()
        seen.until("!document.querySelector('[data-span][aria-current]')")
        seen.page.wait_for_timeout(300)
        assert len(requests) == 4
        assert float(asked(seen, "from")[0]) == pytest.approx(END - 3.5 * DAY, abs=0.05 * DAY)
        assert float(asked(seen, "to")[0]) == pytest.approx(END - 1.75 * DAY, abs=0.05 * DAY)
        seen.page.mouse.dblclick(box["x"] + box["width"] * 0.5, box["y"] + 50)
        seen.until("document.querySelector('[data-span=\"\"]').hasAttribute('aria-current')")
        assert seen.errors == []
