"""The plant in memory: what tests of higher rooms use instead of a database."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace

from jejo.accounts.domain import Scope
from jejo.plant.domain import Change, Equipment, Line, Signal, Site


@dataclass
class PlantInMemory:
    """One organisation's plant; implements `PlantStore`."""

    all_sites: list[Site] = field(default_factory=list)
    all_lines: list[Line] = field(default_factory=list)
    machines: dict[str, Equipment] = field(default_factory=dict)
    all_changes: list[Change] = field(default_factory=list)

    def sites(self) -> Sequence[Site]:
        return list(self.all_sites)

    def lines(self) -> Sequence[Line]:
        return list(self.all_lines)

    def equipment(self, *, identifier: str | None = None, name: str | None = None) -> Sequence[Equipment]:
        return [
            each
            for each in self.machines.values()
            if (identifier is None or each.id == identifier) and (name is None or each.name == name)
        ]

    def changes(self, equipment: str) -> Sequence[Change]:
        signals = {signal.id for signal in self.machines[equipment].signals}
        return [change for change in self.all_changes if change.signal in signals]

    def add_site(self, site: Site) -> None:
        self.all_sites.append(site)

    def add_line(self, line: Line) -> None:
        self.all_lines.append(line)

    def add_equipment(self, equipment: Equipment) -> None:
        self.machines[equipment.id] = equipment

    def move(self, equipment: str, line: str) -> None:
        place = next(each for each in self.all_lines if each.id == line)
        self.machines[equipment] = replace(self.machines[equipment], line=place)

    def add_signals(self, signals: Sequence[Signal]) -> None:
        for signal in signals:
            machine = self.machines[signal.equipment]
            self.machines[machine.id] = replace(machine, signals=(*machine.signals, signal))

    def update_signals(self, signals: Sequence[Signal]) -> None:
        for signal in signals:
            machine = self.machines[signal.equipment]
            kept = tuple(signal if each.id == signal.id else each for each in machine.signals)
            self.machines[machine.id] = replace(machine, signals=kept)

    def add_changes(self, changes: Sequence[Change]) -> None:
        self.all_changes.extend(changes)


class PlantsInMemory:
    """Opens transactions on plants kept per organisation; implements `Begin`."""

    def __init__(self) -> None:
        self._plants: dict[str, PlantInMemory] = defaultdict(PlantInMemory)

    @contextmanager
    def __call__(self, scope: Scope, *, only_read: bool = False) -> Iterator[PlantInMemory]:
        draft = deepcopy(self._plants[scope.organisation])
        yield draft
        if not only_read:
            self._plants[scope.organisation] = draft
