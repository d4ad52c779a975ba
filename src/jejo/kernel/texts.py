"""Visible texts in Korean and English, by key, with their facts formatted for the reader.

Every room keeps `locale/ko.yaml` and `locale/en.yaml`: a tree whose leaves are texts with `{placeholders}`.
A key is the path of the leaf below the room's name: `intake.steps.header.merged`. Errors live under
`<room>.errors.<what>.message` and `.hint`, for the code `<room>.<what>`.
"""

import math
import string
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml

from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Fact, Problem

Language = Literal["ko", "en"]
LANGUAGES: tuple[Language, ...] = ("ko", "en")


class Texts:
    """All texts of one language.

    >>> Texts("en", {"a.rows": "{count} rows of {name}"}).text("a.rows", count=12345, name="press")
    '12,345 rows of press'
    """

    def __init__(self, language: Language, entries: Mapping[str, str]) -> None:
        self.language = language
        self._entries = entries

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def text(self, key: str, /, **facts: Fact) -> str:
        """Return the text of `key` with its placeholders filled.

        Raises:
            KeyError: an unknown key or a missing fact is a bug, never shown as half a sentence.
        """
        shown = {name: self.show(value) for name, value in facts.items()}
        return _Formatter().vformat(self._entries[key], (), shown)

    def problem(self, problem: Problem) -> tuple[str, str]:
        """Return message and hint of a problem."""
        room, _, what = problem.code.partition(".")
        return (
            self.text(f"{room}.errors.{what}.message", **problem.facts),
            self.text(f"{room}.errors.{what}.hint", **problem.facts),
        )

    def show(self, value: Fact) -> str:
        """Return a fact as this language's reader expects it: 12,345 · 0.83 · 2025년 10월 24일 오후 3:05."""
        match value:
            case bool():
                return str(value)
            case int():
                return f"{value:,}"
            case float():
                return _number(value)
            case datetime():
                return self._moment(value)
            case date():
                return (
                    f"{value.year}년 {value.month}월 {value.day}일"
                    if self.language == "ko"
                    else value.isoformat()
                )
            case timedelta():
                return self._span(value)
            case str():
                return value
            case Sequence():
                return ", ".join(self.show(item) for item in value)
            case _:
                return str(value)

    def _moment(self, value: datetime) -> str:
        # Imported where a date is shown: most commands show none.
        from babel.dates import format_datetime

        try:
            local = value.astimezone(SEOUL) if value.tzinfo else value
        except OverflowError:
            # In the first or last hours of the calendar; a wrong date in a file may be such a time.
            return value.isoformat(sep=" ", timespec="minutes")
        pattern = "y년 M월 d일 aaaa h:mm" if self.language == "ko" else "y-MM-dd HH:mm"
        return str(
            format_datetime(local, pattern, tzinfo=SEOUL if value.tzinfo else None, locale=self.language)
        )

    def _span(self, value: timedelta) -> str:
        seconds = value.total_seconds()
        units = (
            (86400.0, "일", "days"),
            (3600.0, "시간", "h"),
            (60.0, "분", "min"),
            (1.0, "초", "s"),
            (0.001, "ms", "ms"),
        )
        for size, korean, english in units:
            if seconds >= size:
                number = _number(round(seconds / size, 1))
                return f"{number}{korean}" if self.language == "ko" else f"{number} {english}"
        return "0초" if self.language == "ko" else "0 s"


class _Formatter(string.Formatter):
    def get_value(self, key: int | str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        return kwargs[str(key)]


def _number(value: float) -> str:
    if value != value:
        return "–"
    if value in (math.inf, -math.inf):
        return "∞" if value > 0 else "-∞"
    if value == int(value) and abs(value) < 1e15:
        return f"{int(value):,}"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    if abs(value) >= 0.001:
        return f"{value:.4g}"
    return f"{value:.2g}"


def _leaves(tree: Mapping[str, Any], path: str) -> Iterator[tuple[str, str]]:
    for key, value in tree.items():
        if isinstance(value, Mapping):
            yield from _leaves(value, f"{path}.{key}")
        else:
            yield f"{path}.{key}", str(value)


def locale_file(room: Traversable, language: Language) -> Traversable:
    """Return the place of a room's texts."""
    return room / "locale" / f"{language}.yaml"


@cache
def texts(language: Language) -> Texts:
    """Return all rooms' texts of one language."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    entries: dict[str, str] = {}
    for room in files("jejo").iterdir():
        source = locale_file(room, language) if room.is_dir() else None
        if source is not None and source.is_file():
            # CSafeLoader is the safe loader in C.
            tree = yaml.load(source.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506
            entries.update(_leaves(tree or {}, room.name))
    return Texts(language, entries)
