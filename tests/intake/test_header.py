"""The header of awkward sheets, and the rows around the table."""

import polars as pl
import pytest

from intake.awkward import awkward_sheets
from jejo.intake.domain.body import read_body
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Merge, Sheet
from jejo.intake.readers.delimited import plugin as delimited
from jejo.intake.readers.excel import plugin as excel


def a_sheet(rows, merges=()):
    width = max(map(len, rows))
    filled = [[*row, *[None] * (width - len(row))] for row in rows]
    frame = pl.DataFrame(filled, schema={f"c{i}": pl.String for i in range(width)}, orient="row")
    return Sheet("시트", frame, merges=tuple(merges))


def body_of(text, merges=(), without=()):
    rows = [[cell.strip() or None for cell in line.split(",")] for line in text.strip("\n").split("\n")]
    return read_body(a_sheet(rows, merges), without)


@pytest.mark.parametrize("seed", [8424, 7])
def test_awkward_sheets_have_the_right_header_and_rows(tmp_path, seed):
    sheets = awkward_sheets(96, seed)
    wrong = []
    for sheet in sheets:
        reader = excel if sheet.file == "xlsx" else delimited
        body = read_body(reader.read(sheet.write(tmp_path), Limits()).sheets[0], ())
        found = None if body is None else (tuple(body.frame.columns), body.header_rows, body.frame.height)
        if found != (sheet.names, sheet.header_rows, sheet.values):
            wrong.append((sheet.name, found))
    assert len(sheets) >= 60
    assert len({sheet.name.split("-", 1)[1] for sheet in sheets}) >= 60
    assert len(wrong) <= 0.05 * len(sheets), wrong


def test_years_are_names():
    body = body_of("품목,2021,2022,2023\n하우징,100,120,130\n커버,90,80,70\n브라켓,5,6,7")
    assert body.frame.columns == ["품목", "2021", "2022", "2023"]
    assert body.frame.height == 3


def test_dates_across_are_names():
    body = body_of("항목,2025-10-01,2025-10-02\n생산량,100,120\n불량,1,2\n가동,8,7")
    assert body.frame.columns == ["항목", "2025-10-01", "2025-10-02"]


def test_a_table_of_words_has_its_first_row_as_header():
    body = body_of("설비,담당,상태\n1호기,생산팀,가동\n2호기,보전팀,정지\n3호기,생산팀,가동")
    assert body.frame.columns == ["설비", "담당", "상태"]


def test_a_header_that_repeats_is_numbered():
    body = body_of("일자,온도,온도,온도\n2025-10-01,1,2,3\n2025-10-02,1,2,3\n2025-10-03,1,2,3")
    assert body.frame.columns == ["일자", "온도", "온도_2", "온도_3"]
    assert [step.code for step in body.steps] == ["header.numbered"]


def test_a_nameless_index_column_gets_a_name():
    body = body_of(",a,b\n0,1.5,2.5\n1,1.6,2.6\n2,1.7,2.7")
    assert body.frame.columns == ["열1", "a", "b"]
    assert "header.unnamed" in [step.code for step in body.steps]


def test_three_merged_rows_are_joined():
    rows = [
        ["일시", "성형기", None, None, None],
        [None, "온도", None, "압력", None],
        [None, "상", "하", "1차", "2차"],
        *[[f"2025-10-24 15:0{i}", "180", "181", "90", "45"] for i in range(6)],
    ]
    merges = [Merge(0, 0, 2, 0), Merge(0, 1, 0, 4), Merge(1, 1, 1, 2), Merge(1, 3, 1, 4)]
    body = read_body(a_sheet(rows, merges), ())
    assert body.frame.columns == [
        "일시",
        "성형기 › 온도 › 상",
        "성형기 › 온도 › 하",
        "성형기 › 압력 › 1차",
        "성형기 › 압력 › 2차",
    ]
    assert body.header_rows == (0, 1, 2)


