"""Keeps reports, and gives them again: as a document, as a file, as chart data."""

import math
from collections.abc import Sequence
from contextlib import AbstractContextManager
from io import BytesIO
from pathlib import PurePosixPath
from typing import Protocol

import msgspec
import polars as pl

from jejo.accounts.domain import Scope
from jejo.history.domain.readings import EARLIEST, LATEST
from jejo.history.service import HistoryService
from jejo.intake.domain.table import Column, Role, Table
from jejo.kernel.errors import Invalid, NotFound
from jejo.kernel.files import LocalFiles
from jejo.kernel.ids import sha256_hex
from jejo.kernel.plugins import Plugins
from jejo.kernel.texts import LANGUAGES, Language, texts
from jejo.knowledge.service import KnowledgeService
from jejo.onboarding.domain.chart import Renderer
from jejo.onboarding.domain.diagnosis import Diagnosis, ReportCard
from jejo.onboarding.domain.document import ReportDocument
from jejo.onboarding.domain.drawing import AXIS, charts_of, drawn, encoded
from jejo.onboarding.domain.presenting import present
from jejo.onboarding.domain.wishes import Wishes
from jejo.plant.domain import SignalSpec, tidy_name
from jejo.plant.service import PlantService

GROUPS_AS_EQUIPMENT = 50
"""More runs than this in one table are shots or cases, not machines."""


WORTH_COMPACTING = 256_000_000
"""Bytes in the landing log; where no server runs beside, the command moves them into the tables itself."""


class ReportStore(Protocol):
    """Kept reports of one organisation within one transaction."""

    def add(self, card: ReportCard) -> None:
        """Keep a report's card; the same id again replaces it."""

    def cards(self) -> Sequence[ReportCard]:
        """Return all cards, newest first."""

    def card(self, report: str) -> ReportCard | None:
        """Return the card of a report, or None."""


class Begin(Protocol):
    """Opens one transaction: committed when the block ends, undone when it raises."""

    def __call__(self, scope: Scope, *, only_read: bool = False) -> AbstractContextManager[ReportStore]:
        """Return the store of the scope's organisation."""


