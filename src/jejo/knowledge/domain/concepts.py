"""Concepts: what a measured or recorded thing is called, in which units it comes, and its dictionary identifier."""

from collections.abc import Mapping
from typing import Literal

from jejo.knowledge.domain.package import Entry, Mark, Package, check_known, check_unique


class Irdi(Entry, frozen=True, kw_only=True):
    """A property in IEC CDD or ECLASS, with the evidence that it exists and means this.

    Args:
        match: `exact`, `close`, or `broader` (the property is more general than the concept).
        grade: A: standards body, IDTA, OPC Foundation or QUDT file; B: vendor sample with a description.
        source: where it was seen.
    """

    code: str
    name: str
    match: Literal["exact", "close", "broader"]
    grade: Literal["A", "B"]
    source: str


class Concept(Entry, frozen=True, kw_only=True):
    """One meaning that a column can have.

    Args:
        ko: Korean names, the usual one first.
        en: English names, the usual one first.
        added: those of the names that are our additions to the table.
        units: QUDT ids of usual units, the most usual first; empty: not a measured quantity.
        kind: QUDT quantity kind, or None.
        span: smallest and largest possible value in the first unit, where physics or definition binds.
        quantity_irdi: IEC 62720 IRDI of the quantity kind.
        irdi: property in a dictionary, only where evidence exists.
        other_id: another public identifier, for example an ISO 22400-2 IRI.
    """

    id: str
    group: str
    ko: tuple[str, ...]
    en: tuple[str, ...]
    provenance: Mark
    added: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    kind: str | None = None
    span: tuple[float, float] | None = None
    quantity_irdi: str | None = None
    irdi: Irdi | None = None
    other_id: str | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """All names, Korean first."""
        return (*self.ko, *self.en)


class RoleWords(Entry, frozen=True, kw_only=True):
    """Words that tell what a column is for.

    Args:
        label: in a header: what a model should learn to foresee; `label_alone`: only as the whole header.
        person: a whole header, but for `person_ends`, that means a person; `person_name`: if the values look so.
        identifier: in a header of names and numbers of things; `index`: last word of a place in a row of things.
        kind: a header of few values that name kinds.
        elapsed: first word of time since a start.
        good: values that pass; `bad`: values that do not.
    """

    label: tuple[str, ...]
    label_alone: tuple[str, ...]
    person: tuple[str, ...]
    person_ends: tuple[str, ...]
    person_name: tuple[str, ...]
    identifier: tuple[str, ...]
    index: tuple[str, ...]
    kind: tuple[str, ...]
    elapsed: tuple[str, ...]
    good: tuple[str, ...]
    bad: tuple[str, ...]


class HeaderWords(Entry, frozen=True, kw_only=True):
    """How words of column headers are read.

    Args:
        abbreviations: short or differently spelled word → the word used in the names; English, lower case.
        spellings: Korean spelling → the spelling used in the names.
        qualifiers_en: words that say which one, not what: upper, max, actual.
        qualifiers_ko: the same in Korean, cut from the start or end of a compound.
        blockers: last words that make something else of what stands before: alarm, 이력.
        siblings: concepts that people call alike, told apart by the unit: 진동(g), 진동(mm/s).
        units: UCUM code or dimension → the concept that a header with only a unit of it means.
        instrument_letters: first two letters of an instrument tag → concept (ISA-5.1).
        alone: names that name the concept only when nothing stands before them: time, level, 속도.
        gases: formulas that, standing alone and in this case, mean the gas's concentration.
        ordinary: spellings of units that are also ordinary words: min, 대.
        states: values that make a column of texts a machine's state.
    """

    abbreviations: Mapping[str, str]
    spellings: Mapping[str, str]
    qualifiers_en: tuple[str, ...]
    qualifiers_ko: tuple[str, ...]
    blockers: tuple[str, ...]
    siblings: tuple[tuple[str, ...], ...]
    units: Mapping[str, str]
    instrument_letters: Mapping[str, str]
    alone: tuple[str, ...]
    gases: tuple[str, ...]
    states: tuple[str, ...]
    ordinary: tuple[str, ...]
    roles: RoleWords


class Concepts(Package, frozen=True, kw_only=True):
    """The package of concepts."""

    concepts: tuple[Concept, ...]
    words: HeaderWords

    def __post_init__(self) -> None:
        check_unique(self.name, "concept", (concept.id for concept in self.concepts))
        check_unique(
            self.name,
            "synonym",
            (name for concept in self.concepts for name in {each.casefold() for each in concept.names}),
        )
        pointed = (*self.words.units.values(), *self.words.instrument_letters.values())
        known = [concept.id for concept in self.concepts]
        check_known(
            self.name,
            "concept",
            (*pointed, *(each for group in self.words.siblings for each in group)),
            known,
        )
