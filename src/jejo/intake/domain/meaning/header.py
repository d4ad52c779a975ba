"""Takes a column header apart: unit, words, and the words that say which one rather than what."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from jejo.knowledge.domain import HeaderWords, Unit

LEVEL = " › "
"""Joins the levels of a merged header."""

_BRACKETS = re.compile(r"[(\[{<〔【「]\s*(?:단위\s*[:：]\s*)?([^()\[\]{}<>〔〕【】「」]*?)\s*[)\]}>〕】」]")
_PIECES = re.compile(
    r"[가-힣]+"  # a Korean compound
    r"|[A-Z]{2,}s?(?![a-z])"  # RPM, EMS, IDs
    r"|[A-Z]?[a-z]+"  # Cycle, time
    r"|[A-Z]"
    r"|\d+"
)
_GLUED_UNIT = re.compile(r"^(.*[가-힣])([^가-힣\s_]+)$")
_LAST_WORD = re.compile(r"^(.+?)[\s_,]+([^\s_,]+)$")
# What stands before one of these is the thing; what stands after says more about it.
_PREPOSITIONS = frozenset({"of", "at", "in", "for", "to", "by", "on", "per", "from"})
# Spellings of units that are also ordinary words: cut without brackets only when the rest demands the unit.
_WORDS_TOO = frozenset(
    "min mins set box day days in shot shots count cnt pc no level mt ms us hour second seconds d h s t g m c f k a v w n l"
    " 시간 시 분 초 회 번 매 대 건 본 명 인 일 도 바 옴 줄 기압 개 톤 킬로".split()
)


class UnitLookup(Protocol):
    """Finds a unit by its spelling."""

    def unit(self, alias: str, kind: str | None = None) -> Unit | None: ...


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a header.

    Args:
        text: the header without the unit, compatibility forms unfolded.
        unit: spelling of the unit that was cut, or None.
        sure: whether it can be nothing but a unit.
        aside: what stood in other brackets.
    """

    text: str
    unit: str | None = None
    sure: bool = False
    aside: str = ""


def unfold(header: str) -> str:
    """Return a header in one Unicode form, without line breaks or doubled spaces."""
    return " ".join(unicodedata.normalize("NFKC", header.replace("º", "°")).split())


def readings(header: str, units: UnitLookup) -> Iterator[Reading]:
    """Yield the ways to read one level of a header, the most literal first."""
    text = unfold(header)
    unit, asides = None, []
    for bracket in _BRACKETS.finditer(text):
        inside = bracket.group(1)
        if unit is None and units.unit(inside) is not None:
            unit = inside
        elif inside:
            asides.append(inside)
    bare = " ".join(_BRACKETS.sub(" ", text).split()) or text
    aside = " ".join(asides)
    if unit is not None:
        # The level name of a merged header may be nothing but the unit.
        yield Reading(bare if bare != text else "", unit, True, aside)
        return
    yield Reading(bare, aside=aside)
    for pattern in (_GLUED_UNIT, _LAST_WORD):
        if (match := pattern.match(bare)) and units.unit(match.group(2)) is not None:
            spelling = match.group(2)
            ambiguous = spelling.casefold() in _WORDS_TOO or spelling.isdigit()
            yield Reading(match.group(1).rstrip(" _-,"), spelling, not ambiguous, aside)
            return


class Words:
    """Turns a header text into comparable words, and drops qualifiers.

    Args:
        words: abbreviations, spellings and qualifiers of the knowledge package.
    """

    def __init__(self, words: HeaderWords) -> None:
        self._abbreviations = {short: tuple(full.split()) for short, full in words.abbreviations.items()}
        self._spellings = tuple(words.spellings.items())
        self._qualifiers = frozenset(words.qualifiers_en)
        korean = sorted(words.qualifiers_ko, key=len, reverse=True)
        self._korean_qualifiers = frozenset(korean)
        either = "|".join(map(re.escape, korean)) or "(?!)"
        self._korean_ends = re.compile(rf"^(?:{either})(?=[가-힣]{{2}})|(?<=[가-힣]{{2}})(?:{either})$")
        self.blockers = frozenset(words.blockers)

    def of(self, text: str) -> tuple[str, ...]:
        """Return the words of a text: lower case, in full, Korean in usual spelling, prepositions resolved.

        Index numbers stay; `plain` drops them.
        """
        found: list[str] = []
        for piece in _PIECES.findall(text):
            word = piece.lower() if piece.isascii() else self._spelled(piece)
            if word in _PREPOSITIONS and [each for each in found if each not in self._qualifiers]:
                break
            found.extend(self._abbreviations.get(word, (word,)))
        return tuple(found)

    def plain(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words without index numbers and qualifiers; all but numbers if nothing would be left."""
        named = tuple(word for word in words if not word.isdigit())
        kept = []
        for word in named:
            if word in self._qualifiers or word in self._korean_qualifiers or word in _PREPOSITIONS:
                continue
            if not word.isascii():
                previous = ""
                while word != previous:
                    previous, word = word, self._korean_ends.sub("", word)
            if len(word) > 1 or not word.isascii() or len(named) == 1:
                kept.append(word)
        return tuple(kept) or named

    def _spelled(self, word: str) -> str:
        for variant, usual in self._spellings:
            word = word.replace(variant, usual)
        return word


def key(words: tuple[str, ...]) -> str:
    """Return the words as one comparable text: Korean compounds written together, English words apart.

    >>> key(("mold", "temperature")), key(("금형", "온도")), key(("co", "배출량"))
    (' mold temperature', '금형온도', ' co배출량')
    """
    return "".join(f" {word}" if word.isascii() else word for word in words)
