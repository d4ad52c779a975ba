"""Whole files through the real child process: what a person drops and what comes back."""

import datetime as dt
import json
import random
import time as stopwatch
import zipfile

import polars as pl
import pytest
import xlsxwriter

from intake.old_workbook import old_workbook
from jejo.accounts.domain import LOCAL_OWNER, Scope
from jejo.intake.domain.table import Kind, Role
from jejo.intake.domain.understanding import Wishes, understand
from jejo.intake.readers.delimited import plugin as delimited
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Invalid, NotFound, Problem
from jejo.kernel.texts import texts
from jejo.knowledge.service import KnowledgeService

# Every reading starts the real child process.
pytestmark = pytest.mark.slow

NOW = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
KNOWLEDGE = KnowledgeService()


@pytest.fixture
def intake(tmp_path):
    originals = FolderOriginals((tmp_path / "kept").as_uri())
    return IntakeService(KNOWLEDGE, originals, Limits(), clock=lambda: NOW)


def a_file(tmp_path, text, name="data.csv", encoding="utf-8"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return path


def lines(count=40, form="2025-10-24 {hour:02d}:{minute:02d}", **more):
    chance = random.Random(1)
    return [
        (
            form.format(hour=n // 60, minute=n % 60),
            f"{180 + chance.random():.2f}",
            f"{90 + chance.random():.1f}",
            "NG" if n % 13 == 5 else "OK",
        )
        for n in range(count)
    ]


def a_csv(tmp_path, name="data.csv", encoding="utf-8", head="일시,금형온도(℃),사출압(bar),판정", **more):
    return a_file(tmp_path, "\n".join([head, *(",".join(each) for each in lines(**more))]), name, encoding)


def one(intakes):
    (found,) = intakes
    (table,) = found.tables
    return table


def test_a_plain_file_becomes_an_understood_table(intake, tmp_path):
    path = a_csv(tmp_path, encoding="cp949")
    (found,) = intake.read(path, scope=LOCAL_OWNER)
    (table,) = found.tables
    assert (found.source.name, found.source.encoding, found.source.bytes) == (
        "data.csv",
        "cp949",
        path.stat().st_size,
    )
    assert (table.name, table.kind, table.time, table.header_rows) == ("data", Kind.TIME_SERIES, "일시", (0,))
    assert table.sampling == dt.timedelta(minutes=1)
    assert table.start == dt.datetime(2025, 10, 24, tzinfo=SEOUL)
    assert [column.role for column in table.columns] == [Role.TIME, Role.SIGNAL, Role.SIGNAL, Role.LABEL]
    assert [column.unit for column in table.columns[1:3]] == ["Cel", "bar"]
    assert table.frame.dtypes == [pl.Datetime("us", "UTC"), pl.Float64, pl.Float64, pl.String]
    stats = table.columns[1].stats
    assert (stats.count, stats.nulls, stats.minimum) == (40, 0, table.frame["금형온도(℃)"].min())


def test_the_original_is_kept_once_under_its_digest_for_its_organisation_only(intake, tmp_path):
    path = a_csv(tmp_path)
    (found,) = intake.read(path, scope=LOCAL_OWNER)
    intake.read(path, scope=LOCAL_OWNER)
    originals = FolderOriginals((tmp_path / "kept").as_uri())
    kept = originals.path_of(LOCAL_OWNER, found.source.sha256)
    assert kept.read_bytes() == path.read_bytes()
    assert [each.name for each in kept.parent.iterdir()] == [found.source.sha256]
    with pytest.raises(NotFound, match=r"intake\.no-original"):
        originals.path_of(Scope("other", "someone"), found.source.sha256)
    with pytest.raises(NotFound):
        originals.path_of(LOCAL_OWNER, "../../etc/passwd")


def test_every_step_and_finding_has_its_text(intake, tmp_path):
    rows = [",".join(each) for each in lines()]
    rows[3] = rows[3].replace(rows[3].split(",")[1], "Bad")
    text = "\n".join(
        [
            "사출 생산일지,,,",
            "일시,금형온도,사출압,판정",
            ",(℃),(bar),",
            *rows,
            "합계,7200,3600,",
            "※ 참고,,,",
        ]
    )
    table = one(intake.read(a_file(tmp_path, text), scope=LOCAL_OWNER))
    assert {
        "header.titles",
        "header.units",
        "rows.totals",
        "rows.notes",
        "values.missing.bad-quality",
        "time.read",
    } <= {step.code for step in table.steps}
    for language in ("ko", "en"):
        for step in table.steps:
            assert texts(language).text(f"intake.steps.{step.code}", **step.facts)
        for finding in table.findings:
            assert texts(language).text(f"intake.findings.{finding.code}", **finding.facts)


def test_every_undoable_step_is_left_out_when_asked(tmp_path):
    rows = [",".join(each) for each in lines()]
    rows[4], rows[5] = rows[5], rows[4]
    rows[7] = rows[7].replace(rows[7].split(",")[1], "〃")
    rows[9] = rows[9].replace(rows[9].split(",")[2], "점검")
    rows[11] = rows[11].replace(rows[11].split(",")[1], "182.5℃")
    rows += ["일시,온도,압력,판정", "합계,7000,3600,"]
    (sheet,) = delimited.read(a_file(tmp_path, "\n".join(["일시,온도,압력,판정", *rows])), Limits()).sheets

    def keys(without=()):
        table = understand(sheet, "data", Wishes(without), KNOWLEDGE, NOW, lambda share: None)
        return [step.key for step in table.steps if step.undoable]

    undoable = keys()
    assert {
        "rows.totals",
        "rows.header-again",
        "time.sorted:일시",
        "time.read:일시",
        "values.repeated-above:온도",
        "values.unit:온도",
        "values.missing.not-running:압력",
    } <= set(undoable)
    for key in undoable:
        assert key not in keys((key,))


def test_a_workbook_gives_a_table_per_sheet_and_skips_text(intake, tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("1호기", "2호기"):
            sheet = book.add_worksheet(name)
            sheet.merge_range(0, 0, 0, 3, f"{name} 온도 일지 (2025년)")
            sheet.merge_range(1, 0, 2, 0, "일시")
            sheet.merge_range(1, 1, 1, 2, "온도 (℃)")
            sheet.merge_range(1, 3, 2, 3, "판정")
            sheet.write_row(2, 1, ["상형", "하형"])
            for number, row in enumerate(lines(form="10/24 {hour:02d}:{minute:02d}")):
                sheet.write_row(3 + number, 0, [row[0], float(row[1]), float(row[2]), row[3]])
        book.add_worksheet("안내").write(0, 0, "이 파일은 매일 저장합니다.")
        book.add_worksheet("빈 시트")
    (found,) = intake.read(path, scope=LOCAL_OWNER)
    assert found.source.encoding == "xlsx"
    assert [table.name for table in found.tables] == ["1호기", "2호기"]
    for table in found.tables:
        assert [column.name for column in table.columns] == [
            "일시",
            "온도 (℃) › 상형",
            "온도 (℃) › 하형",
            "판정",
        ]
        assert table.start == dt.datetime(2025, 10, 24, tzinfo=SEOUL)
    steps = {step.code: step.facts for step in found.tables[0].steps}
    assert steps["sheets.skipped"]["names"] == ["안내", "빈 시트"]
    assert steps["time.year-told"]["year"] == "2025"


def test_spreadsheet_dates_serials_and_clocks_are_read(intake, tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        day, clock = book.add_format({"num_format": "yyyy-mm-dd"}), book.add_format({"num_format": "hh:mm"})
        sheet.write_row(0, 0, ["작업일자", "시각", "온도"])
        for number in range(30):
            sheet.write_datetime(1 + number, 0, dt.datetime(2025, 10, 24), day)  # noqa: DTZ001
            sheet.write_datetime(1 + number, 1, dt.time(8, number), clock)
            sheet.write_number(1 + number, 2, 180 + number / 7)
    table = one(intake.read(path, scope=LOCAL_OWNER))
    assert [column.name for column in table.columns] == ["작업일자", "온도"]
    assert table.frame["작업일자"][5] == dt.datetime(2025, 10, 24, 8, 5, tzinfo=SEOUL)
    joined = next(step for step in table.steps if step.code == "time.joined")
    assert one(intake.read(path, scope=LOCAL_OWNER, time="시각")).time == "작업일자"
    apart = one(intake.read(path, scope=LOCAL_OWNER, without=(joined.key,)))
    assert [column.name for column in apart.columns] == ["작업일자", "시각", "온도"]


def test_a_workbook_of_the_old_kind_is_read(intake, tmp_path):
    path = tmp_path / "old.xls"
    path.write_bytes(
        old_workbook([["일시", "온도(℃)", "판정"], *([45954 + n / 24, 180.5 + n, "OK"] for n in range(30))])
    )
    (found,) = intake.read(path, scope=LOCAL_OWNER)
    (table,) = found.tables
    assert (found.source.encoding, table.name, table.time) == ("xls", "데이터", "일시")
    assert table.start == dt.datetime(2025, 10, 24, tzinfo=SEOUL)
    assert table.sampling == dt.timedelta(hours=1)
    assert table.frame["온도(℃)"].to_list() == [180.5 + n for n in range(30)]


def test_digits_of_date_and_time_are_joined(intake, tmp_path):
    rows = [f"20251024,{8 + n // 60}{n % 60:02d}06,{180 + n % 7}.5" for n in range(100)]
    table = one(intake.read(a_file(tmp_path, "\n".join(["date,time,temp", *rows])), scope=LOCAL_OWNER))
    assert [column.name for column in table.columns] == ["date", "temp"]
    assert table.frame["date"][61] == dt.datetime(2025, 10, 24, 9, 1, 6, tzinfo=SEOUL)


def test_parquet_keeps_instants_and_takes_naive_times_as_seoul(intake, tmp_path):
    start = dt.datetime(2025, 10, 24, 6, 5)  # noqa: DTZ001
    naive = pl.datetime_range(start, start + dt.timedelta(minutes=29), "1m", eager=True).alias("t")
    values = pl.Series("v", [float(n % 7) for n in range(30)])
    for name, column in (("naive", naive), ("aware", naive.dt.replace_time_zone("UTC"))):
        pl.DataFrame([column, values]).write_parquet(tmp_path / f"{name}.parquet")
    assert one(intake.read(tmp_path / "aware.parquet", scope=LOCAL_OWNER)).start == dt.datetime(
        2025, 10, 24, 6, 5, tzinfo=dt.UTC
    )
    assert one(intake.read(tmp_path / "naive.parquet", scope=LOCAL_OWNER)).start == dt.datetime(
        2025, 10, 24, 6, 5, tzinfo=SEOUL
    )


@pytest.mark.parametrize("shape", ["lines", "array", "wrapped"])
def test_json_objects_become_rows(intake, tmp_path, shape):
    rows = [{"time": row[0], "temp": float(row[1]), "tag": {"line": 1}, "ok": True} for row in lines()]
    text = {
        "lines": "\n".join(map(json.dumps, rows)),
        "array": json.dumps(rows),
        "wrapped": json.dumps({"data": rows}),
    }[shape]
    table = one(intake.read(a_file(tmp_path, text, "data.json"), scope=LOCAL_OWNER))
    assert [column.name for column in table.columns] == ["time", "temp", "tag.line", "ok"]
    assert (table.time, table.frame.height) == ("time", 40)


def test_a_zip_gives_an_intake_per_data_file_and_names_the_rest(intake, tmp_path):
    path = tmp_path / "all.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(a_csv(tmp_path, "a.csv"), "폴더/1호기.csv")
        archive.write(a_csv(tmp_path, "b.csv", "cp949"), "2호기.csv")
        archive.writestr("설명서.pdf", b"%PDF-1.7 nothing")
        archive.writestr("__MACOSX/._a.csv", b"x")
    first, second = intake.read(path, scope=LOCAL_OWNER)
    assert [each.source.name for each in (first, second)] == ["폴더/1호기.csv", "2호기.csv"]
    assert [each.tables[0].name for each in (first, second)] == ["1호기", "2호기"]
    assert [each.facts["names"] for each in first.tables[0].findings if each.code == "archive.left-out"] == [
        ["설명서.pdf"]
    ]


def test_a_wrong_ending_is_told_and_the_content_is_followed(intake, tmp_path):
    table = one(intake.read(a_csv(tmp_path, "data.xlsx"), scope=LOCAL_OWNER))
    assert table.steps[0].code == "file.other-format"


def test_personal_data_are_covered_everywhere(intake, tmp_path):
    rows = [
        f"{row[0]},{row[1]},{row[2]},박진우,010-1234-5678,900101-1234567,교대 인수 01098765432 확인"
        for row in lines()
    ]
    text = "\n".join(["일시,온도,압력,작업자,연락처,주민번호,비고", *rows])
    table = one(intake.read(a_file(tmp_path, text), scope=LOCAL_OWNER))
    shown = str(table.frame.rows()) + str(table.steps) + str(table.findings)
    for secret in ("박진우", "1234-5678", "1234567", "98765432"):
        assert secret not in shown
    assert table.frame["작업자"][0] == "박○우"
    assert table.frame["연락처"][0] == "010-****-5678"
    assert table.frame["주민번호"][0] == "900101-*******"
    assert "010-****-5432" in table.frame["비고"][0]
    assert {"personal.masked", "personal.text-masked"} <= {step.code for step in table.steps}


def test_the_users_columns_win_and_unknown_ones_are_named(intake, tmp_path):
    path = a_file(
        tmp_path,
        "\n".join(
            [
                "시작,종료,온도,등급",
                *(f"2025-10-24 {n:02d}:00,2025-10-24 {n:02d}:30,{n},{n % 2}" for n in range(23)),
            ]
        ),
    )
    assert one(intake.read(path, scope=LOCAL_OWNER)).time == "시작"
    table = one(intake.read(path, scope=LOCAL_OWNER, time="종료", label="등급"))
    assert table.time == "종료"
    assert table.named(Role.LABEL) == ("등급",)
    assert table.frame["등급"].dtype == pl.Float64
    table = one(intake.read(path, scope=LOCAL_OWNER, time="온도"))
    assert [each.column for each in table.findings if each.code == "time.not-a-time"] == ["온도"]
    with pytest.raises(Invalid, match=r"intake\.no-such-column") as refused:
        intake.read(path, scope=LOCAL_OWNER, label="판정")
    assert refused.value.facts["known"] == ["시작", "종료", "온도", "등급"]


def test_progress_comes_at_once_and_steadily(intake, tmp_path):
    path = a_csv(tmp_path)
    told = []
    begun = stopwatch.monotonic()
    intake.read(
        path,
        scope=LOCAL_OWNER,
        progress=lambda share, code: told.append((stopwatch.monotonic() - begun, share, code)),
    )
    assert told[0][0] < 0.3
    assert (told[0][2], told[-1][1:]) == ("checking", (1.0, "done"))
    shares = [share for _, share, _ in told]
    assert shares == sorted(shares)
    assert all(f"intake.progress.{code}" in texts("ko") for _, _, code in told)


def test_truncated_times_are_an_event_log_without_time(intake, tmp_path):
    rows = [f"Case {n // 5},{('선삭', '연삭', '검사')[n % 3]},{n % 60:02d}:00.0,{n}" for n in range(60)]
    table = one(
        intake.read(
            a_file(tmp_path, "\n".join(["Case ID,Activity,Start Timestamp,Qty", *rows])), scope=LOCAL_OWNER
        )
    )
    assert (table.kind, table.time) == (Kind.EVENT_LOG, None)
    assert [(each.code, each.rows) for each in table.findings] == [("time.truncated", 60)]


def test_every_refusal_has_a_message_and_a_next_step(intake, tmp_path):
    with pytest.raises(Problem) as refused:
        intake.read(a_file(tmp_path, "", "빈파일.csv"), scope=LOCAL_OWNER)
    message, hint = texts("ko").problem(refused.value)
    assert "빈파일.csv" in message
    assert hint
