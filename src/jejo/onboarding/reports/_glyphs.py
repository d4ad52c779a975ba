"""Which letters an OpenType font can show."""

import struct


def covered(font: bytes) -> frozenset[str]:
    """Return the letters a TrueType or OpenType font has glyphs for.

    Source:
        OpenType 1.9.1, table `cmap`, subtable format 12 (Unicode full repertoire) and 4 (basic plane).
    """
    tables = struct.unpack_from(">H", font, 4)[0]
    records = (struct.unpack_from(">4sIII", font, 12 + 16 * index) for index in range(tables))
    start = next(offset for tag, _, offset, _ in records if tag == b"cmap")
    count = struct.unpack_from(">H", font, start + 2)[0]
    letters: set[str] = set()
    for index in range(count):
        _, _, offset = struct.unpack_from(">HHI", font, start + 4 + 8 * index)
        at = start + offset
        match struct.unpack_from(">H", font, at)[0]:
            case 12:
                letters.update(_groups(font, at))
            case 4:
                letters.update(_segments(font, at))
    return frozenset(letters)


def _groups(font: bytes, at: int) -> set[str]:
    count = struct.unpack_from(">I", font, at + 12)[0]
    letters: set[str] = set()
    for first, last, glyph in struct.iter_unpack(">III", font[at + 16 : at + 16 + 12 * count]):
        letters.update(chr(code) for code in range(first, last + 1) if glyph + code - first)
    return letters


def _segments(font: bytes, at: int) -> set[str]:
    twice = struct.unpack_from(">H", font, at + 6)[0]
    columns = [at + 14, at + 16 + twice, at + 16 + 2 * twice, at + 16 + 3 * twice]
    letters: set[str] = set()
    for place in range(0, twice, 2):
        last, first, delta, offset = (struct.unpack_from(">H", font, column + place)[0] for column in columns)
        for code in range(first, min(last, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = struct.unpack_from(">H", font, columns[3] + place + offset + 2 * (code - first))[0]
            if offset and not glyph:
                continue
            if (glyph + delta) & 0xFFFF:
                letters.add(chr(code))
    return letters
