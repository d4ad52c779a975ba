"""Hostile workbooks, new and old."""

import struct
from collections.abc import Mapping

from intake.hostile_files import (
    Hostile,
    archive,
    content,
    deflated,
    number_rows,
    sheet_xml,
    text_cell,
    workbook_parts,
    zipped,
)
from intake.old_workbook import old_workbook

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SHEET = "xl/worksheets/sheet1.xml"
_XXE = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY l0 "ha">'
    + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    + '<!ENTITY e "&l11;">]>'
)
_UNREADABLE = ("intake.unreadable", "intake.no-table")


def book(sheet: bytes, more: Mapping[str, bytes] | None = None, **others: bytes) -> bytes:
    """Return a workbook of one sheet."""
    return zipped({**workbook_parts(sheet, **others), **(more or {})})


def _grown(told: int | None, times: int = 130) -> bytes:
    """A sheet of 650 MB; `told`: the size its directory tells instead."""
    start = sheet_xml(number_rows()).partition(b"</sheetData>")[0]
    row = b"<row>" + b"<c><v>1.5</v></c>" * 100 + b"</row>"
    block = row * (5_000_000 // len(row))
    parts: list = [
        (name, *deflated(each), None) for name, each in workbook_parts(b"").items() if name != _SHEET
    ]
    packed, size, crc = deflated(block, times, start)
    parts.append((_SHEET, packed, told or size, crc, None))
    return archive(parts)


def _entity(where: str, definition: str) -> bytes:
    if where == "sheet":
        rows = f'<row r="1">{text_cell("A1", "&e;")}{text_cell("B1", "press")}</row>' + number_rows(2)
        return book(sheet_xml(rows, before=definition))
    if where == "strings":
        strings = f'<?xml version="1.0"?>{definition}<sst><si><t>&e;</t></si></sst>'.encode()
        rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>' + number_rows(2)
        return book(sheet_xml(rows), strings=strings)
    usual = workbook_parts(b"")["xl/workbook.xml"].replace(b'name="S"', b'name="&e;"')
    return book(sheet_xml(number_rows()), workbook=definition.encode() + usual)


def _formulas() -> bytes:
    evil = [
        "=cmd|'/c calc'!A1",
        "+1+1",
        "-2+3",
        "@SUM(1)",
        '=HYPERLINK("http://x.invalid","y")',
        "\t=1+1",
        "=1+1",
    ]
    rows = f'<row r="1">{text_cell("A1", "note")}{text_cell("B1", "temp")}</row>'
    for row in range(2, 30):
        text = evil[row % len(evil)].replace('"', "&quot;")
        rows += f'<row r="{row}">{text_cell(f"A{row}", text)}<c r="B{row}"><f>WEBSERVICE("http://x.invalid")</f><v>{row}</v></c></row>'
    return book(sheet_xml(rows))


def _far(place: str) -> bytes:
    digits = place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return book(sheet_xml(f'{number_rows()}<row r="{digits}"><c r="{place}"><v>1</v></c></row>'))


def _wide(count: int) -> bytes:
    cells = "<c><v>1</v></c>" * count
    return book(sheet_xml(f'<row r="1">{cells}</row><row r="2">{cells}</row><row r="3">{cells}</row>'))


def _merged(count: int) -> bytes:
    ranges = "".join(f'<mergeCell ref="A{n}:A{n + 1}"/>' for n in range(1, 2 * count, 2))
    return book(sheet_xml(number_rows(), f'<mergeCells count="{count}">{ranges}</mergeCells>'))


def _overlapping_merges() -> bytes:
    ranges = "".join(f'<mergeCell ref="A{n}:A1048576"/>' for n in range(2, 20_000))
    return book(sheet_xml(number_rows(count=5_000), f"<mergeCells>{ranges}</mergeCells>"))


def _locked() -> bytes:
    return (
        _OLE
        + bytes(500)
        + "EncryptedPackage".encode("utf-16-le")
        + bytes(500)
        + "EncryptionInfo".encode("utf-16-le")
    )


def _many_sheets(count: int) -> bytes:
    usual = workbook_parts(b"")["xl/workbook.xml"].decode()
    sheets = "".join(f'<sheet name="S{n}" sheetId="{n + 1}" r:id="r1"/>' for n in range(count))
    first, last = usual.index("<sheet "), usual.index("</sheets>")
    return book(sheet_xml(number_rows()), workbook=(usual[:first] + sheets + usual[last:]).encode())


def _old() -> bytes:
    return old_workbook([["temp", "press"], *([float(n), float(n * 2)] for n in range(30))])


def _old_far() -> bytes:
    """A record of the old kind at row 65,535, column 65,535."""
    usual = _old()
    place = struct.pack("<HHHHH", 0x0203, 14, 2, 0, 0)
    return usual.replace(place, struct.pack("<HHHHH", 0x0203, 14, 65_535, 65_535, 0))


_READ = sheet_xml(number_rows())
_LINK = {
    "xl/externalLinks/externalLink1.xml": b'<externalLink><externalBook r:id="r1"/></externalLink>',
    "xl/externalLinks/_rels/externalLink1.xml.rels": b'<Relationships><Relationship Id="r1" TargetMode="External" Target="file:///etc/passwd"/></Relationships>',
}

FILES: tuple[Hostile, ...] = (
    content(
        "workbook that grows to 650 MB", "grow.xlsx", lambda: _grown(None), "intake.bomb", "intake.too-large"
    ),
    content(
        "workbook of 650 MB that tells 9 kB",
        "lies.xlsx",
        lambda: _grown(9_000),
        "intake.bomb",
        "intake.unreadable",
    ),
    content(
        "workbook of 60 MB that tells 9 kB",
        "lies2.xlsx",
        lambda: _grown(9_000, 12),
        "intake.bomb",
        "intake.unreadable",
    ),
    content(
        "blanks of 60 MB in a workbook",
        "blank.xlsx",
        lambda: book(_READ, {"xl/media/a.bin": b" " * 60_000_000}),
        "intake.bomb",
    ),
    content(
        "10⁶ columns in a workbook",
        "wide.xlsx",
        lambda: _wide(10**6),
        "intake.bomb",
        "intake.unreadable",
        "intake.too-many-columns",
    ),
    content(
        "16,384 columns in a workbook",
        "wide2.xlsx",
        lambda: _wide(16_384),
        "intake.bomb",
        "intake.too-many-columns",
    ),
    content(
        "10⁶ merged ranges", "merged.xlsx", lambda: _merged(10**6), "intake.too-many-merges", "intake.bomb"
    ),
    content("20,000 merged ranges over each other", "merged2.xlsx", _overlapping_merges, may_be_read=True),
    content(
        "a cell at XFD1048576",
        "far.xlsx",
        lambda: _far("XFD1048576"),
        "intake.too-large-to-read",
        "intake.too-many-cells",
    ),
    content(
        "a cell at XFD4000",
        "far2.xlsx",
        lambda: _far("XFD4000"),
        "intake.too-large-to-read",
        "intake.too-many-cells",
        "intake.too-many-columns",
    ),
    content(
        "a cell at ZZ60000", "far3.xlsx", lambda: _far("ZZ60000"), "intake.too-many-cells", may_be_read=True
    ),
    content(
        "a cell at A1048576", "deep.xlsx", lambda: _far("A1048576"), "intake.too-many-cells", may_be_read=True
    ),
    content(
        "a cell at ZZZZZZZ1",
        "column.xlsx",
        lambda: _far("ZZZZZZZ1"),
        *_UNREADABLE,
        "intake.too-many-cells",
        "intake.too-large-to-read",
        "intake.too-many-columns",
    ),
    content(
        "a cell at A99999999999",
        "row.xlsx",
        lambda: _far("A99999999999"),
        *_UNREADABLE,
        "intake.too-many-cells",
        "intake.too-large-to-read",
    ),
    content("external links", "links.xlsx", lambda: book(_READ, _LINK), may_be_read=True),
    content(
        "macros",
        "macro.xlsm",
        lambda: book(_READ, {"xl/vbaProject.bin": _OLE + bytes(2_000)}),
        may_be_read=True,
    ),
    *(
        content(
            f"{kind} in {where}",
            f"{where}.xlsx",
            lambda where=where, text=text: _entity(where, text),
            *_UNREADABLE,
            may_be_read=True,
        )
        for kind, text in (("outside entity", _XXE), ("billion laughs", _LAUGHS))
        for where in ("sheet", "strings", "workbook")
    ),
    content("formula injection in a workbook", "formulas.xlsx", _formulas, may_be_read=True),
    content("protected workbook", "locked.xlsx", _locked, "intake.password"),
    content(
        "2,000 times the same sheet", "sheets.xlsx", lambda: _many_sheets(2_000), "intake.too-many-sheets"
    ),
    content(
        "workbook without sheets",
        "nosheet.xlsx",
        lambda: book(_READ, workbook=b"<workbook><sheets/></workbook>"),
        *_UNREADABLE,
    ),
    content(
        "workbook that lacks its sheet",
        "lost.xlsx",
        lambda: zipped({k: v for k, v in workbook_parts(_READ).items() if k != _SHEET}),
        *_UNREADABLE,
    ),
    content(
        "relation that climbs",
        "climb.xlsx",
        lambda: book(
            _READ,
            relations=workbook_parts(b"")["xl/_rels/workbook.xml.rels"].replace(
                b"worksheets/sheet1.xml", b"../../../../etc/passwd"
            ),
        ),
        *_UNREADABLE,
    ),
    content(
        "sheet XML that never closes",
        "open.xlsx",
        lambda: book(b"<worksheet><sheetData><row><c><v>1"),
        *_UNREADABLE,
    ),
    content(
        "sheet XML 10⁵ deep",
        "deepxml.xlsx",
        lambda: book(b"<worksheet>" + b"<a>" * 100_000),
        *_UNREADABLE,
        "intake.bomb",
    ),
    content(
        "string number 10⁹ of one",
        "index.xlsx",
        lambda: book(sheet_xml('<row r="1"><c r="A1" t="s"><v>999999999</v></c></row>')),
        *_UNREADABLE,
    ),
    content(
        "number 1e999999 in a workbook",
        "number.xlsx",
        lambda: book(
            sheet_xml(
                number_rows() + '<row r="21"><c r="A21"><v>1e999999</v></c><c r="B21"><v>-1e400</v></c></row>'
            )
        ),
        *_UNREADABLE,
        may_be_read=True,
    ),
    content("truncated xls", "cut.xls", lambda: _old()[:1_500], "intake.unreadable", "intake.unsupported"),
    content(
        "xls with its sector table broken",
        "table.xls",
        lambda: _old()[:512] + bytes(512) + _old()[1024:],
        *_UNREADABLE,
        "intake.too-large-to-read",
        may_be_read=True,
    ),
    content(
        "xls with a cell at 65,535 × 65,535",
        "far.xls",
        _old_far,
        *_UNREADABLE,
        "intake.too-many-cells",
        "intake.too-many-columns",
        "intake.too-large-to-read",
    ),
    content("OLE header alone", "ole.xls", _OLE + bytes(504), "intake.unsupported"),
    content(
        "OLE header with a word",
        "word.xls",
        _OLE + "Workbook".encode("utf-16-le") + bytes(600),
        "intake.unreadable",
    ),
)
