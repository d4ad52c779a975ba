"""Hostile archives and Parquet files."""

import io
import random
import struct

import polars as pl

from intake.hostile_files import CSV, Hostile, archive, content, deflated, workbook_parts, zipped

_BIG = 650_000_000
_NAME = ("intake.entry-name",)


def _flat_bomb() -> bytes:
    return archive([("a.csv", *deflated(b"1,2,3\n" * 100_000, _BIG // 600_000), None)])


def _lying_bomb() -> bytes:
    packed, _, crc = deflated(b"1,2,3\n" * 100_000, _BIG // 600_000)
    return archive([("a.csv", packed, 1_000, crc, None)])


def _overlapping(count: int) -> bytes:
    packed, size, crc = deflated(b"1,2,3\n" * 30_000)
    parts: list = [("0.csv", packed, size, crc, None)]
    parts += [(f"{number}.csv", packed, size, crc, {"offset": 0}) for number in range(1, count)]
    return archive(parts)


def _nested(depth: int) -> bytes:
    made = zipped({"a.csv": CSV})
    for _ in range(depth):
        made = zipped({"inner.zip": made, "a.csv": CSV})
    return made


def _told(**fields: int) -> bytes:
    size, crc = fields.pop("size", len(CSV)), fields.pop("crc", deflated(CSV)[2])
    return archive([("a.csv", deflated(CSV)[0], size, crc, fields or None)])


def _link() -> bytes:
    target = b"../../../../etc/passwd"
    packed, size, crc = deflated(target)
    # 0o120777: a symbolic link, as Unix tools write it.
    return archive([("link.csv", packed, size, crc, {"outside": 0o120777 << 16})])


def _parquet(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    frame.write_parquet(buffer)
    return buffer.getvalue()


def _usual() -> bytes:
    return _parquet(
        pl.DataFrame({"a": [float(n) for n in range(2_000)], "b": [f"x{n}" for n in range(2_000)]})
    )


def _footer(length: int) -> bytes:
    return _usual()[:-8] + struct.pack("<I", length & 0xFFFFFFFF) + b"PAR1"


def _many_rows() -> bytes:
    """A footer that claims 2⁶² rows: the varint of the row count, field 3 of the file's metadata, is replaced."""
    usual = _usual()
    length = struct.unpack("<I", usual[-8:-4])[0]
    footer = usual[-8 - length : -8]
    few = b"\x16\xa0\x1f"  # i64 field, zigzag varint of 2,000
    many = b"\x16" + bytes([0x80] * 8 + [0x80, 0x01])
    changed = footer.replace(few, many)
    if changed == footer:
        raise AssertionError("the writer no longer puts the row count where this looks for it")
    return usual[: -8 - length] + changed + struct.pack("<I", len(changed)) + b"PAR1"


def _noisy(made: bytes, count: int, seed: int) -> bytes:
    chance = random.Random(seed)
    changed = bytearray(made)
    for _ in range(count):
        changed[chance.randrange(4, len(changed) - 4)] = chance.randrange(256)
    return bytes(changed)


def _repeating() -> bytes:
    """Small in the file, large in memory: one value again and again, as Parquet's dictionary keeps it."""
    return _parquet(pl.DataFrame({f"c{n}": pl.repeat("0" * 1_000, 1_000_000, eager=True) for n in range(3)}))


FILES: tuple[Hostile, ...] = (
    content("flat zip bomb, 650 MB", "bomb.zip", _flat_bomb, "intake.bomb", "intake.too-large"),
    content("zip bomb that tells 1 kB", "lies.zip", _lying_bomb, "intake.bomb", "intake.unreadable"),
    content(
        "overlapping entries", "overlap.zip", lambda: _overlapping(1_500), "intake.bomb", "intake.unreadable"
    ),
    content(
        "10⁵ entries",
        "many.zip",
        lambda: zipped({f"{n}.csv": b"" for n in range(60_000)}),
        "intake.too-many-entries",
    ),
    content("size of 4 GB told", "huge.zip", lambda: _told(size=0xFFFFFFF0), "intake.too-large"),
    content("archives ten deep", "nested.zip", lambda: _nested(10), "intake.nested-archive"),
    content("CRC that does not fit", "crc.zip", lambda: _told(crc=1), "intake.unreadable"),
    content("unknown packing", "method.zip", lambda: _told(method=99), "intake.unreadable"),
    content(
        "entry offset outside the file",
        "offset.zip",
        lambda: _told(offset=0x7FFFFFFF),
        "intake.unreadable",
        "intake.unsupported",
    ),
    content("locked entry", "locked.zip", lambda: _told(flags=0x801), "intake.password"),
    content("path that climbs", "climb.zip", lambda: zipped({"../../x.csv": CSV}), *_NAME),
    content("path that climbs by backslash", "back.zip", lambda: zipped({"a\\..\\..\\x.csv": CSV}), *_NAME),
    content("absolute path", "root.zip", lambda: zipped({"/etc/cron.d/x.csv": CSV}), *_NAME),
    content("drive path", "drive.zip", lambda: zipped({"C:\\x.csv": CSV}), *_NAME),
    content("network path", "unc.zip", lambda: zipped({"\\\\host\\share\\x.csv": CSV}), *_NAME),
    content(
        "NUL in an entry's name", "nul.zip", lambda: zipped({"a.csv\0.exe": CSV}), *_NAME, may_be_read=True
    ),
    content("symbolic link", "link.zip", _link, *_NAME),
    content(
        "device name",
        "con.zip",
        lambda: zipped({"CON": CSV, "aux.csv": CSV, "NUL.txt": CSV}),
        *_NAME,
        may_be_read=True,
    ),
    content(
        "surrogate in an entry's name",
        "wide.zip",
        lambda: zipped({"\ud800.csv": CSV}),
        *_NAME,
        "intake.unreadable",
        may_be_read=True,
    ),
    content(
        "entry name of 60,000 letters",
        "long.zip",
        lambda: zipped({"a" * 60_000 + ".csv": CSV}),
        *_NAME,
        may_be_read=True,
    ),
    content(
        "the same name twice",
        "twice.zip",
        lambda: archive([("a.csv", *deflated(CSV), None)] * 2),
        may_be_read=True,
    ),
    content("empty archive", "empty.zip", lambda: archive([]), "intake.empty"),
    content("archive of folders", "folders.zip", lambda: zipped({"a/": b"", "a/b/": b""}), "intake.empty"),
    content("truncated zip", "cut.zip", lambda: zipped({"a.csv": CSV * 50})[:300], "intake.unreadable"),
    content("zip without directory", "head.zip", b"PK\x03\x04" + bytes(64), "intake.unreadable"),
    content(
        "script in an archive",
        "exe.zip",
        lambda: zipped({"run.exe": b"MZ\x90" + bytes(500)}),
        "intake.unsupported",
    ),
    content(
        "bomb beside data",
        "beside.zip",
        lambda: archive([("a.csv", *deflated(CSV), None), ("b.csv", *deflated(b" " * 10**6, 60), None)]),
        "intake.bomb",
    ),
    content(
        "word document",
        "text.docx",
        lambda: zipped({"[Content_Types].xml": b"<x/>", "word/document.xml": b"<x/>"}),
        "intake.unsupported",
    ),
    content(
        "workbook inside an archive that lies",
        "book.zip",
        lambda: zipped({"b.xlsx": zipped(workbook_parts(b"<"))}),
        "intake.unreadable",
        "intake.nested-archive",
    ),
    content(
        "truncated parquet", "cut.parquet", lambda: _usual()[:-200], "intake.unsupported", "intake.unreadable"
    ),
    content(
        "parquet cut in the middle, end kept",
        "middle.parquet",
        lambda: _usual()[:400] + _usual()[-60:],
        "intake.unreadable",
    ),
    content("parquet footer length 0", "zero.parquet", lambda: _footer(0), "intake.unreadable"),
    content("parquet footer length 4 GB", "long.parquet", lambda: _footer(-1), "intake.unreadable"),
    content(
        "parquet footer longer than the file", "over.parquet", lambda: _footer(10**6), "intake.unreadable"
    ),
    content("parquet of 2⁶² rows", "rows.parquet", _many_rows, "intake.too-many-cells", "intake.unreadable"),
    content(
        "parquet of no columns",
        "none.parquet",
        lambda: _parquet(pl.DataFrame()),
        "intake.no-table",
        "intake.unreadable",
    ),
    content(
        "parquet of no rows",
        "norows.parquet",
        lambda: _parquet(pl.DataFrame({"a": []}, schema={"a": pl.Float64})),
        "intake.no-table",
    ),
    content(
        "parquet of nested types",
        "nested.parquet",
        lambda: _parquet(
            pl.DataFrame({"a": [{"b": [{"c": n}]} for n in range(20)], "v": [float(n) for n in range(20)]})
        ),
        may_be_read=True,
    ),
    content(
        "parquet of binaries",
        "bytes.parquet",
        lambda: _parquet(pl.DataFrame({"a": [b"\0\xff"] * 9, "v": range(9)})),
        may_be_read=True,
    ),
    content(
        "parquet of infinities",
        "inf.parquet",
        lambda: _parquet(pl.DataFrame({"a": [float("inf"), float("nan"), -0.0, 1e308] * 9})),
        may_be_read=True,
    ),
    content(
        "parquet that unpacks to 3 GB",
        "repeat.parquet",
        _repeating,
        "intake.too-large-to-read",
        "intake.too-large",
    ),
    content(
        "noise in parquet pages",
        "noise.parquet",
        lambda: _noisy(_usual(), 40, 1),
        "intake.unreadable",
        may_be_read=True,
    ),
    content(
        "noise in the parquet footer",
        "noise2.parquet",
        lambda: _usual()[:-300] + _noisy(_usual()[-300:], 12, 2)[-300:],
        "intake.unreadable",
        "intake.too-many-cells",
        may_be_read=True,
    ),
)
