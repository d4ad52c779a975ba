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
_PREPOSITIONS = frozenset({"of", "at", "for", "to", "by", "per", "from"})
_TURNING = frozenset({"of", "to", "for"})


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
    return " ".join(unicodedata.normalize("NFKC", header.replace("º", "°").replace("˚", "°")).split())


def without_brackets(header: str) -> str:
    """Return a header, unfolded, without what stands in brackets; unless nothing else stands there."""
    text = unfold(header)
    return " ".join(_BRACKETS.sub(" ", text).split()) or text


def readings(header: str, units: UnitLookup, ordinary: frozenset[str]) -> Iterator[Reading]:
    """Yield the ways to read one level of a header, the most literal first.

    Args:
        units: knows all spellings of units.
        ordinary: spellings that are also ordinary words; without brackets they are not surely units.
    """
    text = unfold(header)
    unit, asides = None, []
    for bracket in _BRACKETS.finditer(text):
        inside = bracket.group(1)
        if unit is None and units.unit(inside) is not None:
            unit = inside
        elif inside:
            asides.append(inside)
    bare = without_brackets(text)
    aside = " ".join(asides)
    if unit is not None:
        # The level name of a merged header may be nothing but the unit.
        yield Reading(bare if bare != text else "", unit, True, aside)
        return
    yield Reading(bare, aside=aside)
    for pattern in (_GLUED_UNIT, _LAST_WORD):
        if (match := pattern.match(bare)) and units.unit(match.group(2)) is not None:
            spelling = match.group(2)
            is_sure = spelling.casefold() not in ordinary and not spelling.isdigit()
            yield Reading(match.group(1).rstrip(" _-,"), spelling, is_sure, aside)
            return


class Words:
    """Turns a header text into comparable words, and drops qualifiers.

    Args:
        hints: abbreviations, spellings, qualifiers and blockers of the knowledge package.
    """

    def __init__(self, hints: HeaderWords) -> None:
        self._abbreviations = {short: tuple(full.split()) for short, full in hints.abbreviations.items()}
        self._spellings = tuple(hints.spellings.items())
        self._qualifiers = frozenset((*hints.qualifiers_en, *hints.qualifiers_ko))
        self._phrases = tuple(phrase for phrase in hints.qualifiers_en if " " in phrase)
        either = "|".join(map(re.escape, sorted(hints.qualifiers_ko, key=len, reverse=True))) or "(?!)"
        self._korean_ends = re.compile(rf"^(?:{either})(?=[가-힣]{{2}})|(?<=[가-힣]{{2}})(?:{either})$")
        self._blockers = frozenset(hints.blockers)
        self._korean_blockers = tuple(word for word in hints.blockers if not word.isascii())

    def of(self, text: str) -> tuple[str, ...]:
        """Return the words of a text: lower case, in full, Korean in usual spelling; index numbers stay.

        What stands after a preposition only says more and is left out, save after `of`, `to` and `for`, where
        it comes first: length of conveyor → conveyor length.
        """
        found: list[str] = []
        after: list[str] | None = None
        for piece in _PIECES.findall(text):
            word = piece.lower() if piece.isascii() else self._spelled(piece)
            if word in _PREPOSITIONS and found and after is None:
                if word not in _TURNING:
                    break
                after = []
                continue
            (found if after is None else after).extend(self._full(word))
        words = (after or []) + found
        if any(not word.isascii() for word in words):
            words = ["회전수" if word == "rpm" else word for word in words]
        return tuple(words)

    def plain(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words without index numbers and qualifiers; all but numbers if nothing would be left."""
        named = tuple(word for word in words if not word.isdigit())
        text = " ".join(named)
        for phrase in self._phrases:
            text = text.replace(phrase, "")
        kept = []
        for word in text.split():
            trimmed = word if word.isascii() else self._trimmed(word)
            if trimmed not in self._qualifiers and (len(trimmed) > 1 or not trimmed.isascii()):
                kept.append(trimmed)
        return tuple(kept) or named

    def is_blocked(self, words: tuple[str, ...]) -> bool:
        """Return whether the last word makes something else of what stands before: temperature alarm."""
        return bool(words) and (words[-1] in self._blockers or words[-1].endswith(self._korean_blockers))

    def _full(self, word: str) -> tuple[str, ...]:
        if word in self._abbreviations:
            return self._abbreviations[word]
        # Plural of an English word; gas, axis and pass keep their s.
        if len(word) > 4 and word.isascii() and word.endswith("s") and not word.endswith(("ss", "us", "is")):
            return self._abbreviations.get(word[:-1], (word[:-1],))
        return (word,)

    def _spelled(self, word: str) -> str:
        for variant, usual in self._spellings:
            word = word.replace(variant, usual)
        return word

    def _trimmed(self, word: str) -> str:
        previous = ""
        while word != previous:
            previous, word = word, self._korean_ends.sub("", word)
        return word


def key(words: tuple[str, ...]) -> str:
    """Return the words as one comparable text: Korean compounds written together, English words apart.

    >>> key(("mold", "temperature")), key(("금형", "온도")), key(("co", "배출량"))
    (' mold temperature', '금형온도', ' co배출량')
    """
    return "".join(f" {word}" if word.isascii() else word for word in words)
