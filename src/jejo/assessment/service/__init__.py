"""Use cases of the room: how good the data is, what AI it can carry, which process it shows, what to do next."""

from collections.abc import Sequence
from functools import cached_property
from typing import Protocol

from jejo.ai.domain.anomaly import AnomalyReport
from jejo.ai.domain.drivers import LabelReport
from jejo.assessment.domain import Action, ProcessMatch, Quality, Readiness
from jejo.assessment.domain.actions import Situation, three_actions
from jejo.assessment.domain.examined import Examined, Limit, Limits
from jejo.assessment.domain.holdings import holdings_of
from jejo.assessment.domain.process_match import ProcessIndex
from jejo.assessment.domain.quality import judge
from jejo.assessment.domain.readiness import readiness_of
from jejo.assessment.service.packages import Plausible, ProcessVocabulary, Requirements, read
from jejo.intake.domain.table import Source, Table
from jejo.kernel.errors import Invalid, NotFound
from jejo.knowledge.domain import Cell, Concept, ProcessModel


class Knowledge(Protocol):
    """What the assessment asks of the knowledge room."""

    def process_models(self) -> Sequence[ProcessModel]: ...

    def cells(self) -> Sequence[Cell]: ...

    def concepts(self) -> Sequence[Concept]: ...

    def convert(self, value: float, source: str, target: str) -> float: ...


class AssessmentService:
    """Judges understood tables; keeps nothing."""

    def __init__(self, knowledge: Knowledge) -> None:
        self._knowledge = knowledge

    def quality(self, table: Table, source: Source, siblings: Sequence[Table] = ()) -> Quality:
        """Judge a table by the six certified criteria.

        Args:
            siblings: the other tables of the same file, for the comparison of sheets.
        """
        return judge(Examined(table, source, self._limits, tuple(siblings)))

    def readiness(
        self, tables: Sequence[Table], label: LabelReport | None, anomalies: AnomalyReport | None
    ) -> tuple[Readiness, ...]:
        """Judge all 35 cells, in the order of the taxonomy.

        Raises:
            Invalid: `assessment.bad-package` when a cell has no requirements.
        """
        needs = self._requirements.cell_needs()
        kinds = self._requirements.record_kinds()
        holdings = [holdings_of(table, kinds, label, anomalies) for table in tables]
        answers = []
        for cell in self._knowledge.cells():
            if cell.code not in needs:
                raise Invalid("assessment.bad-package", package="readiness", reason=f"no needs: {cell.code}")
            answers.append(readiness_of(needs[cell.code], holdings))
        return tuple(answers)

    def process_model(self, tables: Sequence[Table]) -> ProcessMatch | None:
        """Return the process model that the tables resemble, or None where nothing speaks for one."""
        return self._processes.match(tables, self._convert)

    def next_actions(
        self,
        tables: Sequence[Table],
        qualities: Sequence[Quality],
        readiness: Sequence[Readiness],
        label: LabelReport | None,
        anomalies: AnomalyReport | None,
    ) -> tuple[Action, ...]:
        """Return the three most useful next steps, the most useful first.

        Args:
            qualities: of each table, in the same order.
        """
        return three_actions(Situation(tuple(tables), tuple(qualities), tuple(readiness), label, anomalies))

    @cached_property
    def _requirements(self) -> Requirements:
        return read("readiness", Requirements)

    @cached_property
    def _limits(self) -> Limits:
        by_concept = {each.id: Limit(*each.span) for each in self._knowledge.concepts() if each.span}
        return Limits(by_concept, read("plausible", Plausible).by_unit())

    @cached_property
    def _processes(self) -> ProcessIndex:
        groups = {concept.id: concept.group for concept in self._knowledge.concepts()}
        words = read("process_words", ProcessVocabulary).entries()
        return ProcessIndex(self._knowledge.process_models(), words, groups)

    def _convert(self, value: float, source: str, target: str) -> float | None:
        try:
            return self._knowledge.convert(value, source, target)
        except (NotFound, Invalid):
            # Units that do not fit say nothing about the process.
            return None
