"""Reads and writes the plant of one organisation within one transaction."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, Row, Select, Table, and_, bindparam, func, select, update
from sqlalchemy.sql.elements import ColumnElement

from jejo.accounts.domain import Scope
from jejo.plant.domain import Change, Equipment, Line, Signal, Site
from jejo.plant.service import Begin
from jejo.plant.storage.tables import CHANGE, EQUIPMENT, LINE, SIGNAL, SITE


def plant_transactions(engine: Engine) -> Begin:
    """Return what opens a transaction on the plant's tables."""

    @contextmanager
    def begin(scope: Scope, *, only_read: bool = False) -> Iterator[PlantTables]:
        with engine.connect() as connection:
            connection = connection.execution_options(only_read=only_read)
            with connection.begin():
                yield PlantTables(connection, scope)

    return begin


class PlantTables:
    """The plant of one organisation; implements `PlantStore`."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self._connection = connection
        self._organisation = scope.organisation

    # The three ways to the database; each one names the organisation.

    def _mine(self, *tables: Table) -> ColumnElement[bool]:
        return and_(*(table.c.organisation == self._organisation for table in tables))

    def _rows(self, query: Select[tuple[object, ...]], *tables: Table) -> Sequence[Row[tuple[object, ...]]]:
        return self._connection.execute(query.where(self._mine(*tables))).all()

    def _add(self, table: Table, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            self._connection.execute(
                table.insert(), [{"organisation": self._organisation, **row} for row in rows]
            )

    def sites(self) -> Sequence[Site]:
        """Return all sites, oldest first."""
        return [Site(row.id, row.name) for row in self._rows(select(SITE).order_by(SITE.c.id), SITE)]

    def lines(self) -> Sequence[Line]:
        """Return all lines, oldest first."""
        query = (
            select(LINE.c.id, LINE.c.name, SITE.c.id.label("site"), SITE.c.name.label("site_name"))
            .join(SITE, SITE.c.id == LINE.c.site)
            .order_by(LINE.c.id)
        )
        return [
            Line(row.id, Site(row.site, row.site_name), row.name) for row in self._rows(query, LINE, SITE)
        ]

    def equipment(self, *, identifier: str | None = None, name: str | None = None) -> Sequence[Equipment]:
        """Return the equipment that fits, oldest first, each with its signals, without changes."""
        wanted = [
            column == value
            for column, value in ((EQUIPMENT.c.id, identifier), (EQUIPMENT.c.name, name))
            if value is not None
        ]
        lines = {line.id: line for line in self.lines()}
        machines = self._rows(select(EQUIPMENT).where(*wanted).order_by(EQUIPMENT.c.id), EQUIPMENT)
        signals: dict[str, list[Signal]] = defaultdict(list)
        query = (
            select(SIGNAL)
            .join(EQUIPMENT, EQUIPMENT.c.id == SIGNAL.c.equipment)
            .where(*wanted)
            .order_by(SIGNAL.c.place)
        )
        for row in self._rows(query, SIGNAL, EQUIPMENT):
            signals[row.equipment].append(
                Signal(row.id, row.equipment, row.name, row.concept, row.unit, row.sampling_s)
            )
        return [Equipment(row.id, row.name, lines[row.line], tuple(signals[row.id])) for row in machines]

    def changes(self, equipment: str) -> Sequence[Change]:
        """Return the recorded contradictions about an equipment's signals, oldest first."""
        query = (
            select(CHANGE)
            .join(SIGNAL, SIGNAL.c.id == CHANGE.c.signal)
            .where(SIGNAL.c.equipment == equipment)
            .order_by(CHANGE.c.place)
        )
        return [
            Change(row.signal, row.attribute, row.before, row.after, datetime.fromisoformat(row.at))
            for row in self._rows(query, CHANGE, SIGNAL)
        ]

    def add_site(self, site: Site) -> None:
        """Keep a new site."""
        self._add(SITE, [{"id": site.id, "name": site.name}])

    def add_line(self, line: Line) -> None:
        """Keep a new line of a kept site."""
        self._add(LINE, [{"id": line.id, "site": line.site.id, "name": line.name}])

    def add_equipment(self, equipment: Equipment) -> None:
        """Keep new equipment of a kept line, without its signals."""
        self._add(EQUIPMENT, [{"id": equipment.id, "line": equipment.line.id, "name": equipment.name}])

    def move(self, equipment: str, line: str) -> None:
        """Put equipment on another kept line."""
        self._connection.execute(
            update(EQUIPMENT).where(self._mine(EQUIPMENT), EQUIPMENT.c.id == equipment).values(line=line)
        )

    def add_signals(self, signals: Sequence[Signal]) -> None:
        """Keep new signals of kept equipment."""
        first = self._next_place(SIGNAL)
        self._add(
            SIGNAL,
            [
                {
                    "id": signal.id,
                    "equipment": signal.equipment,
                    "place": first + index,
                    "name": signal.name,
                    "concept": signal.concept,
                    "unit": signal.unit,
                    "sampling_s": signal.sampling_s,
                }
                for index, signal in enumerate(signals)
            ],
        )

    def update_signals(self, signals: Sequence[Signal]) -> None:
        """Replace concept, unit and sampling of kept signals."""
        if signals:
            self._connection.execute(
                update(SIGNAL)
                .where(self._mine(SIGNAL), SIGNAL.c.id == bindparam("kept"))
                .values(concept=bindparam("c"), unit=bindparam("u"), sampling_s=bindparam("s")),
                [
                    {"kept": each.id, "c": each.concept, "u": each.unit, "s": each.sampling_s}
                    for each in signals
                ],
            )

    def add_changes(self, changes: Sequence[Change]) -> None:
        """Record contradictions; nothing ever removes them."""
        first = self._next_place(CHANGE)
        self._add(
            CHANGE,
            [
                {
                    "signal": change.signal,
                    "place": first + index,
                    "attribute": change.attribute,
                    "before": change.before,
                    "after": change.after,
                    "at": change.at.isoformat(),
                }
                for index, change in enumerate(changes)
            ],
        )

    def _next_place(self, table: Table) -> int:
        query = select(func.coalesce(func.max(table.c.place), -1) + 1).where(self._mine(table))
        return int(self._connection.execute(query).scalar_one())
