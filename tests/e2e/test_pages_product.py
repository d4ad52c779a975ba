"""The ten-minute path in the installed product: its own process, a real file, a real browser."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from e2e.browser import Browser, chromium, watched

__all__ = ["chromium"]

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture(scope="module")
def address(tmp_path_factory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("home")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "JEJO_HOME": str(home), "JEJO_PORT": str(port)}
    with subprocess.Popen([sys.executable, "-m", "jejo", "up"], env=environment) as product:
        url, end = f"http://127.0.0.1:{port}", time.monotonic() + 60
        while True:
            try:
                urlopen(f"{url}/health/live").close()
                break
            except URLError:
                if time.monotonic() > end or product.poll() is not None:
                    raise
                time.sleep(0.1)
        yield url
        product.terminate()


def test_the_example_becomes_a_report_with_charts_and_files(chromium: Browser, address: str):
    with watched(chromium) as seen:
        page = seen.page
        page.goto(address + "/")
        page.locator("form[action='/upload/example'] button").click()
        page.wait_for_url("**/reports/*")
        page.locator("[data-charts]").wait_for(timeout=120_000)
        seen.until("document.querySelector('[data-plot]').dataset.state === 'drawn'")
        assert page.locator("figure").count() >= 2
        assert page.locator(".hero li").count() == 2
        assert page.locator(".heat .cell").count() == 35
        for form, start in (("json", b"{"), ("html", b"<!"), ("pdf", b"%PDF"), ("xlsx", b"PK")):
            answer = page.request.get(f"{page.url}.{form}?lang=ko")
            assert answer.ok
            assert answer.body().lstrip()[: len(start)].lower() == start.lower()
        assert seen.overflow() <= 0
        assert seen.violations() == []
        assert seen.errors == []
        assert seen.outside == []
        page.goto(address + "/reports")
        assert page.locator("tbody tr").count() == 1


def test_a_step_is_undone_by_reading_again(chromium: Browser, address: str):
    with watched(chromium) as seen:
        page = seen.page
        page.goto(address + "/reports")
        page.locator("tbody a").first.click()
        page.locator("[data-charts]").wait_for()
        before = page.url
        steps = page.locator("form[action$='/undo']").count()
        assert steps > 0
        page.locator("form[action$='/undo'] button").first.click()
        page.wait_for_url(lambda url: url != before)
        page.locator("[data-charts], .problem").first.wait_for(timeout=120_000)
        assert page.url != before
        page.goto(address + "/reports")
        assert page.locator("tbody tr").count() >= 1
        assert seen.errors == []
