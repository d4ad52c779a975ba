"""Classifications: 35 manufacturing-AI cells, 4 × 14 industry, specialties, KSIC, sizes, levels, KPIs, strategy."""

from typing import Literal

from jejo.knowledge.domain.package import Entry, Mark, Package, check_known, check_unique


class Named(Entry, frozen=True, kw_only=True):
    """A code with its names."""

    code: str
    ko: str
    en: str
    provenance: Mark
    note: str | None = None


class Ordered(Named, frozen=True, kw_only=True):
    """A code with its names and its place."""

    order: int


class Definition(Entry, frozen=True, kw_only=True):
    """A definition in both languages."""

    ko: str
    en: str
    provenance: Mark


class Cell(Entry, frozen=True, kw_only=True):
    """What one AI function does in one stage of the value chain.

    Args:
        code: `<stage>-<function>`, for example `MFG-PRE`.
        typical_data: what it usually needs (ours); `typical_data_ko`: the same, item by item.
    """

    code: str
    stage: str
    function: str
    example_ko: str
    example_en: str
    typical_data: tuple[str, ...]
    provenance: Mark
    typical_data_ko: tuple[str, ...] = ()
    note: str | None = None


class EvolutionStage(Ordered, frozen=True, kw_only=True):
    """A stage of AI, from sensing to acting."""

    trait_ko: str
    trait_en: str
    uses_ko: tuple[str, ...]
    uses_en: tuple[str, ...]


class Paradigm(Named, frozen=True, kw_only=True):
    """A period of smart-manufacturing policy."""

    period: str
    core_ko: str
    core_en: str


class IndustryArea(Named, frozen=True, kw_only=True):
    """One of the four areas of the smart-manufacturing industry."""

    alt_ko: str | None = None


class IndustrySubArea(Named, frozen=True, kw_only=True):
    """One of its fourteen sub-areas."""

    area: str
    strategic: bool
    examples: tuple[str, ...]


class Specialty(Named, frozen=True, kw_only=True):
    """One of the eight fields of small manufacturers, with its industry divisions."""

    ksic: tuple[str, ...]
    partner_bodies: tuple[str, ...]


class SizeClass(Named, frozen=True, kw_only=True):
    """A size class of companies, with the strategy's statistics of those that own a factory; rates in percent."""

    is_sme: bool
    firms: int
    adoption_rate_pct: float
    level_advanced_pct: float
    level_basic_pct: float


class SizeTotal(Entry, frozen=True, kw_only=True):
    """The same statistics over several classes; rates in percent."""

    code: str
    firms: int
    adoption_rate_pct: float
    level_advanced_pct: float
    level_basic_pct: float
    provenance: Mark
    note: str | None = None


class FactoryLevel(Named, frozen=True, kw_only=True):
    """A step of the smart-factory ladder."""

    system_level: str
    keyword_ko: str
    keyword_en: str


class SupportStage(Named, frozen=True, kw_only=True):
    """A kind of support, and the levels it aims at."""

    target_levels: tuple[str, ...]


class CollaborationType(Named, frozen=True, kw_only=True):
    """How factories of a collaboration work together."""

    scope_ko: str


class Kpi(Ordered, frozen=True, kw_only=True):
    """A performance indicator of the support programmes."""

    group: str
    group_ko: str
    direction: Literal["up", "down"]
    is_new: bool


class RndCell(Entry, frozen=True, kw_only=True):
    """A research theme: a level of technology in a form of AI."""

    row: str
    col: str
    ko: str
    en: str
    provenance: Mark


class ChainPart(Named, frozen=True, kw_only=True):
    """A part of the chain along which data sets are made."""

    examples_ko: tuple[str, ...]


class TrainingLevel(Named, frozen=True, kw_only=True):
    """A level of training, with an example course."""

    example_ko: str


class StrategyTask(Entry, frozen=True, kw_only=True):
    """A task of the strategy: code `<strategy>-<group>-<number>`, and the bodies responsible."""

    code: str
    group_ko: str
    ko: str
    bodies: tuple[str, ...]
    provenance: Mark


class Taxonomy(Package, frozen=True, kw_only=True):
    """The package of classifications."""

    definition: Definition
    value_chain_stages: tuple[Ordered, ...]
    ai_functions: tuple[Ordered, ...]
    cells: tuple[Cell, ...]
    ai_evolution_stages: tuple[EvolutionStage, ...]
    innovation_paradigms: tuple[Paradigm, ...]
    industry_areas: tuple[IndustryArea, ...]
    industry_sub_areas: tuple[IndustrySubArea, ...]
    specialties: tuple[Specialty, ...]
    ksic_divisions: tuple[Named, ...]
    size_classes: tuple[SizeClass, ...]
    size_totals: tuple[SizeTotal, ...]
    factory_levels: tuple[FactoryLevel, ...]
    support_stages: tuple[SupportStage, ...]
    collaboration_types: tuple[CollaborationType, ...]
    kpis: tuple[Kpi, ...]
    process_kpis: tuple[Named, ...]
    rnd_columns: tuple[Named, ...]
    rnd_rows: tuple[Named, ...]
    rnd_cells: tuple[RndCell, ...]
    dataset_value_chain: tuple[ChainPart, ...]
    training_levels: tuple[TrainingLevel, ...]
    strategies: tuple[Named, ...]
    strategy_tasks: tuple[StrategyTask, ...]

    def __post_init__(self) -> None:
        for what in (
            "cells",
            "industry_sub_areas",
            "ksic_divisions",
            "size_classes",
            "kpis",
            "strategy_tasks",
        ):
            check_unique(self.name, what, (entry.code for entry in getattr(self, what)))
        check_unique(self.name, "place of a cell", (f"{cell.stage}-{cell.function}" for cell in self.cells))
        expected = [
            f"{stage.code}-{use.code}" for stage in self.value_chain_stages for use in self.ai_functions
        ]
        check_known(self.name, "cell", expected, (cell.code for cell in self.cells))
        check_known(self.name, "cell", (cell.code for cell in self.cells), expected)
        areas = [area.code for area in self.industry_areas]
        check_known(self.name, "area", (part.area for part in self.industry_sub_areas), areas)
        divisions = [division.code for division in self.ksic_divisions]
        check_known(
            self.name, "division", (code for field in self.specialties for code in field.ksic), divisions
        )
        levels = [level.code for level in self.factory_levels]
        check_known(
            self.name, "level", (code for each in self.support_stages for code in each.target_levels), levels
        )
