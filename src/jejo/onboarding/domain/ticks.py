"""Where the marks of an axis stand and what they say; times in Korean wall-clock time."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from jejo.kernel.clock import SEOUL
from jejo.kernel.texts import Texts

_DAY = 86400.0
# Steps people count time in; beyond a day calendar days, months and years follow.
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
_DAYS = (1, 2, 5, 7, 14)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark at a value of the axis; `below` is its second line."""

    at: float
    text: str
    below: str = ""


def value_ticks(low: float, high: float, say: Texts, most: int = 4) -> list[Tick]:
    """Return at most about `most` round values between low and high.

    >>> [tick.at for tick in value_ticks(177.2, 191.0, Texts("en", {}))]
    [180.0, 185.0, 190.0]
    """
    step = _round_step((high - low) / max(most, 1))
    places = max(0, -math.floor(math.log10(step)))
    start = math.ceil(low / step)
    marks: list[Tick] = []
    for number in range(start, start + 2 * most + 2):
        at = round(number * step, places)
        if at > high:
            break
        marks.append(Tick(at, _number(at, places)))
    return marks


def time_ticks(first: float, last: float, most: int, say: Texts) -> list[Tick]:
    """Return at most about `most` marks on round wall-clock times.

    Args:
        first, last: seconds since 1970-01-01 UTC.
    """
    step = max(last - first, 1e-3) / most
    if step < 1:
        return _seconds_ticks(first, last, most, say)
    for seconds in _STEPS:
        if seconds >= step:
            return _clock_ticks(first, last, seconds, say)
    for days in _DAYS:
        if days * _DAY >= step:
            moments = _days(_local(first), days)
            return _calendar(moments, first, last, say, "onboarding.file.chart.day")
    months = next((each for each in _MONTHS if each * 30 * _DAY >= step), _MONTHS[-1])
    key = "onboarding.file.chart.month" if months < 12 else "onboarding.file.chart.year"
    return _calendar(_months(_local(first), months), first, last, say, key)


def _round_step(least: float) -> float:
    if not least > 0 or not math.isfinite(least):
        return 1.0
    power = 10.0 ** math.floor(math.log10(least))
    return power * next(each for each in (1, 2, 5, 10) if each * power >= least * 0.999)


def _number(value: float, places: int) -> str:
    if value and not 1e-4 <= abs(value) < 1e7:
        return f"{value:.3g}"
    return f"{value:,.{places}f}".replace("-", "−")


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, SEOUL)


def _date(moment: datetime, say: Texts, key: str = "onboarding.file.chart.day") -> str:
    # As texts, not numbers: a year has no thousands comma.
    year, month, day = str(moment.year), moment.month, moment.day
    shown = (str(month), str(day)) if say.language == "ko" else (f"{month:02d}", f"{day:02d}")
    facts = {"year": year, "month": shown[0], "day": shown[1]}
    wanted = {"day": ("month", "day"), "month": ("year", "month"), "year": ("year",)}[key.rpartition(".")[2]]
    return say.text(key, **{name: facts[name] for name in wanted})


def _clock(moment: datetime, say: Texts, with_seconds: bool) -> str:
    tail = f":{moment.second:02d}" if with_seconds else ""
    if say.language == "en":
        return f"{moment.hour:02d}:{moment.minute:02d}{tail}"
    key = "onboarding.file.chart.am" if moment.hour < 12 else "onboarding.file.chart.pm"
    return say.text(key, clock=f"{moment.hour % 12 or 12}:{moment.minute:02d}{tail}")


def _clock_ticks(first: float, last: float, step: int, say: Texts) -> list[Tick]:
    # Steps divide the day, so counting from Korean midnight keeps the marks on round clock times.
    offset = (_local(first).utcoffset() or timedelta()).total_seconds()
    at = math.ceil((first + offset) / step) * step - offset
    marks: list[Tick] = []
    shown: object = None
    while at <= last:
        moment = _local(at)
        below = _date(moment, say) if moment.date() != shown else ""
        shown = moment.date()
        marks.append(Tick(at, _clock(moment, say, step < 60), below))
        at += step
    return marks


def _seconds_ticks(first: float, last: float, most: int, say: Texts) -> list[Tick]:
    start = math.floor(first)
    places = max(0, -math.floor(math.log10(_round_step(max(last - first, 1e-3) / most))))
    marks: list[Tick] = []
    for tick in value_ticks(first - start, last - start, say, most):
        moment = _local(start + math.floor(tick.at))
        fraction = f"{tick.at % 1:.{places}f}"[1:]
        below = f"{_date(moment, say)} {_clock(moment, say, True)}" if not marks else ""
        marks.append(Tick(start + tick.at, f"{moment.second:02d}{fraction}", below))
    return marks


def _days(first: datetime, step: int) -> Iterator[datetime]:
    moment = first.replace(hour=0, minute=0, second=0, microsecond=0)
    while True:
        yield moment
        moment += timedelta(days=step)


def _months(first: datetime, step: int) -> Iterator[datetime]:
    number = (first.year * 12 + first.month - 1) // step * step
    while number < 9999 * 12:
        yield first.replace(
            year=number // 12, month=number % 12 + 1, day=1, hour=0, minute=0, second=0, microsecond=0
        )
        number += step


def _calendar(moments: Iterator[datetime], first: float, last: float, say: Texts, key: str) -> list[Tick]:
    marks: list[Tick] = []
    year: int | None = None
    for moment in moments:
        at = moment.timestamp()
        if at > last:
            break
        if at >= first:
            below = _date(moment, say, "onboarding.file.chart.year") if moment.year != year else ""
            year = moment.year
            marks.append(Tick(at, _date(moment, say, key), below if key.endswith("day") else ""))
    return marks
