"""Files that want to do harm, or cannot be what they say: refused quickly, with a reason."""

import random
import struct
import time
import zipfile
import zlib

import pytest
import xlsxwriter

from jejo.accounts.domain import LOCAL_OWNER
from jejo.intake.domain.archive import Entry, check_entries
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.kernel.errors import Invalid, NotFound, Problem
from jejo.kernel.texts import texts
from jejo.knowledge.service import KnowledgeService

# Every reading starts the real child process.
pytestmark = pytest.mark.slow

CSV = b"time,temp\n" + b"".join(b"2025-10-24 %02d:00,%d\n" % (n, n) for n in range(20))


def read(path, tmp_path, limits=None):
    service = IntakeService(
        KnowledgeService(), FolderOriginals((tmp_path / "kept").as_uri()), limits or Limits()
    )
    return service.read(path, scope=LOCAL_OWNER)


def refused(path, tmp_path, code, limits=None):
    begun = time.monotonic()
    with pytest.raises(Problem) as problem:
        read(path, tmp_path, limits)
    assert problem.value.code == code
    assert all(texts("ko").problem(problem.value))
    assert not list((tmp_path / "kept").rglob("*"))
    return time.monotonic() - begun


def a_zip(tmp_path, entries, name="all.zip"):
    path = tmp_path / name
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for entry, content in entries.items():
            archive.writestr(entry, content)
    return path


def a_file(tmp_path, content, name="data.csv"):
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.csv", b"", "intake.empty"),
        ("a.csv", b"  \n\n \t\n", "intake.empty"),
        ("a.csv", b"\xef\xbb\xbf", "intake.empty"),
        ("a.csv", b"temp,press,speed\n", "intake.no-table"),
        ("a.csv", "제목만 있는 파일".encode(), "intake.no-table"),
        ("a.csv", b"MZ\x90\x00\x03\x00\x00\x00" + bytes(200), "intake.unsupported"),
        ("a.csv", b"\x7fELF" + bytes(range(256)), "intake.unsupported"),
        ("a.pdf", b"%PDF-1.7\n...", "intake.unsupported"),
        ("a.xls", b"<html><table><tr><td>1</td></tr></table></html>", "intake.unsupported"),
        (
            "a.xls",
            b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
            "intake.unsupported",
        ),
        ("a.gz", zlib.compress(b"x" * 100, wbits=31), "intake.unsupported"),
        ("a.xlsx", b"PK\x03\x04 broken", "intake.unreadable"),
        ("a.parquet", b"PAR1" + bytes(range(256)) + b"PAR1", "intake.unreadable"),
        (
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le") + bytes(600),
            "intake.unreadable",
        ),
        (
            "a.xlsx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(600),
            "intake.password",
        ),
        ("a.jsonl", b"{" * 5000, "intake.unreadable"),
        ("a.json", b"[" + b'{"a":' * 100_000, "intake.unreadable"),
        ("a.json", b"[]", "intake.no-table"),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(tmp_path, name, content, code):
    refused(a_file(tmp_path, content, name), tmp_path, code)


@pytest.mark.parametrize(
    ("entries", "code"),
    [
        ({"../outside.csv": CSV}, "intake.entry-name"),
        ({"/etc/cron.d/x": CSV}, "intake.entry-name"),
        ({"a/../../b.csv": CSV}, "intake.entry-name"),
        ({"..\\b.csv": CSV}, "intake.entry-name"),
        ({"C:/b.csv": CSV}, "intake.entry-name"),
        ({"a.csv": b"0" * 3_000_000}, "intake.bomb"),
        ({f"{n}.csv": b"" for n in range(2_001)}, "intake.too-many-entries"),
        ({"inner.zip": b"PK\x03\x04"}, "intake.unreadable"),
        ({"picture.png": b"\x89PNG\r\n"}, "intake.unsupported"),
        ({}, "intake.empty"),
    ],
)
def test_a_dangerous_archive_is_refused_before_it_is_unpacked(tmp_path, entries, code):
    assert refused(a_zip(tmp_path, entries), tmp_path, code) < 2


def test_an_archive_in_an_archive_is_refused(tmp_path):
    inner = a_zip(tmp_path, {"a.csv": CSV}, "inner.zip").read_bytes()
    refused(a_zip(tmp_path, {"a.csv": CSV, "inner.zip": inner}), tmp_path, "intake.nested-archive")


def test_an_archive_that_lies_about_its_sizes_is_refused(tmp_path):
    content = bytearray(a_zip(tmp_path, {"a.csv": CSV}).read_bytes())
    # Size fields of the local header and of the directory: 10 bytes instead of what comes out.
    directory = content.index(b"PK\x01\x02")
    for place in (22, directory + 24):
        content[place : place + 4] = struct.pack("<I", 10)
    path = a_file(tmp_path, bytes(content), "lies.zip")
    with pytest.raises(Invalid):
        read(path, tmp_path)


def test_a_protected_entry_is_refused(tmp_path):
    content = bytearray(a_zip(tmp_path, {"a.csv": CSV}).read_bytes())
    directory = content.index(b"PK\x01\x02")
    content[6] |= 1
    content[directory + 8] |= 1
    refused(a_file(tmp_path, bytes(content), "locked.zip"), tmp_path, "intake.password")


def test_a_workbook_bomb_is_refused_before_any_parser(tmp_path):
    path = a_zip(
        tmp_path,
        {
            "[Content_Types].xml": "<x/>",
            "xl/workbook.xml": "<x/>",
            "xl/worksheets/sheet1.xml": b" " * 30_000_000,
        },
        "a.xlsx",
    )
    assert refused(path, tmp_path, "intake.bomb") < 2


def test_entity_attacks_inside_a_workbook_reach_nothing(tmp_path):
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        for number in range(20):
            sheet.write_row(number, 0, ["temp", "press"] if not number else [number, number * 2])
    evil = tmp_path / "evil.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(evil, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/sharedStrings.xml":
                content = (
                    b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
                    b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="2" uniqueCount="2">'
                    b"<si><t>&x;</t></si><si><t>press</t></si></sst>"
                )
            target.writestr(name, content)
    try:
        (found,) = read(evil, tmp_path)
    except Invalid:
        return
    assert "root:" not in str(found.tables)


def test_too_little_memory_is_told(tmp_path):
    path = a_file(tmp_path, b"a,b\n" + b"1.5,2.5\n" * 4_000_000)
    refused(path, tmp_path, "intake.too-large-to-read", Limits(memory_bytes=700_000_000))


def test_a_file_over_the_limit_is_told(tmp_path):
    refused(a_file(tmp_path, CSV), tmp_path, "intake.too-large", Limits(file_bytes=100))
    refused(a_file(tmp_path, CSV), tmp_path, "intake.too-many-cells", Limits(cells=10))


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(NotFound, match=r"intake\.no-file"):
        read(tmp_path / "none.csv", tmp_path)


def test_totals_of_an_archive_are_limited():
    with pytest.raises(Invalid, match="too-large"):
        check_entries("a.zip", [Entry(f"{n}.csv", 2_000_000, 190_000_000) for n in range(3)], Limits())


@pytest.mark.parametrize("magic", [b"", b"PK\x03\x04", b"PAR1", b"\xd0\xcf\x11\xe0", b"{", b"[{"])
def test_random_bytes_behind_any_magic_are_refused(tmp_path, magic):
    path = a_file(tmp_path, magic + random.Random(5).randbytes(800), "noise.bin")
    with pytest.raises(Problem) as problem:
        read(path, tmp_path)
    assert all(texts("en").problem(problem.value))
