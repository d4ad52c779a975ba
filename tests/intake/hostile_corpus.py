"""All hostile files: made by code with fixed seeds, none of them kept."""

import json
import random

from intake import hostile_archives, hostile_workbooks
from intake.hostile_files import CSV, Hostile, content

_NO_TABLE = ("intake.no-table", "intake.unreadable", "intake.encoding", "intake.unsupported")
_ROWS = [{"t": f"2025-10-24 {n:02d}:00", "v": n} for n in range(20)]


def _small_limit(what: str, file_name: str, made: bytes, code: str, **lowered: int) -> Hostile:
    return Hostile(what, file_name, lambda path: path.write_bytes(made), (code,), False, lowered)


def _lines(rows: list) -> bytes:
    return "\n".join(json.dumps(each) for each in rows).encode()


def _numbers() -> bytes:
    evil = [
        "1e400",
        "-1e400",
        "1e-400",
        "9" * 400,
        "0." + "9" * 400,
        "1e999999",
        "0x1F",
        "1_000",
        "∞",
        "١٢٣",
        "1,,2",
        "--5",
        "NaN",
    ]
    return b"a,b\n" + "".join(f'"{evil[n % len(evil)]}",{n}\n' for n in range(200)).encode()


def _times() -> bytes:
    evil = [
        "99999-01-01",
        "0000-00-00",
        "2025-13-45 99:99",
        "-2025-01-01",
        "9999-12-31 23:59:59",
        "1900-01-00",
        "2025-02-30",
        "99999999999999",
    ]
    return "일시,온도\n".encode() + "".join(f"{evil[n % len(evil)]},{n}\n" for n in range(200)).encode()


def _formulas() -> bytes:
    evil = ["=cmd|'/c calc'!A1", "+1+cmd", "-2+3", "@SUM(A1)", "=1+1"]
    return "비고,온도\n".encode() + "".join(f"{evil[n % len(evil)]},{n}\n" for n in range(100)).encode()


def _mixed() -> bytes:
    return b"".join(f"온도,{n},압력\n".encode("utf-8" if n % 2 else "cp949") for n in range(200))


def _noise(seed: int) -> bytes:
    return random.Random(seed).randbytes(20_000)


