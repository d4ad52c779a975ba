"""Written dates and times → aware UTC, form by form over whole columns."""

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Final

import polars as pl

from jejo.intake.domain.dateforms import BY_NAME, DITTO, FORMS, WEEKDAY, Form, form_of
from jejo.intake.domain.dateorder import order_of
from jejo.kernel.clock import SEOUL

_SAMPLE = 2_000
_ACCEPT = 0.8
_FIRST_LOOK = 40
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DIRECTIVES: Final = {"y": "%Y", "m": "%m", "d": "%d", "h": "%H", "n": "%M", "s": "%S", "a": "%p", "b": "%p"}
TIME_NAME: Final = re.compile(
    r"일시|일자|날짜|시간|시각|년월일|연월일|월일|생산일|측정일|작업일|검사일|입고일|출고일|등록일|발생일"
    r"|date|time|timestamp|(^|_)dt$|(^|_)ts$|epoch",
    re.IGNORECASE,
)
DURATION_NAME: Final = re.compile(
    r"cycle|사이클|가동|누적|소요|경과|elapsed|duration|run|tool|runtime|time_?to|lead|set|up.?time|down.?time"
    r"|fill|수명|plasticiz|hold|cool|t_ms|[(\[](초|분|시간|일|s|sec|min|h|hr|ms)[)\]]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Context:
    """What is known outside the column.

    Args:
        year: from a title row, sheet or file name; None: unknown.
        now: the present, for years nobody wrote down.
    """

    year: int | None
    now: datetime


@dataclass(frozen=True, slots=True)
class Times:
    """A column of times.

    Args:
        values: Datetime(us, UTC); for `clock` only, microseconds since midnight (Int64).
        clock: the values are times of day without a date.
        date_only: no value has a time of day.
        assumed_year: the year that had to be supplied, or None.
        order: how ambiguous numbers were read: `ymd`, `dmy` or `mdy`; None: nothing was ambiguous.
        unsure_order: nothing in the column proves that order.
        ditto: number of repeat marks and omitted dates that were filled in.
        unread: number of values that stayed unread.
        examples: a few values that stayed unread.
    """

    values: pl.Series
    clock: bool = False
    date_only: bool = False
    assumed_year: int | None = None
    year_was_told: bool = False
    order: str | None = None
    unsure_order: bool = False
    ditto: int = 0
    unread: int = 0
    examples: tuple[str, ...] = ()


def read_times(column: pl.Series, context: Context, *, forced: bool = False) -> Times | None:
    """Return the times of a String column, or None when it is no column of dates or times.

    Args:
        column: trimmed text; missing markers are null already.
        forced: the user said that this is the time.
    """
    told = column.drop_nulls()
    if not len(told):
        return None
    sample = told.head(_SAMPLE // 2).append(told.tail(_SAMPLE // 2)).unique(maintain_order=True).to_list()
    if not any(character.isdigit() for character in sample[0]) and not any(
        character.isdigit() for value in sample[:20] for character in value
    ):
        return None
    column, sample, ditto = _without_ditto(column, sample)
    found = _forms(sample)
    if not _is_accepted(found, sample, column.name, forced=forced):
        return None
    if any(not form.has_date for form in found) and any(form.has_date for form in found):
        column, more = _carry_dates(column)
        ditto += more
        found = _forms(column.drop_nulls().head(_SAMPLE).unique().to_list())
    return _read(column, found, context, ditto)


def _forms(sample: list[str]) -> Counter[Form]:
    found: Counter[Form] = Counter()
    for place, value in enumerate(sample):
        if place == _FIRST_LOOK and sum(found.values()) < 0.3 * _FIRST_LOOK:
            break
        form = form_of(value) or form_of(_plain(value))
        if form is not None:
            found[form] += 1
    return found


def _is_accepted(found: Counter[Form], sample: list[str], name: str, *, forced: bool) -> bool:
    if sum(found.values()) < _ACCEPT * len(sample):
        return False
    bare = [form for form in found if form.bare]
    if not bare or forced or any(not form.bare for form in found):
        return True
    if TIME_NAME.search(name) and not DURATION_NAME.search(name):
        return True
    # Digits alone under a name that says nothing: only long stamps that are all valid and differ.
    return all(form.name == "compact-time" for form in found) and len(sample) > 1


def _plain(value: str) -> str:
    return re.sub(r"\s+", " ", re.sub(WEEKDAY, "", unicodedata.normalize("NFKC", value))).strip()


def _read(column: pl.Series, found: Counter[Form], context: Context, ditto: int) -> Times | None:
    triples = [form for form in found if "p" in form.groups]
    order, unsure = order_of(column, triples)
    if triples and order is None and len(triples) == len(found):
        return _dotted_clock(column, context)
    clock = all(not form.has_date for form in found)
    year, told = (context.year or context.now.astimezone(SEOUL).year), context.year is not None
    values = _vectorised(column, [form for form, _ in found.most_common()], order, year, clock=clock)
    left = column.is_not_null() & values.is_null()
    if left.any():
        plain = column.filter(left)
        normal = pl.Series(column.name, [_plain(value) for value in plain.to_list()], pl.String)
        rest = _vectorised(normal, list(FORMS), order, year, clock=clock)
        values = values.scatter(left.arg_true(), rest) if rest.drop_nulls().len() else values
        left = column.is_not_null() & values.is_null()
    lacks_year = not clock and any(form.has_date and not form.has_year for form in found)
    if lacks_year:
        values = _rolled(values, context, told=told)
        year = values.drop_nulls().dt.convert_time_zone(SEOUL.key).dt.year().min() or year  # type: ignore[assignment]
    return Times(
        values=values,
        clock=clock,
        date_only=not clock and _is_date_only(values),
        assumed_year=year if lacks_year else None,
        year_was_told=told,
        order=order,
        unsure_order=unsure,
        ditto=ditto,
        unread=int(left.sum()),
        examples=tuple(column.filter(left).head(3).to_list()),
    )


def _dotted_clock(column: pl.Series, context: Context) -> Times | None:
    """Read 18.00.00 as a time of day; None for three numbers that are neither: versions, addresses."""
    if not TIME_NAME.search(column.name) or DURATION_NAME.search(column.name):
        return None
    colons = column.str.replace_all(".", ":", literal=True)
    return _read(colons, Counter([BY_NAME["clock"]]), context, 0)


def _is_date_only(values: pl.Series) -> bool:
    local = values.dt.convert_time_zone(SEOUL.key)
    return all(bool((part == 0).all()) for part in (local.dt.hour(), local.dt.minute(), local.dt.second()))


def _vectorised(
    column: pl.Series, forms: list[Form], order: str | None, year: int, *, clock: bool
) -> pl.Series:
    kind = pl.Int64 if clock else pl.Datetime("us", "UTC")
    values = pl.Series(column.name, [None] * len(column), kind)
    for form in forms:
        if form.has_date is clock:
            continue
        open_rows = (values.is_null() & column.is_not_null()).arg_true()
        if not len(open_rows):
            break
        every = len(open_rows) == len(column)
        part = column if every else column.gather(open_rows)
        read = _one_form(part, form, order, year)
        values = read if every else values.scatter(open_rows, read)
    return values.rename(column.name)


def _one_form(part: pl.Series, form: Form, order: str | None, year: int) -> pl.Series:
    quick = _quick(part, form, order, year)
    if quick is not None:
        left = (quick.is_null() & part.is_not_null()).arg_true()
        # 24:00 and everything else that is not written alike goes the long way.
        return quick.scatter(left, _slow(part.gather(left), form, order, year)) if len(left) else quick
    return _slow(part, form, order, year)


def _slow(part: pl.Series, form: Form, order: str | None, year: int) -> pl.Series:
    fields = part.str.extract_groups(form.pattern).struct.unnest()
    names = form.groups
    whole: dict[str, pl.Expr] = {
        name: pl.col(name).cast(pl.Int32, strict=False)
        for name in ("y", "m", "d", "p", "q", "r", "h", "n", "s")
        if name in names
    }
    if "mon" in names:
        lower = pl.col("mon").str.to_lowercase()
        whole["m"] = lower.replace_strict(
            list(_MONTHS), list(range(1, 13)), default=None, return_dtype=pl.Int32
        )
    clock = _clock(whole, names)
    if not form.has_date:
        return fields.select(clock.alias(part.name)).to_series()
    y, m, d = _date(whole, form, order, year)
    leap = (y % 4 == 0) & ((y % 100 != 0) | (y % 400 == 0))
    longest = (
        pl.when(m.is_in([4, 6, 9, 11]))
        .then(30)
        .when(m == 2)
        .then(pl.when(leap).then(29).otherwise(28))
        .otherwise(31)
    )
    valid = m.is_between(1, 12) & (d >= 1) & (d <= longest) & clock.is_not_null()
    dated = fields.select(
        pl.when(valid).then(y).alias("y"),
        pl.when(valid).then(m).alias("m"),
        pl.when(valid).then(d).alias("d"),
        pl.when(valid).then(clock).alias("clock"),
        (pl.col("z") if "z" in names else pl.lit(None, pl.String)).alias("z"),
    )
    naive = dated.select(
        (pl.datetime("y", "m", "d") + pl.duration(microseconds=pl.col("clock")))
        .cast(pl.Datetime("us"))
        .alias("t"),
        "z",
    )
    return _to_utc(naive).to_series().rename(part.name)


def _quick(part: pl.Series, form: Form, order: str | None, year: int) -> pl.Series | None:
    """Read with one strptime format made from a value in the middle; None where it has no such format."""
    told = part.drop_nulls()
    first = told[len(told) // 2]
    match = re.match(form.pattern, first)
    if match is None or not form.has_date or "%" in first:
        return None
    found = {name: match.span(name) for name, value in match.groupdict().items() if value}
    directives = _directives(form, order)
    if "h" not in found or "n" not in found or not set(found) <= set(directives):
        return None
    half = bool({"a", "b"} & set(found))
    written, place = "", 0
    for name, (start, end) in sorted(found.items(), key=lambda each: each[1]):
        short = name == "y" and end - start == 2
        written += first[place:start] + (
            "%I" if half and name == "h" else "%y" if short else directives[name]
        )
        place = end
    written += first[place:]
    if half:
        part = part.str.replace("오전", "AM", literal=True).str.replace("오후", "PM", literal=True)
    if not form.has_year:
        part, written = f"{year} " + part, f"%Y {written}"
    values = part.str.to_datetime(written, time_unit="us", strict=False)
    return _to_utc(values.to_frame("t")).to_series().rename(told.name)


def _directives(form: Form, order: str | None) -> dict[str, str]:
    """Return the strptime directive of each group; those of three open numbers follow their order."""
    if "p" not in form.groups:
        return _DIRECTIVES
    places = "pq" if "y" in form.groups else "pqr"
    letters = [letter for letter in order or "ymd" if letter != "y" or "r" in places]
    return _DIRECTIVES | {place: f"%{letter}" for place, letter in zip(places, letters, strict=True)}


def _date(
    whole: dict[str, pl.Expr], form: Form, order: str | None, year: int
) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    if "p" in whole:
        if "y" in whole:
            first_is_day = order == "dmy"
            return whole["y"], whole["q" if first_is_day else "p"], whole["p" if first_is_day else "q"]
        places = dict(zip(order or "ymd", "pqr", strict=True))
        return 2000 + whole[places["y"]], whole[places["m"]], whole[places["d"]]
    y = whole.get("y", pl.lit(year, pl.Int32))
    if "y" in whole:
        y = pl.when(y < 100).then(y + 2000).otherwise(y)
    return y, whole["m"], whole.get("d", pl.lit(1, pl.Int32))


def _clock(whole: dict[str, pl.Expr], names: tuple[str, ...]) -> pl.Expr:
    """Microseconds since midnight; 24:00 is the next day's midnight; null where no such time exists."""
    if "h" not in names:
        return pl.lit(0, pl.Int64)
    hour = whole["h"].fill_null(0)
    if "a" in names:
        half = pl.coalesce("a", "b").str.to_lowercase().str.replace_all(".", "", literal=True)
        after, before = half.is_in(["오후", "pm"]), half.is_in(["오전", "am"])
        hour = (
            pl.when(after & (hour < 12)).then(hour + 12).when(before & (hour == 12)).then(0).otherwise(hour)
        )
    minute = whole["n"].fill_null(0)
    second = whole["s"].fill_null(0) if "s" in whole else pl.lit(0, pl.Int32)
    fraction: pl.Expr = pl.lit(0, pl.Int64)
    if "f" in names:
        fraction = pl.col("f").str.pad_end(6, "0").str.slice(0, 6).cast(pl.Int64, strict=False).fill_null(0)
    valid = (minute < 60) & (second < 60) & ((hour < 24) | ((hour == 24) & (minute == 0) & (second == 0)))
    total = (hour.cast(pl.Int64) * 3600 + minute * 60 + second) * 1_000_000 + fraction
    return pl.when(valid).then(total)


def _to_utc(naive: pl.DataFrame) -> pl.DataFrame:
    """Columns t (wall clock) and perhaps z (its zone) → t in UTC; no zone is Asia/Seoul."""
    seoul = (
        pl.col("t")
        .dt.replace_time_zone(SEOUL.key, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )
    if "z" not in naive.columns or naive["z"].null_count() == naive.height:
        return naive.select(seoul)
    digits = pl.col("z").str.replace_all(r"[^0-9]", "").str.pad_end(4, "0")
    minutes = digits.str.slice(0, 2).cast(pl.Int64, strict=False) * 60 + digits.str.slice(2, 2).cast(
        pl.Int64, strict=False
    )
    signed = pl.when(pl.col("z").str.starts_with("-")).then(-minutes).otherwise(minutes)
    offset = pl.when(pl.col("z").str.to_uppercase().is_in(["Z", "UTC", "GMT"])).then(0).otherwise(signed)
    zoned = pl.col("t").dt.replace_time_zone("UTC") - pl.duration(minutes=offset)
    return naive.select(
        pl.when(pl.col("z").is_null() | (pl.col("z") == "KST")).then(seoul).otherwise(zoned).alias("t")
    )


def _rolled(values: pl.Series, context: Context, *, told: bool) -> pl.Series:
    """Move on to the next year where the rows pass New Year, and back where they would lie in the future."""
    frame = values.to_frame("t").with_columns(pl.col("t").forward_fill().diff().alias("step"))
    frame = frame.with_columns(
        (pl.col("step") < pl.duration(days=-180)).fill_null(value=False).cum_sum().alias("years")
    )
    moved = frame.select(pl.col("t").dt.offset_by(pl.format("{}y", "years"))).to_series()
    last = moved.max()
    if not told and isinstance(last, datetime) and last > context.now:
        moved = moved.dt.offset_by("-1y")
    return moved.rename(values.name)


def _without_ditto(column: pl.Series, sample: list[str]) -> tuple[pl.Series, list[str], int]:
    if not any(value.startswith(DITTO) for value in sample):
        return column, sample, 0
    filled: list[str | None] = []
    last, date = None, ""
    count = 0
    for value in column.to_list():
        mark = next((each for each in DITTO if value is not None and value.startswith(each)), None)
        if value is None or mark is None:
            filled.append(value)
            if value is not None:
                last, date = value, _date_part(value) or date
            continue
        rest = value.removeprefix(mark).strip()
        filled.append(f"{date} {rest}".strip() if rest else last)
        last = filled[-1]
        count += 1
    done = pl.Series(column.name, filled, pl.String)
    return done, done.drop_nulls().head(_SAMPLE).unique(maintain_order=True).to_list(), count


def _carry_dates(column: pl.Series) -> tuple[pl.Series, int]:
    filled: list[str | None] = []
    date, count = "", 0
    clock = re.compile(BY_NAME["clock"].pattern)
    for value in column.to_list():
        if value is not None and date and clock.match(value):
            filled.append(f"{date} {value}")
            count += 1
            continue
        filled.append(value)
        date = (_date_part(value) or date) if value else date
    return pl.Series(column.name, filled, pl.String), count


def _date_part(value: str) -> str:
    """Return the text before the time of day."""
    parts = re.split(r"\s*(?:오전|오후|[AaPp][Mm]\b)|[T\s]+(?=[0-9]{1,2}\s*[:시])", _plain(value), maxsplit=1)
    return parts[0].strip() if form_of(parts[0].strip()) else ""
