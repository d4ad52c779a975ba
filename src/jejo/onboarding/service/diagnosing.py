"""Runs intake, analyses and assessment over a file, in that order, and tells how far it is."""

import time
from collections.abc import Callable, Sequence
from pathlib import Path

from jejo.accounts.domain import Scope
from jejo.ai.domain.anomaly import AnomalyReport
from jejo.ai.domain.drivers import LabelReport
from jejo.ai.domain.labels import choose_label
from jejo.ai.service.anomalies import AnomalyService
from jejo.ai.service.drivers import DriverService
from jejo.assessment.service import AssessmentService
from jejo.intake.domain.table import Intake, Role, Source, Table
from jejo.intake.service import IntakeService
from jejo.kernel.clock import Clock
from jejo.kernel.ids import sha256_hex
from jejo.onboarding.domain.diagnosis import Diagnosis, TableDiagnosis
from jejo.onboarding.domain.wishes import Stage, Wishes

Tell = Callable[[Stage, float], None]
"""Called with the stage and the share of the whole that is done, 0 to 1."""

READING, ANOMALIES, LABEL = 0.35, 0.6, 0.9
"""Share of the whole that is done after each stage, by the times measured on the real sets."""


class DiagnosisService:
    """The first report on a file, without keeping anything but the original."""

    def __init__(
        self,
        intake: IntakeService,
        anomalies: AnomalyService,
        drivers: DriverService,
        assessment: AssessmentService,
        clock: Clock,
    ) -> None:
        self._intake = intake
        self._anomalies = anomalies
        self._drivers = drivers
        self._assessment = assessment
        self._clock = clock

    def diagnose(self, scope: Scope, files: Sequence[Path], wishes: Wishes, tell: Tell) -> Diagnosis:
        """Return what the files say.

        Args:
            files: their names are shown as they are.
        Raises:
            Invalid: `intake.*` when a file is refused, or a named column is in none of the tables.
        """
        started = time.perf_counter()
        tell(Stage.READING, 0.0)
        sources: list[Source] = []
        pairs: list[tuple[Source, Table]] = []
        for number, path in enumerate(files):
            intakes = self._intake.read(
                path,
                scope=scope,
                without=wishes.without,
                time=wishes.time,
                label=wishes.label,
                progress=lambda done, _, number=number: tell(  # type: ignore[misc]  # number is bound per file
                    Stage.READING, READING * (number + done) / len(files)
                ),
            )
            sources.append(_dropped(path, intakes))
            pairs += [(intake.source, table) for intake in intakes for table in intake.tables]
        share = 1 / len(pairs)
        found = [
            self._table(
                source,
                [table, *(other for _, other in pairs if other is not table)],
                wishes.label,
                lambda stage, done, number=number: tell(  # type: ignore[misc]  # number is bound per table
                    stage, READING + (1 - READING) * share * (number + done)
                ),
            )
            for number, (source, table) in enumerate(pairs)
        ]
        main = max(found, key=lambda each: each.table.frame.height)
        actions = self._assessment.next_actions(
            [main.table, *(each.table for each in found if each is not main)],
            [main.quality, *(each.quality for each in found if each is not main)],
            main.readiness,
            main.label,
            main.anomalies,
        )
        return Diagnosis(
            tuple(sources), tuple(found), tuple(actions), self._clock(), time.perf_counter() - started
        )

    def _table(
        self,
        source: Source,
        tables: Sequence[Table],
        wanted: str | None,
        tell: Callable[[Stage, float], None],
    ) -> TableDiagnosis:
        """Diagnose the first of the tables; the others came with it."""
        table = tables[0]
        tell(Stage.ANOMALIES, 0.0)
        signals = table.named(Role.SIGNAL)
        anomalies = self._anomalies.find(
            table.frame,
            [name for name in signals if name != wanted],
            time=table.time,
            groups=table.groups,
            progress=lambda done: tell(Stage.ANOMALIES, ANOMALIES * done),
        )
        tell(Stage.LABEL, ANOMALIES)
        label = self._label(
            table, wanted, lambda done: tell(Stage.LABEL, ANOMALIES + (LABEL - ANOMALIES) * done)
        )
        tell(Stage.ASSESSING, LABEL)
        return self._assessed(source, tables, anomalies, label)

    def _label(self, table: Table, wanted: str | None, tell: Callable[[float], None]) -> LabelReport | None:
        labels = [column for column in table.columns if column.role is Role.LABEL]
        if wanted is None:
            choice = choose_label(table.frame, [(column.name, column.confidence) for column in labels])
            if choice is None:
                return None
            chosen, siblings = choice.column, choice.siblings
        elif wanted in table.frame.columns:
            chosen, siblings = wanted, tuple(column.name for column in labels if column.name != wanted)
        else:
            return None
        usable = {Role.SIGNAL, Role.CATEGORY, Role.LABEL, Role.ID}
        return self._drivers.analyse(
            table.frame,
            chosen,
            [column.name for column in table.columns if column.role in usable and column.name != chosen],
            time=table.time,
            groups=table.groups,
            siblings=siblings,
            progress=tell,
        )

    def _assessed(
        self, source: Source, tables: Sequence[Table], anomalies: AnomalyReport, label: LabelReport | None
    ) -> TableDiagnosis:
        return TableDiagnosis(
            table=tables[0],
            quality=self._assessment.quality(tables[0], source, tables[1:]),
            anomalies=anomalies,
            label=label,
            process_model=self._assessment.process_model(tables[:1]),
            readiness=tuple(self._assessment.readiness(tables, label, anomalies)),
        )


def _dropped(path: Path, intakes: Sequence[Intake]) -> Source:
    """Return the file as it was dropped: of an archive the archive itself, not its members."""
    if len(intakes) == 1 and intakes[0].source.name == path.name:
        return intakes[0].source
    with path.open("rb") as file:
        digest = sha256_hex(iter(lambda: file.read(1 << 20), b""))
    return Source(path.name, digest, path.stat().st_size, "zip")
