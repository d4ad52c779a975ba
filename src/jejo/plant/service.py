"""Registers equipment without asking, and finds it again."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Protocol

from jejo.accounts.domain import Scope
from jejo.kernel.clock import Clock
from jejo.kernel.errors import Invalid, NotFound
from jejo.kernel.ids import new_id
from jejo.plant.domain import (
    UNNAMED,
    Change,
    Equipment,
    Line,
    Signal,
    SignalSpec,
    Site,
    learned,
    meant,
    tidy_name,
)


class PlantStore(Protocol):
    """The plant of one organisation within one transaction."""

    def sites(self) -> Sequence[Site]:
        """Return all sites, oldest first."""

    def lines(self) -> Sequence[Line]:
        """Return all lines, oldest first."""

    def equipment(self, *, identifier: str | None = None, name: str | None = None) -> Sequence[Equipment]:
        """Return the equipment that fits, oldest first, each with its signals, without changes."""

    def changes(self, equipment: str) -> Sequence[Change]:
        """Return the recorded contradictions about an equipment's signals, oldest first."""

    def add_site(self, site: Site) -> None:
        """Keep a new site."""

    def add_line(self, line: Line) -> None:
        """Keep a new line of a kept site."""

    def add_equipment(self, equipment: Equipment) -> None:
        """Keep new equipment of a kept line, without its signals."""

    def move(self, equipment: str, line: str) -> None:
        """Put equipment on another kept line."""

    def add_signals(self, signals: Sequence[Signal]) -> None:
        """Keep new signals of kept equipment."""

    def update_signals(self, signals: Sequence[Signal]) -> None:
        """Replace concept, unit and sampling of kept signals."""

    def add_changes(self, changes: Sequence[Change]) -> None:
        """Record contradictions; nothing ever removes them."""


class Begin(Protocol):
    """Opens one transaction: committed when the block ends, undone when it raises."""

    def __call__(self, scope: Scope, *, only_read: bool = False) -> AbstractContextManager[PlantStore]:
        """Return the store of the scope's organisation; `only_read` never waits for a writer."""


class PlantService:
    """What an organisation's factories consist of."""

    def __init__(self, begin: Begin, clock: Clock) -> None:
        self._begin = begin
        self._clock = clock

    def register(
        self,
        scope: Scope,
        *,
        equipment: str,
        signals: Sequence[SignalSpec],
        site: str | None = None,
        line: str | None = None,
    ) -> Equipment:
        """Make sure that equipment and signals exist, and learn what is said about them.

        Repeating it changes nothing: same names, same ids. Unknown facts are filled in; a contradicting unit or
        concept replaces the old one and is reported in `changes` of the result (and kept, see `changes`).

        Args:
            site, line: names; None means: nothing said, so an unnamed one is made where needed.
        Raises:
            Invalid: `plant.no-name`, `plant.signal-twice`, `plant.which-equipment`.
        """
        name = tidy_name(equipment)
        site, line = (None if given is None else tidy_name(given) for given in (site, line))
        specs = {spec.name: spec for spec in signals}
        if len(specs) < len(signals):
            names = [spec.name for spec in signals]
            raise Invalid(
                "plant.signal-twice", names=sorted({each for each in names if names.count(each) > 1})
            )
        with self._begin(scope) as store:
            machine = self._placed(store, name, site, line)
            known = {signal.name: signal for signal in machine.signals}
            new = [
                Signal(new_id(), machine.id, spec.name, spec.concept, spec.unit, spec.sampling_s)
                for spec in specs.values()
                if spec.name not in known
            ]
            now = self._clock()
            lessons = {each: learned(known[each], spec, now) for each, spec in specs.items() if each in known}
            changes = tuple(change for _, found in lessons.values() for change in found)
            store.add_signals(new)
            store.update_signals([better for each, (better, _) in lessons.items() if better != known[each]])
            store.add_changes(changes)
            return replace(store.equipment(identifier=machine.id)[0], changes=changes)

    def _placed(self, store: PlantStore, name: str, site: str | None, line: str | None) -> Equipment:
        machine = meant(store.equipment(name=name), site, line)
        if machine is None:
            machine = Equipment(new_id(), name, self._line(store, site or UNNAMED, line or UNNAMED))
            store.add_equipment(machine)
            return machine
        place = self._line(
            store,
            machine.line.site.name if site is None else site,
            machine.line.name if line is None else line,
        )
        if place != machine.line:
            store.move(machine.id, place.id)
        return machine

    def _line(self, store: PlantStore, site: str, line: str) -> Line:
        for known in store.lines():
            if (known.site.name, known.name) == (site, line):
                return known
        place = next((known for known in store.sites() if known.name == site), None)
        if place is None:
            place = Site(new_id(), site)
            store.add_site(place)
        made = Line(new_id(), place, line)
        store.add_line(made)
        return made

    def equipment(self, scope: Scope) -> Sequence[Equipment]:
        """Return all equipment with its signals, oldest first."""
        with self._begin(scope, only_read=True) as store:
            return store.equipment()

    def find(self, scope: Scope, equipment_id: str) -> Equipment:
        """Return equipment by id.

        Raises:
            NotFound: `plant.no-equipment`.
        """
        with self._begin(scope, only_read=True) as store:
            return _only(store, equipment_id)

    def signals(self, scope: Scope, equipment_id: str) -> Sequence[Signal]:
        """Return the signals of equipment, in the order they became known.

        Raises:
            NotFound: `plant.no-equipment`.
        """
        return self.find(scope, equipment_id).signals

    def changes(self, scope: Scope, equipment_id: str) -> Sequence[Change]:
        """Return all contradictions ever met about the signals of equipment, oldest first.

        Raises:
            NotFound: `plant.no-equipment`.
        """
        with self._begin(scope, only_read=True) as store:
            return store.changes(_only(store, equipment_id).id)


def _only(store: PlantStore, equipment_id: str) -> Equipment:
    found = store.equipment(identifier=equipment_id)
    if not found:
        raise NotFound("plant.no-equipment", id=equipment_id)
    return found[0]
