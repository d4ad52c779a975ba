"""A real Chromium against a real server on a free loopback port, and what every page must hold to."""

import json
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import uvicorn
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, sync_playwright

from required import missing

AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = Path(os.environ.get("JEJO_CHROMIUM", "/usr/bin/chromium"))
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The system's Chromium, or the one that JEJO_CHROMIUM names."""
    if not CHROMIUM.exists():
        missing("Chromium is missing: install the package chromium, or set JEJO_CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(QUIET))
        yield browser
        browser.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an app on a free loopback port; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    until = time.monotonic() + 10
    while not server.started:
        if time.monotonic() > until:
            raise TimeoutError("the server did not start")
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@dataclass
class Watched:
    """A page and everything that went wrong or out on it."""

    page: Page
    errors: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    bytes: dict[str, int] = field(default_factory=dict)

    def violations(self) -> list[str]:
        """Return what axe finds wrong on the page as it is now."""
        if not AXE.exists():
            missing("axe-core is missing: run python tools/fetch_assets.py --dev")
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("async () => (await axe.run()).violations")
        return [
            f"{each['id']}: {json.dumps([node['html'][:200] for node in each['nodes'][:4]], ensure_ascii=False)}"
            for each in found
        ]

    def until(self, expression: str, seconds: float = 10) -> None:
        """Wait until an expression is true; asked from outside, since the page's policy forbids evaluating text."""
        end = time.monotonic() + seconds
        while not self.page.evaluate(expression):
            if time.monotonic() > end:
                raise TimeoutError(expression)
            self.page.wait_for_timeout(50)

    def overflow(self) -> int:
        """Return by how many pixels the page is wider than the screen."""
        width: int = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        return width


@contextmanager
def watched(
    browser: Browser, width: int = 1440, height: int = 900, *, dark: bool = False, language: str = "ko-KR"
) -> Iterator[Watched]:
    """Open a page that records console errors, policy violations and requests to other machines."""
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if dark else "light",
        locale=language,
        timezone_id="Asia/Seoul",
        is_mobile=width < 700,
    )
    page = context.new_page()
    seen = Watched(page)
    page.on("console", lambda message: seen.errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: seen.errors.append(str(error)))
    page.on(
        "request",
        lambda request: (
            seen.outside.append(request.url) if urlsplit(request.url).hostname != "127.0.0.1" else None
        ),
    )

    def weigh(event: dict[str, object]) -> None:
        seen.bytes[str(event["requestId"])] = int(str(event["encodedDataLength"])[:12].split(".")[0])

    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on("Network.loadingFinished", weigh)
    yield seen
    context.close()
