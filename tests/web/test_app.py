"""The app around any room's pages: safety, language, problems, static files, health, menu."""

import pytest
from fastapi import APIRouter, Form

from e2e.client import Client
from jejo.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated, Unavailable
from jejo.kernel.menu import MenuEntry, in_menu
from jejo.kernel.settings import Settings
from jejo.kernel.texts import LANGUAGES, texts
from jejo.web.app import create_app
from jejo.web.assets import Assets
from jejo.web.frame import Frame
from jejo.web.problems import STATUS
from jejo.web.security import HEADERS

BROWSER = {"accept": "text/html,application/xhtml+xml"}
ASSETS = Assets()


def a_client(settings: Settings | None = None, checks=None, address="http://127.0.0.1:8424") -> Client:
    router = APIRouter()

    @router.get("/page")
    @in_menu(MenuEntry("/page", "data", "web.menu.data", "upload"))
    def page() -> str:
        return "x" * 5000

    @router.post("/write")
    def write(word: str = Form()) -> str:
        return word

    @router.get("/bug")
    def bug() -> str:
        raise ZeroDivisionError("secret path")

    for kind in STATUS:

        def refuse(kind=kind) -> str:
            raise kind("web.no-page")

        router.add_api_route(f"/refuse/{kind.__name__}", refuse)
    app = create_app([router], Frame(ASSETS), settings or Settings(), checks)
    return Client(app, address)


@pytest.fixture(scope="module")
def client() -> Client:
    return a_client()


@pytest.mark.parametrize("path", ["/page", "/nowhere", "/bug", "/health/live", "/static/x/icon.svg"])
def test_every_answer_carries_the_safety_headers(client, path):
    answer = client.get(path, headers=BROWSER)
    for name, value in HEADERS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in answer.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (Invalid, 422),
        (Unauthenticated, 401),
        (Forbidden, 403),
        (NotFound, 404),
        (Conflict, 409),
        (Unavailable, 503),
    ],
)
def test_every_kind_of_problem_has_its_status_and_document(client, kind, status):
    answer = client.get(f"/refuse/{kind.__name__}", headers={"accept-language": "en"})
    body = answer.json()
    assert answer.status_code == status == body["status"]
    assert answer.headers["content-type"] == "application/problem+json"
    assert body["code"] == "web.no-page"
    assert body["detail"] == texts("en").text("web.errors.no-page.message")
    assert body["hint"] == texts("en").text("web.errors.no-page.hint")
    assert body["instance"] == f"/refuse/{kind.__name__}"
    assert body["type"] == "urn:jejo:problem:web.no-page"


def test_a_browser_gets_a_problem_page_in_its_language(client):
    page = client.get("/nowhere", headers={**BROWSER, "accept-language": "ko"})
    assert page.status_code == 404
    assert '<html lang="ko"' in page.text
    assert texts("ko").text("web.errors.no-page.hint") in page.text


def test_a_partial_update_gets_no_second_frame(client):
    part = client.get("/nowhere", headers={**BROWSER, "hx-request": "true"})
    assert "<html" not in part.text
    assert 'role="alert"' in part.text


def test_a_bug_shows_a_number_and_never_a_trace(client, caplog):
    answer = client.get("/bug", headers={"accept-language": "en"})
    assert answer.status_code == 500
    assert answer.json()["code"] == "web.unexpected"
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    incident = next(record.incident for record in caplog.records if hasattr(record, "incident"))
    assert incident in answer.json()["detail"]


def test_missing_fields_are_named(client):
    answer = client.post("/write", data={})
    assert answer.status_code == 422
    assert answer.json()["code"] == "web.bad-fields"
    assert "word" in answer.json()["detail"]


def test_a_body_above_the_limit_is_refused_before_it_is_read():
    client = a_client(Settings(upload_limit_mb=1))
    answer = client.post("/write", data={"word": "x" * (4 * 1024 * 1024 + 1)})
    assert answer.status_code == 413
    assert answer.json()["code"] == "web.too-large"


