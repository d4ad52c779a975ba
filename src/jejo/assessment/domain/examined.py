"""A table with its signals profiled once, so that every criterion looks at the same figures."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from jejo.assessment.domain.profile import SignalProfile, profile_signals
from jejo.intake.domain.table import Column, Finding, Role, Source, Table

_CLOCK_WITHOUT_HOUR = re.compile(r"^\d{1,2}:\d{2}\.\d+$")


@dataclass(frozen=True)
class Limit:
    """What a quantity can be at all, in its unit; None is open."""

    low: float | None
    high: float | None


@dataclass(frozen=True)
class Limits:
    """Physical limits by concept and by UCUM unit."""

    by_concept: Mapping[str, Limit]
    by_unit: Mapping[str, Limit]

    def of(self, column: Column) -> Limit | None:
        """Return the limit of a column: its concept's, else its unit's, else None."""
        return self.by_concept.get(column.concept or "") or self.by_unit.get(column.unit or "")


@dataclass(frozen=True)
class Examined:
    """What the criteria look at.

    Args:
        siblings: the other tables of the same file.
    """

    table: Table
    source: Source
    limits: Limits
    siblings: Sequence[Table] = ()

    @property
    def rows(self) -> int:
        """Number of rows."""
        return self.table.frame.height

    @cached_property
    def signals(self) -> tuple[SignalProfile, ...]:
        """Figures of every signal, in file order."""
        return profile_signals(self.table)

    @cached_property
    def used(self) -> tuple[Column, ...]:
        """All columns that were not put aside."""
        return tuple(column for column in self.table.columns if column.role is not Role.IGNORED)

    @cached_property
    def nulls(self) -> Mapping[str, int]:
        """Missing values per used column; not-a-number counts as missing."""
        names = [column.name for column in self.used]
        if not names:
            return {}
        expressions = [
            (pl.col(name).is_null() | pl.col(name).is_nan()).sum()
            if self.table.frame.schema[name].is_float()
            else pl.col(name).is_null().sum()
            for name in names
        ]
        return {
            name: int(count)
            for name, count in zip(names, self.table.frame.select(expressions).row(0), strict=True)
        }

    def findings(self, *words: str) -> tuple[Finding, ...]:
        """Return what intake reported under codes that contain one of the words."""
        return tuple(each for each in self.table.findings if any(word in each.code for word in words))

    @cached_property
    def truncated_times(self) -> tuple[str, ...]:
        """Columns of clock times whose hour and date were cut off (`24:00.0`), in file order."""
        found = [each.column or self.table.time or "" for each in self.findings("truncated")]
        for name, kind in self.table.frame.schema.items():
            if kind != pl.String or name in found:
                continue
            head = self.table.frame[name].drop_nulls().head(200).to_list()
            if len(head) >= 5 and all(_CLOCK_WITHOUT_HOUR.match(value) for value in head):
                found.append(name)
        return tuple(found)


def share(part: float, whole: float) -> float:
    """Return part of whole, 0 where there is no whole.

    >>> share(1, 4), share(0, 0)
    (0.25, 0.0)
    """
    return part / whole if whole else 0.0
