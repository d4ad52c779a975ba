"""What the values of a column look like, from a sample."""

import re
from dataclasses import dataclass
from functools import cached_property

import polars as pl

SAMPLE = 20_000
"""Rows looked at; the first ones in full order, for running numbers, are a tenth of it."""

# The hundred most frequent Korean family names cover more than 99 % of people. Names of two syllables are rare,
# ordinary words of two syllables are not.
_FAMILY = (
    "김이박최정강조윤장임한오서신권황안송류유전홍고문양손배백허남심노하곽성차주우구민진지엄채원천방공현함변염여추도소석선설"
    "마길연위표명기반왕금옥육인맹제모탁국어은편용예경봉사부"
)
_NAME = re.compile(
    rf"^[{_FAMILY}][가-힣]{{2}}(?:\s*(?:님|씨|기사|사원|대리|과장|차장|부장|반장|주임))?$|^(?:남궁|황보|제갈|선우|독고|사공)[가-힣]{{1,2}}$"
)
_MASKED = re.compile(rf"^[{_FAMILY}][*○Oo×]{{1,2}}[가-힣]?$")
_RESIDENT = re.compile(r"^\d{6}-?[1-8](?:\d{6}|\*{6})$")
_PHONE = re.compile(r"^(?:\+82[- ]?|0)1[016789][-. ]?\d{3,4}[-. ]?\d{4}$")
_MAIL = re.compile(r"^[\w.+-]+@[\w-]+\.[\w.-]+$")
_CLOCK = re.compile(r"\d{1,2}:\d{2}|\d{4}[-./]\d{1,2}[-./]\d{1,2}")


@dataclass(frozen=True, slots=True)
class _Shares:
    name: float
    private: float
    clock: float


class Values:
    """A column's values, looked at only as far as asked.

    Args:
        column: any length; a sample of it is looked at.
    """

    def __init__(self, column: pl.Series) -> None:
        step = max(1, column.len() // SAMPLE)
        self._first = column.head(SAMPLE // 10)
        self._sample = (column.gather_every(step) if step > 1 else column).drop_nulls()
        self.is_text = column.dtype == pl.String or column.dtype == pl.Categorical
        self.is_time = column.dtype.is_temporal() and column.dtype != pl.Duration
        self.is_number = column.dtype.is_numeric()
        self.is_boolean = column.dtype == pl.Boolean
        self.rows = column.len()
        self.count = self._sample.len()

    @cached_property
    def distinct(self) -> int:
        """Distinct values of the sample, without null."""
        return self._sample.n_unique()

    @property
    def is_empty(self) -> bool:
        """Rows, but nothing in them."""
        return self.rows > 0 and self.count == 0

    @property
    def nearly_distinct(self) -> bool:
        """Hardly any value comes twice."""
        return self.count >= 10 and self.distinct >= 0.9 * self.count

    @property
    def few(self) -> bool:
        """So few different values that they name kinds rather than things."""
        return self.count > 0 and self.distinct <= max(12, min(120, self.count // 20))

    @cached_property
    def words(self) -> frozenset[str]:
        """The different texts, lower case; empty when they are many or not text."""
        if not self.is_text or self.distinct > 12:
            return frozenset()
        return frozenset(str(value).strip().casefold() for value in self._sample.unique())

    @cached_property
    def is_whole(self) -> bool:
        """Only whole numbers."""
        if not self.is_number or self.count == 0:
            return False
        return not self._sample.dtype.is_float() or bool((self._sample == self._sample.round(0)).all())

    @cached_property
    def is_running(self) -> bool:
        """A row number: whole, rising by one nearly always, never coming back."""
        if not self.is_whole or self.count < 10 or self.distinct != self.count:
            return False
        return self._steps.len() > 0 and (self._steps == 1).sum() >= 0.9 * self._steps.len()

    @cached_property
    def is_counting(self) -> bool:
        """Whole and hardly ever falling, so that it may start again: a place within a run."""
        if not self.is_whole or self.count < 10:
            return False
        rises, falls = int((self._steps > 0).sum()), int((self._steps < 0).sum())
        return rises > 0 and falls <= 0.05 * self._steps.len()

    @cached_property
    def _steps(self) -> pl.Series:
        return self._first.drop_nulls().cast(pl.Float64).diff().drop_nulls()

    @cached_property
    def span(self) -> tuple[float, float] | None:
        """The 10th and 90th percentile: bad values such as −200 hardly count."""
        if not self.is_number or self.count == 0:
            return None
        low, high = self._sample.quantile(0.1), self._sample.quantile(0.9)
        return (float(low), float(high)) if low is not None and high is not None else None

    @property
    def is_long_text(self) -> bool:
        """Sentences rather than names."""
        return self.is_text and self.count > 0 and self._sample.str.len_chars().sum() > 40 * self.count

    @property
    def name_share(self) -> float:
        """Share of values that look like Korean personal names."""
        return self._shares.name

    @property
    def private_share(self) -> float:
        """Share of values that are resident numbers, mobile numbers or mail addresses."""
        return self._shares.private

    @property
    def clock_share(self) -> float:
        """Share of values with a date or a time of day in them."""
        return self._shares.clock

    @cached_property
    def _shares(self) -> _Shares:
        if not self.is_text or self.count == 0:
            return _Shares(0.0, 0.0, 0.0)
        texts = [str(value).strip() for value in self._sample.head(300)]
        return _Shares(
            sum(1 for text in texts if _NAME.match(text) or _MASKED.match(text)) / len(texts),
            sum(1 for text in texts if _RESIDENT.match(text) or _PHONE.match(text) or _MAIL.match(text))
            / len(texts),
            sum(1 for text in texts if _CLOCK.search(text)) / len(texts),
        )
