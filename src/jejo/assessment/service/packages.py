"""The room's data packages on disk: `assessment/data/<name>/package.yaml`, checked when read."""

from importlib.resources import files
from typing import TypeVar

import msgspec
import yaml

from jejo.assessment.domain.examined import Limit
from jejo.assessment.domain.holdings import RecordKind
from jejo.assessment.domain.process_match import ProcessWords
from jejo.assessment.domain.readiness import CellNeeds, Need, Route
from jejo.kernel.errors import Invalid
from jejo.knowledge.domain import Package
from jejo.knowledge.domain.package import Entry, check_known, check_unique

P = TypeVar("P", bound=Package)


class UnitLimit(Entry, frozen=True, kw_only=True):
    """Lowest and highest possible value in a unit; None is open."""

    unit: str
    low: float | None = None
    high: float | None = None


class Plausible(Package, frozen=True, kw_only=True):
    """What quantities can be at all."""

    limits: tuple[UnitLimit, ...]

    def by_unit(self) -> dict[str, Limit]:
        """Return the limits by UCUM code."""
        return {each.unit: Limit(each.low, each.high) for each in self.limits}


class ProcessEntry(Entry, frozen=True, kw_only=True):
    """Our words for one process."""

    process: str
    words: tuple[str, ...]
    groups: tuple[str, ...]


class ProcessVocabulary(Package, frozen=True, kw_only=True):
    """Our words for all processes."""

    processes: tuple[ProcessEntry, ...]

    def __post_init__(self) -> None:
        check_unique(self.name, "process", (each.process for each in self.processes))

    def entries(self) -> tuple[ProcessWords, ...]:
        """Return the words as the matcher takes them."""
        return tuple(ProcessWords(each.process, each.words, each.groups) for each in self.processes)


class RecordEntry(Entry, frozen=True, kw_only=True):
    """A kind of record and its groups of header words."""

    code: str
    words: tuple[tuple[str, ...], ...]
    process: bool = False


class NeedEntry(Entry, frozen=True, kw_only=True):
    """One requirement."""

    measure: str
    at_least: float = 1.0
    core: bool = False
    after: str | None = None


class RouteEntry(Entry, frozen=True, kw_only=True):
    """One use of a cell."""

    code: str
    needs: tuple[NeedEntry, ...]


class CellEntry(Entry, frozen=True, kw_only=True):
    """One cell and its routes."""

    cell: str
    routes: tuple[RouteEntry, ...]


class Requirements(Package, frozen=True, kw_only=True):
    """What every cell needs.

    Args:
        measures: figures of a table that a need may name.
        never: what no table can hold.
    """

    records: tuple[RecordEntry, ...]
    measures: tuple[str, ...]
    never: tuple[str, ...]
    cells: tuple[CellEntry, ...]

    def __post_init__(self) -> None:
        check_unique(self.name, "cell", (each.cell for each in self.cells))
        known = {*(each.code for each in self.records), *self.measures, *self.never}
        needs = [need for cell in self.cells for route in cell.routes for need in route.needs]
        check_known(self.name, "measure", (need.measure for need in needs), known)
        check_known(self.name, "measure", (need.after for need in needs if need.after), known)

    def record_kinds(self) -> tuple[RecordKind, ...]:
        """Return the kinds of records."""
        return tuple(RecordKind(each.code, each.words, each.process) for each in self.records)

    def cell_needs(self) -> dict[str, CellNeeds]:
        """Return the requirements by cell code."""
        records = frozenset(each.code for each in self.records)
        return {
            each.cell: CellNeeds(
                each.cell,
                tuple(
                    Route(
                        route.code,
                        tuple(
                            Need(need.measure, need.at_least, need.core, need.after) for need in route.needs
                        ),
                    )
                    for route in each.routes
                ),
                records,
            )
            for each in self.cells
        }


def read(name: str, kind: type[P]) -> P:
    """Return a package of this room.

    Raises:
        Invalid: `assessment.bad-package` with the place and the reason.
    """
    text = (files("jejo.assessment") / "data" / name / "package.yaml").read_text(encoding="utf-8")
    return parse(name, text, kind)


def parse(name: str, text: str, kind: type[P]) -> P:
    """Return a package from its text.

    Raises:
        Invalid: `assessment.bad-package` with the place and the reason.
    """
    try:
        # CSafeLoader is the safe loader in C.
        tree = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        return msgspec.convert(tree, kind, strict=True)
    except (yaml.YAMLError, msgspec.ValidationError) as wrong:
        raise Invalid("assessment.bad-package", package=name, reason=str(wrong)) from wrong
