"""Reference models of representative processes: stages, their data, defects, hazards and AI applications."""

from jejo.knowledge.domain.package import Entry, Mark, Package, check_known, check_unique


class Equipment(Entry, frozen=True, kw_only=True):
    """A kind of machine that a stage uses."""

    ko: str
    en: str
    provenance: Mark = "ours"


class DataItem(Entry, frozen=True, kw_only=True):
    """A quantity that a stage yields.

    Args:
        unit: as written in practice; `KnowledgeService.unit` reads it where it is a unit at all.
        typical: usual operating span in `unit`; neither a control limit nor a legal one.
        rate: an interval (`1 s`) or an event (`per shot`).
    """

    key: str
    ko: str
    en: str
    unit: str
    typical: tuple[float, float]
    rate: str
    provenance: Mark = "ours"


class Stage(Entry, frozen=True, kw_only=True):
    """One step of a process, in order from 1."""

    order: int
    code: str
    ko: str
    en: str
    equipment: tuple[Equipment, ...]
    data: tuple[DataItem, ...]
    provenance: Mark = "ours"


class QualityItem(Entry, frozen=True, kw_only=True):
    """What the product is judged by; the specification is a typical one.

    Args:
        typical_spec_ko: the same in Korean, where it holds words.
    """

    ko: str
    en: str
    unit: str
    typical_spec: str
    typical_spec_ko: str | None = None


class Defect(Entry, frozen=True, kw_only=True):
    """A usual defect, its causes, and the data of the process that show them."""

    ko: str
    en: str
    causes_ko: tuple[str, ...]
    data_keys: tuple[str, ...]


class Hazard(Entry, frozen=True, kw_only=True):
    """A danger to people, where it arises and how it is controlled."""

    ko: str
    en: str
    where_ko: str
    controls_ko: tuple[str, ...]


class AiApplication(Entry, frozen=True, kw_only=True):
    """A use of AI in the process: one of the 35 cells, and what it needs (data keys or outside sources)."""

    cell: str
    ko: str
    en: str
    inputs: tuple[str, ...]


class ProcessModel(Entry, frozen=True, kw_only=True):
    """Reference model of one process.

    Args:
        group: ROOT, SPECIALTY or PROCESS (common to many industries).
        provenance: `seed` where the strategy gives the model, though single stages may be ours.
        specialties: codes of the taxonomy's specialties.
        ksic: codes of industry divisions.
        kpis: codes of the taxonomy's KPIs.
    """

    id: str
    ko: str
    en: str
    group: str
    provenance: Mark
    specialties: tuple[str, ...]
    ksic: tuple[str, ...]
    kpis: tuple[str, ...]
    stages: tuple[Stage, ...]
    quality: tuple[QualityItem, ...]
    defects: tuple[Defect, ...]
    hazards: tuple[Hazard, ...]
    ai_applications: tuple[AiApplication, ...]

    @property
    def data(self) -> tuple[DataItem, ...]:
        """The data of all stages, in order; two stages may both have a key."""
        return tuple(item for stage in self.stages for item in stage.data)

    def __post_init__(self) -> None:
        if [stage.order for stage in self.stages] != list(range(1, len(self.stages) + 1)):
            check_unique(self.id, "order of stages", ("broken", "broken"))
        check_unique(self.id, "stage", (stage.code for stage in self.stages))
        for stage in self.stages:
            check_unique(f"{self.id}/{stage.code}", "data key", (item.key for item in stage.data))
        keys = {item.key for item in self.data}
        check_known(self.id, "data key", (key for defect in self.defects for key in defect.data_keys), keys)


class ProcessModels(Package, frozen=True, kw_only=True):
    """The package of process models."""

    models: tuple[ProcessModel, ...]

    def __post_init__(self) -> None:
        check_unique(self.name, "model", (model.id for model in self.models))
