"""Pages of uploads and reports, through the real app around the sample service."""

import re
from dataclasses import replace

import pytest

from e2e.app import sample_app
from e2e.client import Client
from e2e.sample import SampleOnboarding, a_document, a_huge_document
from jejo.kernel.settings import Settings
from jejo.kernel.texts import texts
from jejo.onboarding.pages.view import BANDS, report_view

BROWSER = {"accept": "text/html"}
KO, EN = texts("ko"), texts("en")


@pytest.fixture
def service(tmp_path) -> SampleOnboarding:
    example = tmp_path / "example.csv"
    example.write_text("a,b\n1,2\n", encoding="utf-8")
    return SampleOnboarding(example)


@pytest.fixture
def client(service) -> Client:
    return Client(sample_app(service), headers=BROWSER)


def main_of(page) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text.replace("<wbr>", "").split("<main", 1)[1]))


@pytest.mark.parametrize("path", ["/", "/upload"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_start_page_invites_to_drop_a_file(client, path, language):
    page = client.get(f"{path}?lang={language}")
    assert texts(language).text("onboarding.pages.upload.title") in page.text
    assert 'enctype="multipart/form-data"' in page.text
    assert 'href="/upload" aria-current="page"' in page.text


def test_an_upload_is_received_whole_and_started_with_the_wishes(client, service):
    answer = client.post(
        "/upload",
        files=[
            ("files", ("시월.csv", b"a" * 3_000, "text/csv")),
            ("files", ("구월.csv", b"b" * 10, "text/csv")),
        ],
        data={"label": " 불량 ", "time": "", "equipment": "사출 3호기"},
    )
    assert answer.status_code == 303
    assert answer.headers["location"] == "/reports/running"
    assert service.received == [("시월.csv", 3_000), ("구월.csv", 10)]
    wishes = {"label": "불량", "time": None, "equipment": "사출 3호기"}
    assert service.started == [{"uploads": ["upload-1", "upload-2"], **wishes}]


def test_sending_no_file_says_what_to_do(client, service):
    # What a browser sends for a file field that was left empty.
    body = (
        b'--x\r\nContent-Disposition: form-data; name="files"; filename=""\r\n'
        b"Content-Type: application/octet-stream\r\n\r\n\r\n--x--\r\n"
    )
    headers = {"accept": "application/json", "content-type": "multipart/form-data; boundary=x"}
    for content in (body, b"--x--\r\n"):
        answer = client.post("/upload", content=content, headers=headers)
        assert answer.status_code == 422
        assert answer.json()["code"] == "onboarding.no-files"
    assert service.started == []


def test_a_file_above_the_limit_is_refused_in_words(client, service):
    files = [("files", ("큰.csv", b"x" * 1_000_001, "text/csv"))]
    answer = client.post("/upload", files=files, headers={"accept": "application/json"})
    assert answer.json()["code"] == "onboarding.too-large"
    assert service.started == []


def test_the_example_is_offered_only_where_there_is_one(client, service):
    offered = KO.text("onboarding.pages.upload.example")
    assert offered in client.get("/").text
    assert client.post("/upload/example").headers["location"] == "/reports/running"
    assert service.received == [("example.csv", 8)]
    without = Client(sample_app(SampleOnboarding()), headers=BROWSER)
    assert offered not in without.get("/").text
    assert without.post("/upload/example").status_code == 422


def test_an_empty_list_says_what_to_do_first(service):
    service.kept.clear()
    client = Client(sample_app(service), headers=BROWSER)
    for path in ("/", "/reports"):
        assert KO.text("onboarding.pages.reports.none") in client.get(path).text


def test_a_running_report_shows_both_bars_and_asks_again(client):
    page = client.get("/reports/running")
    assert page.text.count("<progress") == 2
    assert 'data-hx-get="/reports/running/progress"' in page.text
    assert 'http-equiv="refresh"' in page.text
    assert KO.text("onboarding.stages.reading") in page.text
    part = client.get("/reports/running/progress")
    assert "<html" not in part.text
    assert "42%" in part.text


def test_polling_an_ended_report_leads_to_its_page(client):
    for report in ("failed", "cancelled"):
        assert client.get(f"/reports/{report}/progress").headers["hx-redirect"] == f"/reports/{report}"


def test_a_failed_report_says_why_and_what_to_do(client):
    text = main_of(client.get("/reports/failed"))
    assert KO.text("onboarding.errors.empty-file.message", name="빈파일.xlsx") in text
    assert KO.text("onboarding.errors.empty-file.hint", name="빈파일.xlsx") in text
    assert KO.text("onboarding.pages.progress.failed") in main_of(client.get("/reports/bug"))


def test_cancelling_stops_the_report_and_shows_so(client):
    assert client.post("/reports/running/cancel").headers["location"] == "/reports/running"
    assert KO.text("onboarding.pages.progress.cancelled") in main_of(client.get("/reports/running"))


def test_an_unknown_report_is_not_found(client):
    for path in ("/reports/nothing", "/reports/nothing/progress", "/reports/nothing.pdf"):
        assert client.get(path).status_code == 404
    assert client.get("/reports/full?table=7").status_code == 404


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_report_shows_everything_the_document_says(client, language):
    text = main_of(client.get(f"/reports/full?lang={language}"))
    document = a_document(language)
    table = document.tables[0]
    said = [action.text for action in document.next_actions]
    said += [step.text for step in table.steps]
    said += [anomaly.text for anomaly in table.anomalies]
    said += [issue.text for issue in table.quality.issues]
    said += [issue.hint for issue in table.quality.issues]
    said += [column.name for column in table.columns]
    said += [driver.text for driver in table.label.drivers]
    said += [table.label.leaks[0].column, table.label.leaks[0].why, "0.752", "0.711~0.790", "0.991"]
    said += [finding.text for finding in table.findings]
    said += [table.process_model.name]
    assert [what for what in said if what not in text] == []
    assert text.count(table.readiness[0].state_text) >= 30


def test_what_a_file_cannot_show_is_said_and_never_zero(client):
    text = main_of(client.get("/reports/full"))
    assert f"접근성 {KO.text('onboarding.file.not_computable')}" in text


def test_only_steps_that_can_be_undone_have_the_button(client, service):
    page = client.get("/reports/full").text
    assert re.findall(r'name="key" value="([^"]+)"', page) == ["header.merged", "dates"]
    answer = client.post("/reports/full/undo", data={"key": "dates"})
    assert answer.headers["location"] == "/reports/running"
    assert service.undone == [("full", "dates")]


def test_a_table_without_label_or_anomalies_says_so(client):
    text = main_of(client.get("/reports/full?table=1"))
    assert KO.text("onboarding.pages.causes.none") in text
    assert KO.text("onboarding.pages.anomalies.none") not in text
    assert f"이상 구간 – {KO.text('onboarding.file.tiles.anomalies_none')}" in text
    assert "줄이 적어 살펴보지 않았습니다." in text


def test_words_of_a_file_never_become_markup(service):
    hostile = '"><script>alert(1)</script>'
    document = service.kept["full"]["ko"]
    table = document.tables[0]
    column = replace(table.columns[1], name=hostile)
    source = replace(document.source, name=hostile)
    service.kept["full"]["ko"] = replace(
        document, source=source, tables=(replace(table, name=hostile, columns=(column, *table.columns)),)
    )
    client = Client(sample_app(service), headers=BROWSER)
    for path in ("/reports/full", "/reports", "/"):
        page = client.get(path).text
        assert "<script>" not in page
        assert hostile not in page


@pytest.mark.parametrize("form", ["pdf", "html", "json"])
def test_files_are_downloads_with_a_name(client, form):
    answer = client.get(f"/reports/full.{form}?lang=en")
    assert answer.content == f"full en {form}".encode()
    assert answer.headers["content-disposition"].startswith("attachment; filename*=UTF-8''%EC%83%9D")
    assert answer.headers["content-disposition"].endswith(f"-report.{form}")


def test_series_reach_the_browser_as_binary(client):
    path = "/api/v1/reports/full/tables/0/series"
    answer = client.get(path, params={"signal": "금형온도(℃)", "width": 400})
    assert answer.content[:4] == b"JJTS"


@pytest.mark.parametrize("path", ["/", "/reports", "/reports/full", "/reports/huge", "/reports/huge?table=0"])
@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_stay_small_however_large_the_file(client, path, language):
    page = client.get(path, headers={"cookie": f"lang={language}"})
    assert len(page.content) <= 60_000


def test_long_lists_are_cut_and_open_on_demand(client):
    page = client.get("/reports/huge")
    assert 'href="/reports/huge?table=0&amp;all=anomalies#strange"' in page.text
    assert page.text.count('class="anomaly"') < client.get("/reports/huge?all=anomalies").text.count(
        'class="anomaly"'
    )


def test_the_strongest_anomalies_keep_their_bands_and_numbers():
    view = report_view(a_huge_document(), 0, frozenset())
    assert len(view.bands) == BANDS
    assert [number for _, _, number in view.bands] == sorted(number for _, _, number in view.bands)
    first = view.bands[0]
    assert first[0] < first[1]
    assert view.whole[0] <= first[0]


def test_charts_of_rows_are_numbered_by_rows():
    view = report_view(a_document(), 1, frozenset())
    assert view.whole == (0.0, 39.0)


def test_the_limit_is_told_to_the_browser(service):
    client = Client(sample_app(service, Settings()), headers=BROWSER)
    assert 'data-limit-mb="500"' in client.get("/").text
