"""Numbers out of written cells: thousand separators, units, marks for missing and for "as above"."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

import polars as pl

from jejo.intake.domain.dateforms import DITTO
from jejo.intake.domain.missing import ALWAYS, reason_of
from jejo.intake.domain.table import Finding, Step
from jejo.intake.domain.units import SUFFIX, with_unit

_NUMERIC_SHARE: Final = 0.9
_BROKEN: Final = "written"
_PATTERN: Final = (
    r"^(?P<open>\()?\s*(?P<sign>[+\-−△▲])?\s*(?:₩|\$|€)?\s*(?P<sign2>-)?(?P<body>[0-9][0-9.,]*|[.,][0-9]+)(?P<exp>[eE][+-]?[0-9]+)?\s*"
    rf"{SUFFIX}?\s*\)?$"
)
_THOUSANDS: Final = r"^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?$"
_THOUSANDS_DOT: Final = r"^[0-9]{1,3}(\.[0-9]{3})+(,[0-9]+)?$"
_COMMA_DECIMAL: Final = r"^[0-9]*,[0-9]+$"
_CODE: Final = r"^0[0-9]+$"
_CODE_LIKE: Final = re.compile(r"^(?=.*[A-Za-z가-힣])\S*[0-9]{4,}\S*$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as read.

    Args:
        name: with the unit its cells carried, where they did.
        values: Int64, Float64 or String.
    """

    name: str
    values: pl.Series
    steps: tuple[Step, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class _Record:
    name: str
    without: Collection[str]
    steps: list[Step] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    def take(self, code: str, /, **facts: object) -> bool:
        """Note a step and return True, unless the user left it out."""
        step = Step(code, {"column": self.name, **facts}, column=self.name)
        if step.key in self.without:
            return False
        self.steps.append(step)
        return True


def read_values(column: pl.Series, *, decimal_comma: bool, without: Collection[str]) -> Reading:
    """Return a String column as numbers where it is one, else as cleaned text.

    Args:
        column: trimmed text, null for blank.
        decimal_comma: other columns of the file have decimal commas, so a dot separates thousands.
        without: keys of steps to leave out.
    """
    record = _Record(column.name, without)
    plain = column.cast(pl.Float64, strict=False)
    # NaN and Inf are texts about a missing number, not numbers.
    plain = (
        plain.to_frame("v").select(pl.when(pl.col("v").is_finite()).then("v")).to_series().rename(column.name)
    )
    told = len(column) - column.null_count()
    if told == 0:
        return Reading(column.name, column)
    if decimal_comma and bool(column.drop_nulls().str.contains(_THOUSANDS_DOT).all()):
        column = column.str.replace_all(".", "", literal=True)
        record.take("values.written", count=told)
        return _numbers(column, column.cast(pl.Float64), record)
    if len(plain) - plain.null_count() == told:
        return _numbers(column, plain, record) if not _is_code(column) else Reading(column.name, column)
    column = _repeat_above(column, record)
    open_rows = column.is_not_null() & plain.is_null()
    if _rarely_numbers(column.filter(open_rows), int((~open_rows & column.is_not_null()).sum())):
        return _words(column, record)
    written, units = _written(column.filter(open_rows), decimal_comma)
    values = plain.scatter(open_rows.arg_true(), written) if len(written) else plain
    return _with_reasons(column, values, units, written, record)


def _rarely_numbers(rest: pl.Series, plain: int) -> bool:
    """Return whether a first look at the cells that are no plain numbers shows a column of words."""
    sample = rest.unique(maintain_order=True).head(400).to_list()
    pattern = re.compile(_PATTERN)
    good = sum(
        bool(pattern.match(each)) or bool(re.match(r"^[０-９]", each)) or reason_of(each) is not None
        for each in sample
    )
    return good < 0.3 * len(sample) and plain < 0.5 * (plain + len(rest))


def _is_code(column: pl.Series) -> bool:
    told = column.drop_nulls()
    codes = told.str.contains(_CODE).sum()
    long = told.str.contains(r"^[0-9]{16,}$").sum()
    return bool(codes > 0.02 * len(told) and codes >= 2) or bool(long > 0)


def _numbers(column: pl.Series, values: pl.Series, record: _Record) -> Reading:
    whole = column.cast(pl.Int64, strict=False)
    if whole.null_count() == values.null_count():
        values = whole
    return Reading(record.name, values.rename(record.name), tuple(record.steps), tuple(record.findings))


def _repeat_above(column: pl.Series, record: _Record) -> pl.Series:
    marks = column.is_in(list(DITTO)).fill_null(value=False)
    count = int(marks.sum())
    if not count or bool(marks[0]) or not record.take("values.repeated-above", count=count):
        return column
    frame = pl.DataFrame({"v": column, "m": marks})
    # A blank above stays blank: only the last written cell is repeated.
    told = pl.when(~pl.col("m")).then(pl.col("v"))
    return frame.select(
        pl.when("m").then(told.forward_fill()).otherwise(pl.col("v")).alias(column.name)
    ).to_series()


def _written(rest: pl.Series, decimal_comma: bool) -> tuple[pl.Series, Counter[str]]:
    """Return the numbers of cells that are more than plain digits, null elsewhere, and the units they carried."""
    normal = rest.str.normalize("NFKC").str.strip_chars()
    # ℃ and ㎜ are compatibility characters: units are taken from the cell as written.
    parts = normal.str.extract_groups(
        _PATTERN.replace(SUFFIX, r"(?P<tail>[^0-9()\s][^0-9]*[0-9]?(?:/[^0-9]+)?)")
    ).struct.unnest()
    own = rest.str.strip_chars().str.extract(rf"[0-9０-９)]\s*({SUFFIX.replace('?P<unit>', '')})\s*\)?$", 1)
    body = parts["body"]
    commas = body.str.contains(_COMMA_DECIMAL) & ~body.str.contains(_THOUSANDS)
    dots = body.str.contains(_THOUSANDS_DOT) & body.str.contains(",", literal=True)
    uses_comma = bool(commas.any()) and not bool(
        (body.str.contains(_THOUSANDS) & body.str.contains(".", literal=True)).any()
    )
    uses_comma = uses_comma or (decimal_comma and bool(body.str.contains(_COMMA_DECIMAL).any()))
    frame = parts.select(
        "open", "tail", "body", pl.coalesce("sign", "sign2").alias("sign"), pl.col("exp").fill_null("")
    ).with_columns(own.alias("own"), dots.alias("dots"))
    if uses_comma:
        number = (
            pl.when(
                pl.col("body").str.contains(_THOUSANDS_DOT) & pl.col("body").str.contains(",", literal=True)
            )
            .then(pl.col("body").str.replace_all(".", "", literal=True))
            .otherwise(pl.col("body"))
            .str.replace(",", ".", literal=True)
        )
    else:
        number = (
            pl.when(pl.col("body").str.contains(_THOUSANDS))
            .then(pl.col("body").str.replace_all(",", "", literal=True))
            .when(~pl.col("body").str.contains(",", literal=True))
            .then(pl.col("body"))
        )
    value = (number + pl.col("exp")).cast(pl.Float64, strict=False)
    minus = pl.col("sign").is_in(["-", "−", "△", "▲"]) | pl.col("open").is_not_null()
    fits = pl.col("tail").is_null() | pl.col("own").is_not_null()
    read = frame.select(
        pl.when(fits & value.is_finite())
        .then(pl.when(minus.fill_null(value=False)).then(-value).otherwise(value))
        .alias("v"),
        "own",
    )
    counts = read.filter(pl.col("v").is_not_null() & pl.col("own").is_not_null())["own"].value_counts()
    return read["v"], Counter(dict(counts.rows()))


def _with_reasons(
    column: pl.Series, values: pl.Series, units: Counter[str], written: pl.Series, record: _Record
) -> Reading:
    unread = column.filter(column.is_not_null() & values.is_null())
    counts = unread.value_counts().rows()
    reasons: Counter[str] = Counter()
    strange: Counter[str] = Counter()
    for text, count in counts:
        reason = reason_of(text)
        (reasons if reason else strange)[reason or text] += count
    numbers = len(values) - values.null_count()
    stranger = sum(strange.values())
    # Letters among long digits are codes that mostly happen to be digits.
    coded = any(_CODE_LIKE.search(text) for text in strange)
    # One unit is a quantity; kg beside g in one column is for a person to decide.
    mixed = len(units) > 1 and units.most_common(1)[0][1] < 0.98 * sum(units.values())
    if numbers < max(1, _NUMERIC_SHARE * (numbers + stranger)) or mixed or coded or _is_code(column):
        return _words(column, record)
    if numbers < sum(reasons.values()) and numbers < 3:
        return _words(column, record)
    for reason, count in sorted(reasons.items()):
        texts = sorted(text for text, _ in counts if reason_of(text) == reason)[:5]
        if not record.take(f"values.missing.{reason}", count=count, texts=texts):
            return Reading(record.name, column, tuple(record.steps), tuple(record.findings))
        record.findings.append(
            Finding(
                f"values.missing.{reason}",
                {"column": record.name, "count": count, "texts": texts},
                count,
                record.name,
            )
        )
    if stranger:
        texts = [text for text, _ in strange.most_common(5)]
        if not record.take("values.words", count=stranger, texts=texts):
            return Reading(record.name, column, tuple(record.steps), tuple(record.findings))
        record.findings.append(
            Finding(
                "values.words",
                {"column": record.name, "count": stranger, "texts": texts},
                stranger,
                record.name,
            )
        )
    return _quantity(column, values, units, len(written) - written.null_count(), record)


def _quantity(
    column: pl.Series, values: pl.Series, units: Counter[str], written: int, record: _Record
) -> Reading:
    name = record.name
    if units:
        unit = units.most_common(1)[0][0]
        if not record.take("values.unit", unit=unit, count=sum(units.values())):
            return Reading(name, column, tuple(record.steps), tuple(record.findings))
        name = with_unit(name, unit)
    elif written and not record.take(f"values.{_BROKEN}", count=written):
        return Reading(name, column, tuple(record.steps), tuple(record.findings))
    whole = values.drop_nulls()
    if bool((whole == whole.floor()).all()) and bool((whole.abs() < 1e15).all()):
        values = values.cast(pl.Int64, strict=False)
    return Reading(name, values.rename(name), tuple(record.steps), tuple(record.findings))


def _words(column: pl.Series, record: _Record) -> Reading:
    marks = column.is_in(list(ALWAYS)).fill_null(value=False)
    count = int(marks.sum())
    # "None" may be a real category (no defect): only a sheet's own error marks are surely missing.
    if count:
        texts = sorted(column.filter(marks).unique().to_list())[:5]
        sure = [text for text in texts if text.startswith("#") or text in {"N/A", "NULL", "null", "<NA>"}]
        if sure and record.take(
            "values.missing.not-available", count=int(column.is_in(sure).sum()), texts=sure
        ):
            frame = column.to_frame("v")
            column = frame.select(pl.when(~pl.col("v").is_in(sure)).then("v")).to_series().rename(record.name)
    return Reading(record.name, column, tuple(record.steps), tuple(record.findings))
