"""Laws: whatever the bytes, the answer is a table or a Problem, never anything else."""

import datetime as dt
import tempfile
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from jejo.intake.domain.columns import UTC_TIME
from jejo.intake.domain.dates import Context, read_times
from jejo.intake.domain.encoding import decode
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.personal import mask_free_text, mask_name
from jejo.intake.domain.raw import Sheet
from jejo.intake.domain.table import Role
from jejo.intake.domain.understanding import Wishes, understand
from jejo.intake.domain.values import read_values
from jejo.intake.readers.delimited import plugin as delimited
from jejo.intake.readers.excel import plugin as excel
from jejo.intake.readers.json_lines import plugin as json_lines
from jejo.intake.readers.parquet import plugin as parquet
from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Problem
from jejo.kernel.texts import texts
from jejo.knowledge.service import KnowledgeService

NOW = dt.datetime(2025, 12, 1, tzinfo=dt.UTC)
KNOWLEDGE = KnowledgeService()
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

CELLS = st.one_of(
    st.none(),
    st.sampled_from(
        [
            "온도",
            "일시",
            "판정",
            "OK",
            "NG",
            "-",
            "Bad",
            "〃",
            '"',
            "합계",
            "(℃)",
            "1,234",
            "(5)",
            "182.4℃",
            "12,5",
            "2025-10-24 15:05",
            "10/24",
            "24:00",
            "24:00.0",
            "20251024",
            "20251024150509",
            "45954.5",
            "1e999",
            "NaN",
            "inf",
            "１２",
            "박진우",
            "010-1234-5678",
        ]
    ),
    st.floats(allow_nan=True).map(str),
    st.integers().map(str),
    st.dates().map(str),
    st.text(max_size=12).filter(lambda text: all(not 0xD800 <= ord(each) < 0xE000 for each in text)),
)
GRIDS = st.integers(1, 6).flatmap(
    lambda width: st.lists(st.lists(CELLS, min_size=width, max_size=width), min_size=1, max_size=30)
)


def check(table):
    if table is None:
        return
    assert tuple(table.frame.columns) == tuple(column.name for column in table.columns)
    assert len(set(table.frame.columns)) == table.frame.width
    for column in table.columns:
        kind = table.frame[column.name].dtype
        assert kind in (pl.String, pl.Float64, UTC_TIME)
        if column.role is Role.SIGNAL:
            assert kind == pl.Float64
    for item, place in [
        *((each, "steps") for each in table.steps),
        *((each, "findings") for each in table.findings),
    ]:
        assert texts("ko").text(f"intake.{place}.{item.code}", **item.facts)
    if table.time is not None:
        assert table.frame[table.time].dtype == UTC_TIME


@QUICK
@given(GRIDS)
@example([["일시", "온도"], ["2025-10-24", "1"], ["〃", "2"]])
@example([["0", "0"], ["0", "0"], ["0", "0"]])
def test_any_grid_is_understood_or_is_no_table(rows):
    frame = pl.DataFrame(rows, schema={f"c{n}": pl.String for n in range(len(rows[0]))}, orient="row")
    check(understand(Sheet("시트", frame), "파일", Wishes(), KNOWLEDGE, NOW, lambda share: None))


@QUICK
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(content):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(content)
        for reader in (delimited, json_lines, excel, parquet):
            try:
                raw = reader.read(path, Limits())
            except Problem:
                continue
            for sheet in raw.sheets:
                check(understand(sheet, "x", Wishes(), KNOWLEDGE, NOW, lambda share: None))


@QUICK
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=400))
def test_any_text_is_read_or_refused(text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_bytes(text.encode())
        for reader in (delimited, json_lines):
            try:
                raw = reader.read(path, Limits())
            except Problem:
                continue
            for sheet in raw.sheets:
                check(understand(sheet, "x", Wishes(), KNOWLEDGE, NOW, lambda share: None))


@QUICK
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), min_size=1))
def test_utf8_text_comes_back(text):
    if "\0" not in text and not text.startswith("\ufeff"):
        assert decode(text.encode()).text == text


@QUICK
@given(st.lists(st.floats(-1e12, 1e12, allow_subnormal=False), min_size=1, max_size=20))
def test_written_numbers_come_back(numbers):
    values = read_values(
        pl.Series("v", [repr(each) for each in numbers]), decimal_comma=False, without=()
    ).values
    assert [float(each) for each in values] == numbers


@QUICK
@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=20))
def test_thousands_come_back(numbers):
    values = read_values(
        pl.Series("v", [f"{each:,}" for each in numbers]), decimal_comma=False, without=()
    ).values
    assert values.to_list() == numbers


@QUICK
@given(
    st.datetimes(dt.datetime(2000, 1, 1), dt.datetime(2040, 1, 1)),  # noqa: DTZ001
    st.sampled_from(
        [
            "%Y-%m-%d %H:%M:%S",
            "%Y.%m.%d %H:%M:%S",
            "%Y/%m/%d %I:%M:%S %p",
            "%Y년 %m월 %d일 %H시 %M분 %S초",
            "%Y%m%d%H%M%S",
            "%d-%b-%Y %H:%M:%S",
        ]
    ),
)
def test_written_moments_come_back(moment, form):
    moment = moment.replace(microsecond=0)
    times = read_times(pl.Series("일시", [moment.strftime(form)]), Context(None, NOW))
    assert times.values[0] == moment.replace(tzinfo=SEOUL)


@QUICK
@given(st.text(min_size=1, max_size=10))
def test_a_masked_name_hides_its_middle(name):
    masked = mask_name(name)
    assert len(masked) == max(len(name), 1)
    assert len(name) < 2 or masked != name or set(name) <= {"○", " "}


@QUICK
@given(
    st.text(max_size=20),
    st.sampled_from(["010-9876-5432", "01098765432", "010 9876 5432", "900101-1987654"]),
    st.text(max_size=20),
)
@example("연락처", "010-9876-5432", "로 주세요")
@example("900101-1234567/", "010-9876-5432", "/010-9876-5433")
def test_a_personal_number_never_survives_in_text(before, number, after):
    cell = f"{before}{number}{after}"
    assume(
        (not before[-1:].isdecimal() and not after[:1].isdecimal() and not cell.isascii())
        or not (before + after)
    )
    covered, count = mask_free_text(pl.Series("비고", [cell]))
    assert count == 1
    assert "987" not in covered[0].replace(before, "", 1)