def test_cells_merged_downwards_in_the_body_are_filled_and_that_can_be_undone():
    rows = [
        ["일자", "설비", "수량"],
        ["2025-10-01", "1호기", "5"],
        [None, "2호기", "6"],
        ["2025-10-02", "1호기", "7"],
    ]
    sheet = a_sheet(rows, [Merge(1, 0, 2, 0)])
    assert read_body(sheet, ()).frame["일자"].to_list() == ["2025-10-01", "2025-10-01", "2025-10-02"]
    assert read_body(sheet, ("cells.merged:일자",)).frame["일자"][1] is None


def test_totals_are_left_out_told_and_undoable():
    text = "품목,수량,금액\n하우징,100,5\n커버,90,6\n브라켓,80,7\n합계,270,18"
    body = body_of(text)
    assert body.frame.height == 3
    assert [(each.code, each.rows) for each in body.findings] == [("rows.totals", 1)]
    assert body_of(text, without=("rows.totals",)).frame.height == 4


def test_a_category_called_average_stays():
    rows = "\n".join(
        f"2025-10-{day:02d},{kind},{day}" for day in range(1, 10) for kind in ("평균", "최대", "최소")
    )
    assert body_of(f"일자,구분,값\n{rows}").frame.height == 27


def test_notes_under_the_table_are_left_out():
    text = "일자,온도,압력,속도\n2025-10-01,1,2,3\n2025-10-02,1,2,3\n2025-10-03,1,2,3\n,,,\n※ 점검일 제외,,,"
    body = body_of(text)
    assert body.frame.height == 3
    assert "rows.notes" in [step.code for step in body.steps]


@pytest.mark.parametrize(
    "text",
    ["이 시트는 안내문입니다.\n아래 내용을 읽어 주세요.\n문의: 생산팀", "제목", "일자,온도,압력"],
)
def test_text_and_bare_headers_are_no_table(text):
    assert body_of(text) is None


def test_a_drawn_line_under_the_header_is_no_row():
    body = body_of(
        "TIME,TEMP,PRESS\n----,----,----\n2025-10-24 10:00,1,2\n2025-10-24 10:01,1,2\n2025-10-24 10:02,1,2"
    )
    assert (body.frame.columns, body.frame.height, body.header_rows) == (["TIME", "TEMP", "PRESS"], 3, (0,))


def test_tables_under_each_other_are_told_apart_by_their_titles():
    block = "일시,온도,압력\n" + "\n".join(f"2025-10-24 10:{m:02d},{180 + m},{90 + m}" for m in range(8))
    body = body_of(f"1호기,,\n{block}\n,,\n2호기,,\n{block}")
    assert body.frame.columns == ["구분", "일시", "온도", "압력"]
    assert body.frame["구분"].to_list() == ["1호기"] * 8 + ["2호기"] * 8
    assert "rows.stacked" in [step.code for step in body.steps]


def test_pages_that_repeat_title_and_header_are_one_table():
    block = "온도 일지,,\n일시,온도,압력\n" + "\n".join(
        f"2025-10-24 10:{m:02d},{180 + m},{90 + m}" for m in range(8)
    )
    body = body_of(f"{block}\n,,\n{block}")
    assert (body.frame.columns, body.frame.height) == (["일시", "온도", "압력"], 16)


def test_a_product_called_a_is_no_ampere():
    body = body_of("품명,수량(EA),금액\nA,,\nB,10,100\nC,20,200")
    assert (body.frame.columns, body.frame.height) == (["품명", "수량(EA)", "금액"], 3)


def test_a_logger_file_with_facts_above_and_units_below_the_header():
    facts = "Device:,ABC-100,,\nSerial:,12345,,\nStart:,2025-10-24 10:00:00,,\n,,,"
    body = body_of(
        f"{facts}\nNo,Time,CH1,CH2\n,sec,℃,bar\n" + "\n".join(f"{n},{n / 10},20.{n},5.{n}" for n in range(9))
    )
    assert body.frame.columns == ["No", "Time (sec)", "CH1 (℃)", "CH2 (bar)"]
    assert body.header_rows == (4, 5)
