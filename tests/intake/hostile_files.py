"""What every hostile file of the corpus has, and how the pieces of archives and workbooks are written."""

import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

CSV = b"time,temp\n" + b"".join(b"2025-10-24 %02d:00,%d\n" % (hour, hour) for hour in range(24))

_SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


@dataclass(frozen=True, slots=True)
class Hostile:
    """One file of the corpus.

    Args:
        what: a few words, unique in the corpus.
        file_name: the name it is dropped under.
        write: writes it to a path; the same bytes every time.
        codes: the refusals that are right; empty where it must be read, harmlessly.
        may_be_read: whether reading it is right as well.
        lowered: limits to lower, so that a small file stands for a large one.
    """

    what: str
    file_name: str
    write: Callable[[Path], object]
    codes: tuple[str, ...] = ()
    may_be_read: bool = False
    lowered: Mapping[str, int] | None = None


def content(
    what: str, file_name: str, made: bytes | Callable[[], bytes], *codes: str, may_be_read: bool = False
) -> Hostile:
    """Return a hostile file with the given bytes, made only when it is written."""

    def write(path: Path) -> None:
        path.write_bytes(made if isinstance(made, bytes) else made())

    return Hostile(what, file_name, write, codes, may_be_read or not codes)


def zipped(entries: Mapping[str, bytes]) -> bytes:
    """Return a plain archive."""
    parts = [(name, *deflated(each), None) for name, each in entries.items()]
    return archive(parts)


def deflated(block: bytes, times: int = 1, start: bytes = b"") -> tuple[bytes, int, int]:
    """Return a deflate stream of `start` and `block` repeated, its real size and CRC-32; quick even where that is 650 MB."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    head = packer.compress(start) + packer.flush(zlib.Z_FULL_FLUSH)
    one = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    last = packer.flush(zlib.Z_FINISH)
    crc = zlib.crc32(start)
    for _ in range(times):
        crc = zlib.crc32(block, crc)
    return head + one * times + last, len(start) + len(block) * times, crc


def archive(
    parts: list[tuple[str, bytes, int, int, dict[str, int] | None]], *, comment: bytes = b""
) -> bytes:
    """Return a zip whose every field may lie.

    Args:
        parts: name, deflated bytes, size and CRC told, and fields to set: `flags`, `method`, `outside` (Unix mode in
            the high half), `offset`.
    """
    body = bytearray()
    directory = bytearray()
    for name, packed, size, crc, fields in parts:
        told = fields or {}
        written = name.encode("utf-8", "surrogatepass")
        flags, method = told.get("flags", 0x800), told.get("method", 8)
        offset = told.get("offset", len(body))
        common = struct.pack("<HHHHIII", flags, method, 0, 0x5B58, crc, len(packed), size)
        if "offset" not in told:
            body += b"PK\x03\x04\x14\0" + common + struct.pack("<HH", len(written), 0) + written + packed
        directory += b"PK\x01\x02\x14\x03\x14\0" + common
        directory += (
            struct.pack("<HHHHHII", len(written), 0, 0, 0, 0, told.get("outside", 0), offset) + written
        )
    end = struct.pack(
        "<HHHHIIH", 0, 0, len(parts) & 0xFFFF, len(parts) & 0xFFFF, len(directory), len(body), len(comment)
    )
    return bytes(body + directory) + b"PK\x05\x06" + end + comment


def workbook_parts(sheet: bytes, **others: bytes) -> dict[str, bytes]:
    """Return the entries of the smallest workbook.

    Args:
        sheet: XML of the only sheet.
        others: `strings`, `workbook`, `relations`, `types` replace the usual entry.
    """
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.'
        'openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
    )
    root = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    )
    workbook = (
        f'<workbook xmlns="{_SPREADSHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="S" sheetId="1" r:id="r1"/>'
        "</sheets></workbook>"
    )
    relations = (
        f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_OFFICE}/sharedStrings" '
        'Target="sharedStrings.xml"/></Relationships>'
    )
    strings = f'<sst xmlns="{_SPREADSHEET}" count="1" uniqueCount="1"><si><t>temp</t></si></sst>'
    return {
        "[Content_Types].xml": others.get("types", types.encode()),
        "_rels/.rels": root.encode(),
        "xl/workbook.xml": others.get("workbook", workbook.encode()),
        "xl/_rels/workbook.xml.rels": others.get("relations", relations.encode()),
        "xl/worksheets/sheet1.xml": sheet,
        "xl/sharedStrings.xml": others.get("strings", strings.encode()),
    }


def sheet_xml(rows: str, after: str = "", before: str = "") -> bytes:
    """Return the XML of a sheet around its rows."""
    head = '<?xml version="1.0" encoding="UTF-8"?>' + before
    return (
        f'{head}<worksheet xmlns="{_SPREADSHEET}"><sheetData>{rows}</sheetData>{after}</worksheet>'.encode()
    )


def text_cell(place: str, text: str) -> str:
    """Return a cell with its text inside."""
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def number_rows(first: int = 1, count: int = 20) -> str:
    """Return rows of two columns: names, then numbers."""
    rows = f'<row r="{first}">{text_cell(f"A{first}", "temp")}{text_cell(f"B{first}", "press")}</row>'
    for row in range(first + 1, first + count):
        rows += f'<row r="{row}"><c r="A{row}"><v>{row}.5</v></c><c r="B{row}"><v>{row * 2}</v></c></row>'
    return rows
