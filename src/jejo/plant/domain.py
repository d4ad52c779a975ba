"""Where signals come from: enterprise (the organisation) → site → production line → equipment → signal.

Source:
    ISA-95 / IEC 62264-1 equipment hierarchy: enterprise, site, production line, work unit.
"""

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from jejo.kernel.errors import Invalid, NotFound

UNNAMED = ""
"""Name of the site and the line that exist before anyone named one; shown as `plant.unnamed.site|line`."""


def tidy_name(name: str) -> str:
    """Return a name as it is kept: composed Unicode, single spaces, none at the ends.

    Raises:
        Invalid: `plant.no-name` when nothing is left.

    >>> tidy_name("  금형  온도 ")
    '금형 온도'
    """
    tidy = " ".join(unicodedata.normalize("NFC", name).split())
    if not tidy:
        raise Invalid("plant.no-name")
    return tidy


@dataclass(frozen=True, slots=True)
class Site:
    """A place of the enterprise, for example a factory."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Line:
    """A production line or area of a site."""

    id: str
    site: Site
    name: str


@dataclass(frozen=True, slots=True)
class SignalSpec:
    """What someone knows about a signal; None is: not known here.

    Args:
        name: as people and files call it; kept in the form of `tidy_name`.
        concept: `concept_id` of the concept table.
        unit: UCUM code.
        sampling_s: usual distance between readings, in seconds.
    Raises:
        Invalid: `plant.no-name`, `plant.bad-sampling`.
    """

    name: str
    concept: str | None = None
    unit: str | None = None
    sampling_s: float | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "name", tidy_name(self.name))
        if self.sampling_s is not None and not (math.isfinite(self.sampling_s) and self.sampling_s > 0):
            raise Invalid("plant.bad-sampling", name=self.name, sampling_s=self.sampling_s)


@dataclass(frozen=True, slots=True)
class Signal:
    """One measured quantity of one piece of equipment.

    Args:
        id: stable for ever; history keeps readings under it.
        equipment: id of the equipment.
        unit: UCUM code, or None while unknown.
        sampling_s: usual distance between readings, in seconds.
    """

    id: str
    equipment: str
    name: str
    concept: str | None = None
    unit: str | None = None
    sampling_s: float | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A fact about a signal that contradicted the one known before; kept, so that older readings stay readable.

    Args:
        signal: id of the signal.
        attribute: `unit` or `concept`.
        at: when the new fact was learned, aware UTC.
    """

    signal: str
    attribute: str
    before: str
    after: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Equipment:
    """A machine or work unit with its signals.

    Args:
        signals: all of them, in the order they became known.
        changes: contradictions met by the registration that returned this object; empty elsewhere.
    """

    id: str
    name: str
    line: Line
    signals: tuple[Signal, ...] = ()
    changes: tuple[Change, ...] = ()

    def signal(self, name: str) -> Signal:
        """Return the signal of that name.

        Raises:
            NotFound: `plant.no-signal`.
        """
        wanted = tidy_name(name)
        for signal in self.signals:
            if signal.name == wanted:
                return signal
        raise NotFound("plant.no-signal", name=wanted, equipment=self.name)


def learned(signal: Signal, spec: SignalSpec, now: datetime) -> tuple[Signal, tuple[Change, ...]]:
    """Return the signal with what a specification adds, and the contradictions.

    What was unknown is filled; a contradicting unit or concept replaces the old one and is returned as a change.
    The sampling is an estimate from the latest data, so that a new one contradicts nothing.
    """
    changes = tuple(
        Change(signal.id, attribute, before, after, now)
        for attribute, before, after in (
            ("unit", signal.unit, spec.unit),
            ("concept", signal.concept, spec.concept),
        )
        if before is not None and after is not None and before != after
    )
    better = replace(
        signal,
        concept=spec.concept or signal.concept,
        unit=spec.unit or signal.unit,
        sampling_s=spec.sampling_s or signal.sampling_s,
    )
    return better, changes


def meant(known: Sequence[Equipment], site: str | None, line: str | None) -> Equipment | None:
    """Return which of the equipment of one name is meant, or None when it is a new one.

    Equipment that was registered before its site or line had a name is meant as well: its place becomes known.

    Args:
        site, line: names, or None when nothing was said.
    Raises:
        Invalid: `plant.which-equipment` when several fit.
    """
    for unknown in ((), (UNNAMED,)):
        fits = [
            each
            for each in known
            if (site is None or each.line.site.name in (site, *unknown))
            and (line is None or each.line.name in (line, *unknown))
        ]
        if len(fits) > 1:
            places = [f"{each.line.site.name or '-'}/{each.line.name or '-'}" for each in fits]
            raise Invalid("plant.which-equipment", name=fits[0].name, places=places)
        if fits:
            return fits[0]
    return None