_TEXTS: tuple[Hostile, ...] = (
    content("Windows program as CSV", "a.csv", b"MZ\x90\0\x03" + bytes(400), "intake.unsupported"),
    content("Linux program as workbook", "a.xlsx", b"\x7fELF\x02\x01\x01" + bytes(400), "intake.unsupported"),
    content("picture as CSV", "b.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "intake.unsupported"),
    content("PDF as workbook", "b.xlsx", b"%PDF-1.7\n1 0 obj\n", "intake.unsupported"),
    content(
        "page with a script as old workbook",
        "a.xls",
        b"<html><script>alert(1)</script><table><tr><td>1</table>",
        "intake.unsupported",
    ),
    content(
        "XML with an outside entity",
        "c.csv",
        b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><x>&e;</x>',
        "intake.unsupported",
    ),
    content("SQLite as parquet", "a.parquet", b"SQLite format 3\0" + bytes(500), "intake.unsupported"),
    content("gzip as CSV", "d.csv", b"\x1f\x8b\x08\0" + bytes(100), "intake.unsupported"),
    content("noise", "noise.csv", lambda: _noise(3), "intake.unsupported"),
    content("noise of another seed", "noise.bin", lambda: _noise(4), "intake.unsupported"),
    content("NUL bytes alone", "nul.csv", bytes(10_000), *_NO_TABLE, "intake.empty"),
    content("NUL bytes between fields", "nul2.csv", CSV.replace(b",", b",\0", 3), may_be_read=True),
    content(
        "10⁶ columns",
        "wide.csv",
        lambda: b",".join(b"c%d" % n for n in range(10**6)) + b"\n" + b"1," * 10**6,
        "intake.too-many-columns",
    ),
    content(
        "1,500 columns",
        "wide2.csv",
        lambda: b"\n".join(b",".join(b"%d" % (n + row) for n in range(1_500)) for row in range(4)),
        may_be_read=True,
    ),
    content(
        "second row of 10⁶ columns",
        "ragged.csv",
        lambda: b'a,"b"\n1,2\n' + b"1," * 10**6 + b'"',
        "intake.too-many-columns",
        may_be_read=True,
    ),
    content(
        "10⁶ columns beyond the first 2 MB",
        "late.csv",
        lambda: b'a,"b\n' + b"1,2\n" * 600_000 + b"1," * 10**6,
        "intake.too-many-columns",
        "intake.no-table",
        may_be_read=True,
    ),
    content(
        "column names that are program words",
        "words.csv",
        b"__proto__,constructor,,\n" + b"1,2,3,4\n" * 30,
        may_be_read=True,
    ),
    content(
        "a column name of 10⁵ letters", "name.csv", b"x" * 100_000 + b",b\n" + b"1,2\n" * 30, may_be_read=True
    ),
    content(
        "1,500 columns of one name",
        "same.csv",
        lambda: b",".join([b"a"] * 1_500) + b"\n" + (b",".join([b"1"] * 1_500) + b"\n") * 4,
        may_be_read=True,
    ),
    content(
        "markup as column names",
        "markup.csv",
        b"<script>alert(1)</script>,<img src=x onerror=y>\n" + b"1,2\n" * 30,
        may_be_read=True,
    ),
    content(
        "names with placeholders",
        "braces.csv",
        b"{name},{0.__class__},%s\n" + b"1,2,3\n" * 30,
        "intake.unreadable",
        may_be_read=True,
    ),
    content(
        "quotes that never close", "quotes.csv", b'a,b\n"' + b'1,"2\n' * 5_000, *_NO_TABLE, may_be_read=True
    ),
    content("only quotes", "quotes2.csv", b'"' * 100_001, *_NO_TABLE, "intake.empty", may_be_read=True),
    content(
        "one field of 12 MB",
        "field.csv",
        lambda: b'a,"b\n' + b"1" * 12_000_000,
        *_NO_TABLE,
        "intake.too-large-to-read",
        may_be_read=True,
    ),
    content(
        "text without a delimiter",
        "prose.txt",
        ("오늘은 압력이 높아 보입니다. " * 50 + "\n").encode() * 40,
        *_NO_TABLE,
        may_be_read=True,
    ),
    content("mixed encodings", "mixed.csv", _mixed, *_NO_TABLE, may_be_read=True),
    content(
        "lone surrogates in UTF-16",
        "half.csv",
        b"\xff\xfe" + "a,b\n1,2\n3,4\n".encode("utf-16-le") + b"\x00\xd8\n\0" * 5,
        *_NO_TABLE,
        may_be_read=True,
    ),
    content(
        "lone surrogates in UTF-8",
        "half8.csv",
        b"a,b\n" + b"\xed\xa0\x80,1\n" * 30,
        *_NO_TABLE,
        may_be_read=True,
    ),
    content(
        "byte-order marks in the middle", "marks.csv", CSV.replace(b"\n", b"\n\xef\xbb\xbf"), may_be_read=True
    ),
    content(
        "UTF-16 of odd length",
        "odd.csv",
        b"\xff\xfe" + CSV.decode().encode("utf-16-le")[:-1],
        may_be_read=True,
    ),
    content(
        "UTF-32 with impossible characters",
        "wide32.csv",
        b"\xff\xfe\0\0" + b"\xff\xff\xff\xff" * 500,
        *_NO_TABLE,
        "intake.empty",
        may_be_read=True,
    ),
    content(
        "right-to-left and invisible marks",
        "marks2.csv",
        "\u202eemit\u202c,te\u200bmp\n".encode() + b"1,2\n" * 30,
        may_be_read=True,
    ),
    content("formula injection", "formulas.csv", _formulas, may_be_read=True),
    content("numbers far out", "numbers.csv", _numbers, may_be_read=True),
    content("dates far out", "times.csv", _times, may_be_read=True),
    content(
        "spreadsheet and epoch numbers far out",
        "epochs.csv",
        b"time,v\n" + b"".join(b"%d,%d\n" % (10**18 * n, n) for n in range(1, 60)),
        may_be_read=True,
    ),
    content(
        "patterns that make careless ones slow",
        "slow.csv",
        lambda: b"date,v\n" + (b"1" * 50 + b" " * 5_000 + b"x,2025-" + b"0" * 3_000 + b"!\n") * 300,
        *_NO_TABLE,
        may_be_read=True,
    ),
    content(
        "full stops and commas without end",
        "dots.csv",
        lambda: b"a;b\n" + (b"1." * 5_000 + b";" + b"1," * 5_000 + b"\n") * 100,
        *_NO_TABLE,
        may_be_read=True,
    ),
    content("10⁶ blank lines", "lines.csv", b"a,b\n1,2\n" + b"\n" * 10**6 + b"3,4\n" * 9, may_be_read=True),
    content(
        "200,000 rows of quotes and commas",
        "mess.csv",
        lambda: b'","\n' * 200_000,
        *_NO_TABLE,
        may_be_read=True,
    ),
    _small_limit(
        "a line over the limit",
        "line.csv",
        b"a,b\n" + b"1" * 2_000_000,
        "intake.too-large",
        file_bytes=1_000_000,
    ),
    _small_limit(
        "more cells than allowed",
        "cells.csv",
        b"a,b\n" + b"1,2\n" * 10_000,
        "intake.too-many-cells",
        cells=10_000,
    ),
    _small_limit(
        "more memory than allowed",
        "memory.csv",
        b"a,b\n" + b"1.5,2.5\n" * 3_000_000,
        "intake.too-large-to-read",
        memory_bytes=700_000_000,
    ),
)

_JSON: tuple[Hostile, ...] = (
    content("objects 10⁵ deep", "deep.json", b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "intake.unreadable"),
    content(
        "lists 10⁵ deep in a line",
        "deep.jsonl",
        _lines(_ROWS) + b'\n{"v":' + b"[" * 100_000,
        "intake.unreadable",
        may_be_read=True,
    ),
    content(
        "objects 900 deep",
        "deep9.jsonl",
        (b'{"a":' * 900 + b"1" + b"}" * 900 + b"\n") * 20,
        "intake.unreadable",
        may_be_read=True,
    ),
    content(
        "numbers far out in JSON",
        "far.jsonl",
        b'{"t":1,"v":1e999999}\n{"t":2,"v":-1e400}\n{"t":3,"v":1}\n' * 9,
        may_be_read=True,
    ),
    content(
        "whole numbers of 10⁴ digits",
        "digits.jsonl",
        (b'{"t":1,"v":' + b"9" * 10_000 + b"}\n") * 9,
        "intake.unreadable",
        may_be_read=True,
    ),
    content(
        "NaN as JSON writes it not",
        "nan.jsonl",
        b'{"t":1,"v":NaN,"w":Infinity}\n{"t":2,"v":2,"w":-Infinity}\n' * 9,
        may_be_read=True,
    ),
    content("keys that come twice", "twice.jsonl", b'{"v":1,"v":2,"t":3}\n' * 30, may_be_read=True),
    content(
        "10⁶ keys",
        "keys.json",
        lambda: json.dumps([{f"k{n}": n for n in range(10**6)}]).encode(),
        "intake.too-many-columns",
    ),
    content(
        "new keys in every line",
        "keys.jsonl",
        lambda: _lines([{f"k{n}": n} for n in range(20_000)]),
        "intake.too-many-columns",
    ),
    content(
        "keys with escaped surrogates",
        "half.jsonl",
        b'{"\\ud800":1,"v":"\\udfff"}\n' * 30,
        "intake.unreadable",
        may_be_read=True,
    ),
    content(
        "keys with NUL", "nul.jsonl", b'{"\\u0000run":1,"":2,"__proto__":{"x":1}}\n' * 30, may_be_read=True
    ),
    content(
        "lists instead of numbers",
        "lists.jsonl",
        _lines([{"v": [[[1]]] * 50, "t": n} for n in range(40)]),
        may_be_read=True,
    ),
    content("broken lines", "broken.jsonl", b'{"a":1}\n' + b"{]\n" * 50, "intake.unreadable"),
    content("an object of nothing", "nothing.json", b"{}", "intake.no-table"),
    content("a list of lists", "lists.json", b"[[1,2],[3,4]]", *_NO_TABLE, may_be_read=True),
)

FILES: tuple[Hostile, ...] = (*hostile_archives.FILES, *hostile_workbooks.FILES, *_TEXTS, *_JSON)
"""Every file of the corpus; `what` is unique."""