class ReportService:
    """The archive of first reports."""

    def __init__(
        self,
        begin: Begin,
        files: LocalFiles,
        plant: PlantService,
        history: HistoryService,
        knowledge: KnowledgeService,
        renderers: Plugins[type[Renderer]],
    ) -> None:
        self._begin = begin
        self._files = files
        self._plant = plant
        self._history = history
        self._knowledge = knowledge
        self._renderers = renderers

    def present(self, diagnosis: Diagnosis, language: Language, report: str | None = None) -> ReportDocument:
        """Return the document of a diagnosis in one language."""
        return present(diagnosis, texts(language), _KnownWords(self._knowledge), report)

    def keep(
        self, scope: Scope, report: str, diagnosis: Diagnosis, wishes: Wishes, uploads: Sequence[str] = ()
    ) -> None:
        """Keep the report, its frozen tables, and the readings of every table that has time.

        Repeating it with the same id changes nothing.
        """
        for number, found in enumerate(diagnosis.tables):
            parquet = BytesIO()
            drawn(found.table).write_parquet(parquet, compression="zstd", statistics=True)
            self._files.put(_key(scope, report, f"table-{number}.parquet"), [parquet.getvalue()])
            self._remember(scope, found.table, diagnosis, wishes)
        if self._history.debt(scope).bytes > WORTH_COMPACTING:
            self._history.compact(scope)
        for language in LANGUAGES:
            document = msgspec.json.encode(self.present(diagnosis, language, report))
            self._files.put(_key(scope, report, f"document.{language}.json"), [document])
        tables = diagnosis.tables
        card = ReportCard(
            id=report,
            name=", ".join(dict.fromkeys(source.name for source in diagnosis.sources)),
            made_at=diagnosis.made_at,
            rows=sum(each.table.frame.height for each in tables),
            anomalies=sum(len(each.anomalies.anomalies) for each in tables),
            quality=math.fsum(each.quality.score for each in tables) / len(tables),
            uploads=tuple(uploads),
            wishes=wishes,
        )
        # The card comes last: a report that is listed is whole.
        with self._begin(scope) as store:
            store.add(card)

    def _remember(self, scope: Scope, table: Table, diagnosis: Diagnosis, wishes: Wishes) -> None:
        columns = [column for column in table.columns if column.role is Role.SIGNAL]
        if table.time is None or not columns or table.frame[table.time].null_count() == table.frame.height:
            return
        name = tidy_name(wishes.equipment or _machine(table, diagnosis))
        for group, frame in _runs(table):
            equipment = name if group is None else f"{name} {group}"
            self._append(scope, equipment, columns, table, frame, (diagnosis, wishes))

    def _append(
        self,
        scope: Scope,
        equipment: str,
        columns: Sequence[Column],
        table: Table,
        frame: pl.DataFrame,
        origin: tuple[Diagnosis, Wishes],
    ) -> None:
        time = str(table.time)
        sampling = None if table.sampling is None else table.sampling.total_seconds() or None
        machine = self._plant.register(
            scope,
            equipment=equipment,
            signals=[
                SignalSpec(column.name, concept=column.concept, unit=column.unit, sampling_s=sampling)
                for column in columns
            ],
        )
        diagnosis, wishes = origin
        # The same file read the same way appends under the same key: a repetition is a no-op.
        digests = [source.sha256 for source in diagnosis.sources]
        read = msgspec.json.encode((digests, table.name, sorted(wishes.without), wishes.time))
        collector = f"report:{sha256_hex([read])[:32]}:{machine.id}"
        for sequence, column in enumerate(columns):
            readings = frame.select(
                pl.lit(machine.signal(column.name).id).alias("signal"),
                pl.col(time).alias("time"),
                pl.col(column.name).cast(pl.Float64).alias("value"),
            ).filter(
                pl.col("value").is_not_null(), pl.col("time").is_between(EARLIEST, LATEST, closed="left")
            )
            if readings.height:
                self._history.append(scope, collector, sequence, readings)

    def cards(self, scope: Scope) -> Sequence[ReportCard]:
        """Return all kept reports, newest first."""
        with self._begin(scope, only_read=True) as store:
            return store.cards()

    def card(self, scope: Scope, report: str) -> ReportCard:
        """Return one kept report.

        Raises:
            NotFound: `onboarding.no-report`.
        """
        with self._begin(scope, only_read=True) as store:
            card = store.card(report)
        if card is None:
            raise NotFound("onboarding.no-report", report=report)
        return card

    def document(self, scope: Scope, report: str, language: Language) -> ReportDocument:
        """Return the report as it was made.

        Raises:
            NotFound: `onboarding.no-report`.
        """
        self.card(scope, report)
        content = self._files.read(_key(scope, report, f"document.{language}.json"))
        return msgspec.json.decode(content, type=ReportDocument)

    def rendered(self, scope: Scope, report: str, language: Language, form: str) -> tuple[bytes, str]:
        """Return the report as a file, and its media type.

        Raises:
            NotFound: `onboarding.no-report`; `kernel.no-plugin` for an unknown form.
        """
        document = self.document(scope, report, language)
        frames = {n: self._frame(scope, report, n) for n in range(len(document.tables))}
        return self.render(document, frames, form)

    def render(
        self, document: ReportDocument, frames: dict[int, pl.DataFrame], form: str
    ) -> tuple[bytes, str]:
        """Return a document as a file, and its media type; `frames` as `drawn` makes them."""
        renderer = self._renderers.get(form)()
        charts = {n: charts_of(document.tables[n], frame) for n, frame in frames.items()}
        return renderer.render(document, charts), renderer.media_type

    def series(
        self,
        scope: Scope,
        report: str,
        table: int,
        signals: Sequence[str],
        *,
        start: float | None,
        end: float | None,
        width: int,
    ) -> bytes:
        """Return signals of a report's table, reduced to `width` pixels, as `history.domain` encodes them.

        Args:
            start, end: range of the axis, seconds since the epoch or row numbers; None: all.
        Raises:
            NotFound: `onboarding.no-report`, `onboarding.no-signal`.
            Invalid: `onboarding.bad-range`.
        """
        if not (1 <= width <= 10_000) or (start is not None and end is not None and start >= end):
            raise Invalid("onboarding.bad-range", start=start or 0, end=end or 0, width=width)
        self.card(scope, report)
        frame = self._frame(scope, report, table, signals)
        return encoded(frame, signals, start, end, width)

    def _frame(
        self, scope: Scope, report: str, table: int, signals: Sequence[str] | None = None
    ) -> pl.DataFrame:
        path = self._files.path(_key(scope, report, f"table-{table}.parquet"))
        if not path.is_file():
            raise NotFound("onboarding.no-table", table=table)
        names = pl.read_parquet_schema(path)
        if unknown := set(signals or ()) - set(names):
            raise NotFound("onboarding.no-signal", signal=sorted(unknown))
        columns = None if signals is None else [AXIS, *signals]
        return pl.read_parquet(path, columns=columns)


def _key(scope: Scope, report: str, name: str) -> str:
    return f"reports/{scope.organisation}/{report}/{name}"


def _machine(table: Table, diagnosis: Diagnosis) -> str:
    """Return a name for equipment that nobody named: the file's, with the sheet's where there are several."""
    if len(diagnosis.sources) > 1:
        return table.name
    stem = PurePosixPath(diagnosis.sources[0].name).stem
    return stem if len(diagnosis.tables) == 1 or table.name == stem else f"{stem} {table.name}"


def _runs(table: Table) -> list[tuple[str | None, pl.DataFrame]]:
    """Split a table whose runs overlap in time: one machine cannot have two values at once."""
    time = str(table.time)
    if not table.groups or not table.frame[time].is_duplicated().any():
        return [(None, table.frame)]
    runs = table.frame.partition_by(table.groups, maintain_order=True, as_dict=True)
    if len(runs) > GROUPS_AS_EQUIPMENT:
        return [(None, table.frame)]
    return [(" ".join(str(part) for part in key), frame) for key, frame in runs.items()]


class _KnownWords:
    """Names to show, from the knowledge room."""

    def __init__(self, knowledge: KnowledgeService) -> None:
        self._knowledge = knowledge

    def concept_name(self, concept: str, language: str) -> str:
        known = self._knowledge.concept(concept)
        return (known.ko if language == "ko" else known.en)[0]

    def unit_symbol(self, unit: str) -> str:
        known = self._knowledge.unit(unit)
        return unit if known is None else known.symbol

    def cell_name(self, cell: str, language: str) -> str:
        known = self._knowledge.cell(cell)
        return known.example_ko if language == "ko" else known.example_en

    def process_name(self, process: str, language: str) -> str:
        known = self._knowledge.process_model(process)
        return known.ko if language == "ko" else known.en
