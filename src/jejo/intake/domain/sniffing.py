"""What a file is, by its content; its name is only compared with that."""

import stat
import zipfile
from pathlib import Path, PurePosixPath

from jejo.intake.domain.archive import Entry, check_entries
from jejo.intake.domain.limits import Limits
from jejo.kernel.errors import Invalid

_FOREIGN = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"\x1f\x8b", "gzip"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ", "xz"),
    (b"MZ", "EXE"),
    (b"\x7fELF", "ELF"),
    (b"SQLite format 3", "SQLite"),
    (b"ARROW1", "Arrow"),
    (b"\x89HDF", "HDF5"),
)
_ENDINGS = {
    "excel": (".xlsx", ".xls", ".xlsm", ".xlsb"),
    "parquet": (".parquet", ".pq"),
    "json_lines": (".jsonl", ".ndjson", ".json"),
    "delimited": (".csv", ".tsv", ".txt", ".dat", ".tab", ".log", ".prn"),
    "zip": (".zip",),
}


def format_of(path: Path, limits: Limits) -> str:
    """Return `excel`, `parquet`, `json_lines`, `delimited` or `zip`.

    Archives are looked into (entry list only), so that nothing dangerous ever reaches a parser.

    Raises:
        Invalid: `intake.empty`, `intake.too-large`, `intake.unsupported`, `intake.password`, `intake.unreadable` or
            one of the archive's refusals.
    """
    size = path.stat().st_size
    if size == 0:
        raise Invalid("intake.empty", name=path.name)
    if size > limits.file_bytes:
        raise Invalid("intake.too-large", name=path.name, limit=limits.file_bytes // 1_000_000)
    with path.open("rb") as file:
        head = file.read(65_536)
        file.seek(max(0, size - 4))
        tail = file.read(4)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zipped(path, limits)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return _compound(path)
    if head.startswith(b"PAR1") and tail == b"PAR1":
        return "parquet"
    return _plain(path, head)


def ending_differs(name: str, file_format: str) -> bool:
    """Return whether the name's ending promises another format than the content has."""
    ending = PurePosixPath(name).suffix.lower()
    known = {each for endings in _ENDINGS.values() for each in endings}
    return ending in known and ending not in _ENDINGS[file_format]


def entries_of(path: Path) -> list[Entry]:
    """Return the entries of an archive as its directory lists them.

    Raises:
        Invalid: `intake.unreadable` when the archive is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            return [
                Entry(
                    each.filename,
                    each.compress_size,
                    each.file_size,
                    bool(each.flag_bits & 1),
                    each.is_dir(),
                    # The upper half holds the Unix mode, where a Unix tool wrote the archive.
                    stat.S_ISLNK(each.external_attr >> 16),
                )
                for each in archive.infolist()
            ]
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as damaged:
        raise Invalid("intake.unreadable", name=path.name) from damaged


def _zipped(path: Path, limits: Limits) -> str:
    entries = entries_of(path)
    check_entries(path.name, entries, limits)
    names = {each.name for each in entries}
    if names & {"xl/workbook.xml", "xl/workbook.bin"} or (
        "[Content_Types].xml" in names and any(each.startswith("xl/") for each in names)
    ):
        return "excel"
    if "[Content_Types].xml" in names or "mimetype" in names:
        raise Invalid("intake.unsupported", name=path.name, found=_office(names))
    return "zip"


def _office(names: set[str]) -> str:
    folders = {each.split("/")[0] for each in names}
    return "Word" if "word" in folders else "PowerPoint" if "ppt" in folders else "ODF/HWPX"


def _compound(path: Path) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise Invalid("intake.password", name=path.name)
    if any(each.encode("utf-16-le") in content for each in ("Workbook", "Book")):
        return "excel"
    found = "HWP" if "HwpSummaryInformation".encode("utf-16-le") in content else "OLE"
    raise Invalid("intake.unsupported", name=path.name, found=found)


def _plain(path: Path, head: bytes) -> str:
    for magic, found in _FOREIGN:
        if head.startswith(magic) and not (len(magic) == 2 and _looks_like_text(head)):
            raise Invalid("intake.unsupported", name=path.name, found=found)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<meta")):
        raise Invalid("intake.unsupported", name=path.name, found="HTML")
    if start.startswith((b"<?xml", b"<?mso")):
        raise Invalid("intake.unsupported", name=path.name, found="XML")
    if not start and not head.strip(b"\xef\xbb\xbf \t\r\n"):
        raise Invalid("intake.empty", name=path.name)
    if not _looks_like_text(head):
        raise Invalid("intake.unsupported", name=path.name, found="binary")
    if start.startswith(b"{") or (start.startswith(b"[") and start[1:].lstrip().startswith((b"{", b"]"))):
        return "json_lines"
    return "delimited"


def _looks_like_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    zeros = head[0::2].count(0), head[1::2].count(0)
    if max(zeros) > len(head) * 0.15 and min(zeros) <= max(zeros) * 0.05:
        return True  # UTF-16 without a mark
    control = sum(head.count(each) for each in range(32) if each not in (9, 10, 11, 12, 13, 26, 27))
    return control <= len(head) * 0.01
