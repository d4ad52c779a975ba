"""Units: every factory spelling leads to one unit; conversion goes through the SI unit of the dimension."""

import unicodedata
from collections.abc import Iterator, Mapping

import msgspec

from jejo.kernel.errors import Invalid
from jejo.knowledge.domain.package import Entry, Package, check_known, check_unique


class Unit(Entry, frozen=True, kw_only=True):
    """A unit of measurement.

    Args:
        ucum: UCUM code; annotations in braces keep apart what UCUM does not: `{#}.min-1` is rpm.
        qudt: id of the QUDT unit, or None where QUDT publishes none.
        symbol: as shown to people.
        dimension: name of what it measures; only units of one dimension convert into each other.
        factor: value in SI = value × factor + offset.
        offset: in the SI unit of the dimension; only temperatures have one.
        aliases: spellings, matched without regard to case and spaces.
        exact: spellings that hold only in this case, tried before all aliases.
        in_kind: quantity kind → spellings that mean this unit only for that kind.
        irdi: IEC 62720 unit IRDI, where published.
    """

    ucum: str
    qudt: str | None
    symbol: str
    dimension: str
    factor: float
    offset: float = 0.0
    aliases: tuple[str, ...] = ()
    exact: tuple[str, ...] = ()
    in_kind: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    irdi: str | None = None

    def to_si(self, value: float) -> float:
        """Return a value of this unit in the SI unit of its dimension."""
        return value * self.factor + self.offset

    def from_si(self, value: float) -> float:
        """Return a value in the SI unit of the dimension in this unit."""
        return (value - self.offset) / self.factor


class Units(Package, frozen=True, kw_only=True):
    """The package of units.

    Args:
        kinds: quantity kind → dimensions in which it may be given.
    """

    units: tuple[Unit, ...]
    kinds: Mapping[str, tuple[str, ...]]

    def __post_init__(self) -> None:
        check_unique(self.name, "unit", (unit.ucum for unit in self.units))
        check_unique(self.name, "QUDT id", (unit.qudt for unit in self.units if unit.qudt))
        check_unique(self.name, "alias", (key for unit in self.units for key in _folded(unit)))
        check_unique(
            self.name,
            "exact alias",
            (key for unit in self.units for key in {alias_key(each) for each in unit.exact}),
        )
        dimensions = {unit.dimension for unit in self.units}
        check_known(
            self.name, "dimension", (each for kind in self.kinds.values() for each in kind), dimensions
        )
        check_known(
            self.name, "quantity kind", (kind for unit in self.units for kind in unit.in_kind), self.kinds
        )


def alias_key(spelling: str) -> str:
    """Return a spelling as it is compared: compatibility forms unfolded, no spaces, one kind of µ and of dot.

    >>> alias_key("㎏ / ㎠"), alias_key("℃"), alias_key("N·m")
    ('kg/cm2', '°C', 'N.m')
    """
    # NFKC makes other letters of the ordinal sign and the ring that many keyboards give for a degree.
    unfolded = unicodedata.normalize("NFKC", spelling.replace("º", "°").replace("˚", "°"))
    return "".join(unfolded.split()).translate(_SAME)


_SAME = str.maketrans({"μ": "u", "·": ".", "⋅": ".", "∙": ".", "•": ".", "^": ""})


def _folded(unit: Unit) -> Iterator[str]:
    yield from {alias_key(alias).casefold() for alias in unit.aliases}


def exact_aliases(units: Units) -> dict[str, Unit]:
    """Return the units by spellings whose case counts; a unit's own UCUM code and symbol are such."""
    found = {alias_key(alias): unit for unit in units.units for alias in unit.exact}
    for unit in units.units:
        for spelling in (unit.symbol, unit.ucum):
            found.setdefault(alias_key(spelling), unit)
    return found


def folded_aliases(units: Units) -> dict[str, Unit]:
    """Return the units by spellings whose case does not count."""
    return {key: unit for unit in units.units for key in _folded(unit)}


def kind_aliases(units: Units) -> dict[tuple[str, str], Unit]:
    """Return the units by quantity kind and the spellings that hold only there."""
    return {
        (kind, alias_key(alias)): unit
        for unit in units.units
        for kind, aliases in unit.in_kind.items()
        for alias in aliases
    }


def convert(value: float, source: Unit, target: Unit) -> float:
    """Return a value of one unit in another.

    Raises:
        Invalid: `knowledge.unit-mismatch` when they measure different things.
    """
    if source.dimension != target.dimension:
        raise Invalid("knowledge.unit-mismatch", source=source.symbol, target=target.symbol)
    return target.from_si(source.to_si(value))
