"""Which characters the bytes of a text file stand for."""

import codecs
from dataclasses import dataclass

from jejo.kernel.errors import Invalid

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A degree sign before C or F in a Western file reads as one of these syllables in CP949; no Korean word has them.
_DEGREES = frozenset("캜캟")
_BROKEN_SHARE = 0.01


@dataclass(frozen=True, slots=True)
class Decoded:
    """Text with the encoding it had; `broken` counts characters that could not be read."""

    text: str
    encoding: str
    broken: int = 0


def decode(content: bytes) -> Decoded:
    """Return the text of a file: byte-order mark, strict UTF-8, strict CP949, then charset-normalizer.

    The whole content is decoded, never a sample: a few Hangul syllables in a long ASCII file decide.

    Raises:
        Invalid: `intake.encoding` when nothing reads it.
    """
    for mark, name in _MARKS:
        if content.startswith(mark):
            return _with_mark(content, name)
    if wide := _unmarked_utf16(content):
        return Decoded(content.decode(wide, errors="replace"), wide)
    for name in ("utf-8", "cp949"):
        text = _strict(content, name)
        if text is None:
            continue
        if name == "cp949" and _is_western(text):
            return Decoded(content.decode("cp1252", errors="replace"), "cp1252")
        return Decoded(text, name)
    return _guessed(content)


def _is_western(text: str) -> bool:
    # The search is quick; the set of all characters is made for the rare file that has such a syllable.
    return (
        any(each in text for each in _DEGREES)
        and {each for each in set(text) if not each.isascii()} <= _DEGREES
    )


def _with_mark(content: bytes, name: str) -> Decoded:
    text = content.decode(name, errors="replace")
    return Decoded(text, name, text.count("\ufffd"))


def _strict(content: bytes, name: str) -> str | None:
    try:
        return content.decode(name)
    except UnicodeDecodeError as wrong:
        # A file cut off in the middle of its last character is still that encoding.
        if wrong.start >= len(content) - 3 and wrong.end == len(content) and wrong.start > 0:
            return content[: wrong.start].decode(name)
        return None


def _unmarked_utf16(content: bytes) -> str | None:
    sample = content[:4096]
    if len(sample) < 8 or b"\0" not in sample:
        return None
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > len(sample) * 0.15 and even < odd * 0.05:
        return "utf-16-le"
    if even > len(sample) * 0.15 and odd < even * 0.05:
        return "utf-16-be"
    return None


def _guessed(content: bytes) -> Decoded:
    # One damaged byte must not turn a Korean file into another language.
    for name in ("utf-8", "cp949"):
        text = content.decode(name, errors="replace")
        broken = text.count("\ufffd")
        letters = sum(not each.isascii() for each in text) if broken else 0
        if broken <= max(1, letters * _BROKEN_SHARE):
            return Decoded(text, name, broken)
    # Slow to import and hardly ever needed: the reading process starts anew for each file.
    from charset_normalizer import from_bytes

    best = from_bytes(content[:1_000_000]).best()
    if best is None:
        raise Invalid("intake.encoding")
    text = content.decode(best.encoding, errors="replace")
    return Decoded(text, best.encoding, text.count("\ufffd"))
