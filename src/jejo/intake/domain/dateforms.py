"""The written forms of dates and times: one pattern per form, all used vectorised.

Groups: y year, m month, d day; p q r three numbers whose order the whole column decides; mon English month;
h n s f hour, minute, second, fraction; a b half of the day before or after the time; z zone.
"""

import re
from dataclasses import dataclass
from typing import Final

_HALF = r"오전|오후|AM|PM|am|pm|Am|Pm|a\.m\.|p\.m\.|A\.M\.|P\.M\."
_ZONE = r"(?:\s*(?P<z>Z|z|UTC|GMT|KST|[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}))?"
_CLOCK = (
    rf"(?:(?P<a>{_HALF})\s*)?(?P<h>[0-9]{{1,2}})\s*[:시]\s*(?:(?P<n>[0-9]{{1,2}})\s*"
    r"(?:[:분]\s*(?:(?P<s>[0-9]{1,2})(?:[.,](?P<f>[0-9]{1,9}))?\s*초?)?)?)?"
    rf"(?:\s*(?P<b>{_HALF}))?" + _ZONE
)
_GAP = r"(?:\s*[T,_]\s*|\s*)"
_YEAR = r"(?P<y>(?:19|20)[0-9]{2})"
_TWO = r"[0-9]{1,2}"
_SIGN = r"\s*[-./]\s*"
_MONTH = r"(?P<mon>[Jj]an|[Ff]eb|[Mm]ar|[Aa]pr|[Mm]ay|[Jj]un|[Jj]ul|[Aa]ug|[Ss]ep|[Oo]ct|[Nn]ov|[Dd]ec|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Za-z]*\.?"


@dataclass(frozen=True, slots=True)
class Form:
    """One written form.

    Args:
        pattern: anchored; understood alike by Python's `re` and by Polars.
        has_date, has_year: what it says; a form without date is a time of day.
        bare: only digits: also a plain number, so it needs further evidence to be a date.
    """

    name: str
    pattern: str
    has_date: bool = True
    has_year: bool = True
    bare: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """Names of the pattern's groups."""
        return tuple(re.compile(self.pattern).groupindex)


def _dated(name: str, date: str, *, has_year: bool = True, needs_time: bool = False) -> Form:
    clock = f"{_GAP}{_CLOCK}"
    return Form(name, f"^{date}{clock if needs_time else f'(?:{clock})?'}$", has_year=has_year)


def _dotted(name: str, date: str) -> Form:
    clock = rf"(?P<h>{_TWO})[.-](?P<n>{_TWO})(?:[.-](?P<s>{_TWO}))?"
    return Form(name, rf"^{date}\s+{clock}$")


FORMS: Final = (
    _dated("ymd", rf"{_YEAR}{_SIGN}(?P<m>{_TWO}){_SIGN}(?P<d>{_TWO})\.?"),
    _dated("ymd-korean", rf"{_YEAR}\s*년\s*(?P<m>{_TWO})\s*월\s*(?P<d>{_TWO})\s*일"),
    _dated("short-korean", rf"['’]?(?P<y>[0-9]{{2}})\s*년\s*(?P<m>{_TWO})\s*월\s*(?P<d>{_TWO})\s*일"),
    _dated("year-last", rf"(?P<p>{_TWO}){_SIGN}(?P<q>{_TWO}){_SIGN}{_YEAR}\.?"),
    _dated("three", rf"['’]?(?P<p>{_TWO}){_SIGN}(?P<q>{_TWO}){_SIGN}(?P<r>{_TWO})\.?"),
    _dated("english", rf"(?P<d>{_TWO})[-\s./]*{_MONTH}[-\s.,/]*(?P<y>[0-9]{{4}}|[0-9]{{2}})"),
    _dated("american", rf"{_MONTH}\s*(?P<d>{_TWO})(?:st|nd|rd|th)?\s*,?\s*{_YEAR}"),
    _dated("month-day-korean", rf"(?P<m>{_TWO})\s*월\s*(?P<d>{_TWO})\s*일", has_year=False),
    _dated("month-day", rf"(?P<m>{_TWO})\s*/\s*(?P<d>{_TWO})", has_year=False),
    _dated("month-day-dash", rf"(?P<m>{_TWO})\s*[-.]\s*(?P<d>{_TWO})\.?\s", has_year=False, needs_time=True),
    _dated("compact-clock", rf"{_YEAR}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})", needs_time=True),
    Form("month-korean", rf"^{_YEAR}\s*년\s*(?P<m>{_TWO})\s*월$"),
    Form("month", rf"^{_YEAR}\s*[-/]\s*(?P<m>{_TWO})$"),
    Form(
        "compact-time",
        rf"^{_YEAR}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})[T_\s-]?(?P<h>[0-9]{{2}})(?P<n>[0-9]{{2}})(?P<s>[0-9]{{2}})"
        rf"(?:\.?(?P<f>[0-9]{{1,6}}))?{_ZONE}$",
        bare=True,
    ),
    Form(
        "compact-minute",
        rf"^{_YEAR}(?P<m>[0-9]{{2}})(?P<d>[0-9]{{2}})[T_\s-]?(?P<h>[0-9]{{2}})(?P<n>[0-9]{{2}})$",
        bare=True,
    ),
    Form("compact", rf"^{_YEAR}(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])$", bare=True),
    _dotted("dotted-clock", rf"{_YEAR}{_SIGN}(?P<m>{_TWO}){_SIGN}(?P<d>{_TWO})\.?"),
    _dotted("dotted-clock-year-last", rf"(?P<p>{_TWO}){_SIGN}(?P<q>{_TWO}){_SIGN}{_YEAR}"),
    Form("short-compact", r"^(?P<y>[0-9]{2})(?P<m>0[1-9]|1[0-2])(?P<d>0[1-9]|[12][0-9]|3[01])$", bare=True),
    Form("clock", f"^{_CLOCK}$", has_date=False, has_year=False),
)
BY_NAME: Final = {form.name: form for form in FORMS}
_COMPILED = tuple((form, re.compile(form.pattern)) for form in FORMS)

DITTO: Final = ("〃", "″", "〟", '"', "''", "상동")
TRUNCATED: Final = r"^[0-9]{1,2}:[0-9]{2}\.[0-9]$"
"""Minute, second and tenth: what a spreadsheet leaves of a timestamp when the column is too narrow a format."""

WEEKDAY: Final = r"\s*(?:[(\[（][월화수목금토일](?:요일)?[)\]）]|[월화수목금토일]요일|\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,?)"


def form_of(value: str) -> Form | None:
    """Return the first form that a trimmed value has, or None.

    >>> form_of("2025년 10월 24일 오후 3:05").name
    'ymd-korean'
    """
    for form, pattern in _COMPILED:
        if pattern.match(value):
            return form
    return None


def looks_like_time(value: str) -> bool:
    """Return whether a cell is a written date or time, digits alone not counted."""
    if not any(each.isdigit() for each in value):
        return False
    form = form_of(re.sub(WEEKDAY, "", value).strip())
    return form is not None and not form.bare
