"""Keeps the cards of reports; their documents and tables are files."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

import msgspec
from sqlalchemy import Column, Connection, Engine, Float, Integer, MetaData, String, Table, delete, select
from sqlalchemy.engine import Row

from jejo.accounts.domain import Scope
from jejo.onboarding.domain.diagnosis import ReportCard
from jejo.onboarding.domain.wishes import Wishes
from jejo.onboarding.service.reports import Begin

METADATA = MetaData()

REPORT = Table(
    "onboarding_report",
    METADATA,
    Column("organisation", String(64), primary_key=True),
    Column("id", String(26), primary_key=True),
    Column("name", String, nullable=False),
    Column("made_at", String, nullable=False, comment="ISO 8601, UTC"),
    Column("rows", Integer, nullable=False),
    Column("anomalies", Integer, nullable=False),
    Column("quality", Float, nullable=False, comment="0 to 100"),
    Column("uploads", String, nullable=False, comment="JSON list of upload ids"),
    Column("wishes", String, nullable=False, comment="JSON of what the user said"),
)


class _SqlReports:
    def __init__(self, connection: Connection, organisation: str) -> None:
        self._connection = connection
        self._organisation = organisation
        self._mine = REPORT.c.organisation == organisation

    def add(self, card: ReportCard) -> None:
        self._connection.execute(delete(REPORT).where(self._mine, REPORT.c.id == card.id))
        self._connection.execute(
            REPORT.insert().values(
                organisation=self._organisation,
                id=card.id,
                name=card.name,
                made_at=card.made_at.isoformat(),
                rows=card.rows,
                anomalies=card.anomalies,
                quality=card.quality,
                uploads=json.dumps(card.uploads),
                wishes=msgspec.json.encode(card.wishes).decode(),
            )
        )

    def cards(self) -> Sequence[ReportCard]:
        rows = self._connection.execute(select(REPORT).where(self._mine).order_by(REPORT.c.made_at.desc()))
        return [_card(row) for row in rows]

    def card(self, report: str) -> ReportCard | None:
        row = self._connection.execute(select(REPORT).where(self._mine, REPORT.c.id == report)).one_or_none()
        return None if row is None else _card(row)


def report_transactions(engine: Engine) -> Begin:
    """Return what opens transactions on the reports of an organisation."""

    @contextmanager
    def begin(scope: Scope, *, only_read: bool = False) -> Iterator[_SqlReports]:
        with engine.execution_options(only_read=only_read).begin() as connection:
            yield _SqlReports(connection, scope.organisation)

    return begin


def _card(row: Row[tuple[object, ...]]) -> ReportCard:
    return ReportCard(
        id=row.id,
        name=row.name,
        made_at=datetime.fromisoformat(row.made_at),
        rows=row.rows,
        anomalies=row.anomalies,
        quality=row.quality,
        uploads=tuple(json.loads(row.uploads)),
        wishes=msgspec.json.decode(row.wishes, type=Wishes),
    )
