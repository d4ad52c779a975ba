"""Reads the packages when they are first asked for, and answers from memory."""

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property

from jejo.kernel.errors import Invalid, NotFound
from jejo.knowledge.domain.concepts import Concept, Concepts, HeaderWords
from jejo.knowledge.domain.glossary import Glossary, Term
from jejo.knowledge.domain.package import Package
from jejo.knowledge.domain.processes import AiApplication, ProcessModel, ProcessModels
from jejo.knowledge.domain.search import has_words
from jejo.knowledge.domain.taxonomy import Cell, Taxonomy
from jejo.knowledge.domain.units import (
    Unit,
    Units,
    alias_key,
    convert,
    exact_aliases,
    folded_aliases,
    kind_aliases,
)
from jejo.knowledge.service.packages import head, read

Named = Callable[[str], str]


class KnowledgeService:
    """Everything the product knows beforehand, read-only.

    Making one costs nothing; a package is read and checked when its content is first asked for.

    >>> knowledge = KnowledgeService()
    >>> knowledge.concept("temperature").ko[0], round(knowledge.convert(25, "℃", "degF"), 6)
    ('온도', 77.0)
    """

    def concept(self, concept_id: str) -> Concept:
        """Return a concept.

        Raises:
            NotFound: `knowledge.no-concept`.
        """
        if concept_id not in self._concept_by_id:
            raise NotFound("knowledge.no-concept", id=concept_id)
        return self._concept_by_id[concept_id]

    def concepts(self) -> Sequence[Concept]:
        """Return all concepts, in the order of the package."""
        return self._concepts.concepts

    def header_words(self) -> HeaderWords:
        """Return how words of column headers are read."""
        return self._concepts.words

    def unit(self, alias: str, kind: str | None = None) -> Unit | None:
        """Return the unit that a spelling means, or None if it means none.

        Args:
            alias: as found in a file: `℃`, `RPM`, `kgf/cm²`, `톤`; a UCUM code or a symbol.
            kind: QUDT quantity kind, where known: `g` of an Acceleration is gravity, else gram.
        """
        key = alias_key(alias)
        return (
            (self._kind_aliases.get((kind, key)) if kind else None)
            or self._exact_aliases.get(key)
            or self._folded_aliases.get(key.casefold())
        )

    def units(self) -> Sequence[Unit]:
        """Return all units, in the order of the package."""
        return self._units.units

    def unit_by_qudt(self, qudt: str) -> Unit:
        """Return the unit of a QUDT id.

        Raises:
            NotFound: `knowledge.no-unit`.
        """
        if qudt not in self._unit_by_qudt:
            raise NotFound("knowledge.no-unit", unit=qudt)
        return self._unit_by_qudt[qudt]

    def dimensions(self, concept: Concept) -> frozenset[str]:
        """Return the dimensions in which a concept's values may be given; empty: it is not a quantity."""
        of_units = {self.unit_by_qudt(qudt).dimension for qudt in concept.units}
        return frozenset(of_units | set(self._units.kinds.get(concept.kind or "", ())))

    def convert(self, value: float, source: str, target: str) -> float:
        """Return a value of one unit in another; both as in `unit`.

        Raises:
            NotFound: `knowledge.no-unit`.
            Invalid: `knowledge.unit-mismatch` when they measure different things.
        """
        return convert(value, self._known_unit(source), self._known_unit(target))

    def process_models(self) -> Sequence[ProcessModel]:
        """Return all process models."""
        return self._processes.models

    def process_model(self, model_id: str) -> ProcessModel:
        """Return a process model.

        Raises:
            NotFound: `knowledge.no-process`.
        """
        for model in self._processes.models:
            if model.id == model_id:
                return model
        raise NotFound("knowledge.no-process", id=model_id)

    def taxonomy(self) -> Taxonomy:
        """Return all classifications."""
        return self._taxonomy

    def cells(self) -> Sequence[Cell]:
        """Return the 35 manufacturing-AI cells."""
        return self._taxonomy.cells

    def cell(self, code: str) -> Cell:
        """Return a manufacturing-AI cell.

        Raises:
            NotFound: `knowledge.no-cell`.
        """
        for cell in self._taxonomy.cells:
            if cell.code == code:
                return cell
        raise NotFound("knowledge.no-cell", cell=code)

    def glossary(self) -> Sequence[Term]:
        """Return all terms."""
        return self._glossary.terms

    def find_processes(self, query: str) -> Sequence[ProcessModel]:
        """Return the process models whose name, stages, data, defects or fields hold every word of a query."""
        return [model for model in self._processes.models if has_words(query, self._words_of(model))]

    def find_concepts(self, query: str, named: Named = str) -> Sequence[Concept]:
        """Return the concepts whose names, units or identifiers hold every word of a query.

        Args:
            named: how the reader sees the name of a group.
        """
        return [
            concept
            for concept in self._concepts.concepts
            if has_words(
                query,
                (concept.id, named(concept.group), *concept.names, *self.symbols(concept), *_codes(concept)),
            )
        ]

    def find_units(self, query: str, named: Named = str) -> Sequence[Unit]:
        """Return the units of which a spelling, code or dimension holds every word of a query.

        Args:
            named: how the reader sees the name of a dimension.
        """
        return [
            unit
            for unit in self._units.units
            if has_words(
                query,
                (
                    unit.symbol,
                    unit.ucum,
                    unit.qudt,
                    named(unit.dimension),
                    unit.irdi,
                    *unit.exact,
                    *unit.aliases,
                ),
            )
        ]

    def find_terms(self, query: str, named: Named = str) -> Sequence[Term]:
        """Return the terms whose Korean, English, identifier or note holds every word of a query.

        Args:
            named: how the reader sees the name of a category.
        """
        return [
            term
            for term in self._glossary.terms
            if has_words(query, (term.ko, term.en, term.identifier, named(term.category), term.note))
        ]

    def symbols(self, concept: Concept) -> Sequence[str]:
        """Return the symbols of a concept's usual units, the most usual first."""
        return [self.unit_by_qudt(qudt).symbol for qudt in concept.units]

    def uses_of_cells(self) -> Mapping[str, Sequence[tuple[ProcessModel, AiApplication]]]:
        """Return for every one of the 35 cells which process models use it, and for what."""
        uses: dict[str, list[tuple[ProcessModel, AiApplication]]] = {cell.code: [] for cell in self.cells()}
        for model in self._processes.models:
            for application in model.ai_applications:
                uses[application.cell].append((model, application))
        return uses

    def packages(self) -> Sequence[Package]:
        """Return name, version, validity, source and licence of every package."""
        return [
            head(each)
            for each in (self._concepts, self._units, self._processes, self._taxonomy, self._glossary)
        ]

    @cached_property
    def _concepts(self) -> Concepts:
        package = read("concepts", Concepts)
        for concept in package.concepts:
            unknown = [qudt for qudt in concept.units if qudt not in self._unit_by_qudt]
            if concept.kind and concept.kind not in self._units.kinds:
                unknown.append(concept.kind)
            if unknown:
                raise Invalid(
                    "knowledge.bad-package", package=package.name, reason=f"{concept.id}: {unknown}"
                )
        return package

    @cached_property
    def _units(self) -> Units:
        return read("units", Units)

    @cached_property
    def _processes(self) -> ProcessModels:
        return read("processes", ProcessModels)

    @cached_property
    def _taxonomy(self) -> Taxonomy:
        return read("taxonomy", Taxonomy)

    @cached_property
    def _glossary(self) -> Glossary:
        return read("glossary", Glossary)

    @cached_property
    def _concept_by_id(self) -> dict[str, Concept]:
        return {concept.id: concept for concept in self._concepts.concepts}

    @cached_property
    def _unit_by_qudt(self) -> dict[str, Unit]:
        return {unit.qudt: unit for unit in self._units.units if unit.qudt}

    @cached_property
    def _exact_aliases(self) -> dict[str, Unit]:
        return exact_aliases(self._units)

    @cached_property
    def _folded_aliases(self) -> dict[str, Unit]:
        return folded_aliases(self._units)

    @cached_property
    def _kind_aliases(self) -> dict[tuple[str, str], Unit]:
        return kind_aliases(self._units)

    def _words_of(self, model: ProcessModel) -> Sequence[str]:
        fields = [each for each in self._taxonomy.specialties if each.code in model.specialties]
        names = [(model.ko, model.en)]
        names += [(each.ko, each.en) for each in model.stages]
        names += [(each.ko, each.en) for each in model.data]
        names += [(each.ko, each.en) for each in model.defects]
        names += [(each.ko, each.en) for each in model.ai_applications]
        names += [(each.ko, each.en) for each in fields]
        return [model.id, *(word for pair in names for word in pair)]

    def _known_unit(self, alias: str) -> Unit:
        unit = self.unit(alias)
        if unit is None:
            raise NotFound("knowledge.no-unit", unit=alias)
        return unit


def _codes(concept: Concept) -> Sequence[str | None]:
    return (concept.irdi.code if concept.irdi else None, concept.quantity_irdi, concept.kind)