def test_a_body_must_say_its_length(client):
    async def pieces():
        yield b"word=yes"

    answer = client.post(
        "/write", content=pieces(), headers={"content-type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 411
    assert answer.json()["code"] == "web.no-length"


@pytest.mark.parametrize("address", ["http://127.0.0.1:8424", "http://localhost", "http://[::1]:8424"])
def test_loopback_names_are_served(address):
    assert a_client(address=address).get("/page").status_code == 200


@pytest.mark.parametrize("address", ["http://evil.example:8424", "http://127.0.0.1.evil.example"])
def test_other_names_are_refused_on_loopback_so_that_rebinding_fails(address):
    answer = a_client(address=address).get("/page")
    assert answer.status_code == 403
    assert answer.json()["code"] == "web.unknown-host"


def test_other_names_are_served_when_not_on_loopback():
    client = a_client(Settings(host="0.0.0.0"), address="http://factory.example")
    assert client.get("/page").status_code == 200


@pytest.mark.parametrize(
    ("headers", "is_allowed"),
    [
        ({}, True),
        ({"sec-fetch-site": "same-origin", "origin": "http://127.0.0.1:8424"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"origin": "http://127.0.0.1:8424"}, True),
        ({"origin": "http://127.0.0.1:9999"}, False),
        ({"origin": "https://evil.example"}, False),
        ({"origin": "null"}, False),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
    ],
)
def test_only_our_own_pages_may_write(client, headers, is_allowed):
    answer = client.post("/write", data={"word": "yes"}, headers=headers)
    assert (answer.status_code == 200) is is_allowed
    if not is_allowed:
        assert answer.json()["code"] == "web.cross-site"


def test_reading_from_a_link_elsewhere_is_allowed(client):
    assert client.get("/page", headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize(
    ("headers", "query", "language"),
    [
        ({}, "", "ko"),
        ({"accept-language": "en-US,en;q=0.9,ko;q=0.1"}, "", "en"),
        ({"accept-language": "fr"}, "", "ko"),
        ({"accept-language": "en", "cookie": "lang=ko"}, "", "ko"),
        ({"cookie": "lang=ko"}, "?lang=en", "en"),
        ({"cookie": "lang=xx"}, "?lang=yy", "ko"),
    ],
)
def test_language_is_what_was_chosen_then_what_the_browser_likes(headers, query, language):
    page = a_client().get(f"/nowhere{query}", headers={**BROWSER, **headers})
    assert f'<html lang="{language}"' in page.text


def test_a_chosen_language_is_kept_and_the_page_stays():
    client = a_client()
    first = client.get("/nowhere?table=2&lang=en", headers=BROWSER)
    assert 'href="/nowhere?table=2&amp;lang=ko"' in first.text
    assert '<html lang="en"' in client.get("/nowhere", headers=BROWSER).text


def test_theme_and_text_size_come_from_cookies_and_only_known_ones(client):
    page = client.get("/nowhere", headers={**BROWSER, "cookie": "theme=dark; size=l"})
    assert 'data-theme="dark" data-size="l"' in page.text
    hostile = client.get("/nowhere", headers={**BROWSER, "cookie": 'theme="><script>'})
    assert "data-theme" not in hostile.text
    assert "<script>" not in hostile.text


def test_the_menu_comes_from_the_routes(client):
    page = client.get("/nowhere", headers=BROWSER)
    assert page.text.count('class="n" href=') == 1
    assert 'href="/page"' in page.text


def test_pages_have_no_inline_script_or_style(client):
    page = client.get("/nowhere", headers=BROWSER).text
    assert "style=" not in page
    assert "<style" not in page
    assert "<script>" not in page


def test_static_files_are_kept_for_a_year_under_an_address_of_their_content(client):
    answer = client.get(ASSETS.address("jejo.css"))
    assert answer.status_code == 200
    assert "immutable" in answer.headers["cache-control"]
    old = client.get("/static/0123456789ab/jejo.css")
    assert old.headers["cache-control"] == "no-cache"


@pytest.mark.parametrize("path", ["../app.py", "..%2fapp.py", "%2e%2e/app.py", "vendor/../../app.py"])
def test_static_addresses_never_leave_their_folder(client, path):
    assert client.get(f"/static/x/{path}").status_code == 404


def test_long_answers_are_compressed(client):
    answer = client.get("/page", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert int(answer.headers["content-length"]) * 5 < len(answer.content)


def test_readiness_names_what_is_missing():
    assert a_client().get("/health/live").json() == {"status": "pass"}
    answer = a_client(checks={"jobs": lambda: False}).get("/health/ready")
    assert answer.status_code == 503
    assert answer.json()["checks"]["jobs"] == "fail"


def test_every_menu_group_and_language_has_its_text():
    for language in LANGUAGES:
        for group in ("data", "ai", "support"):
            assert texts(language).text(f"web.menu.{group}")
