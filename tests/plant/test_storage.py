"""The database keeps its guarantees, and migrations lead to the tables the code expects."""

import importlib
import sqlite3
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, MetaData, text
from sqlalchemy.exc import OperationalError

import jejo
from jejo.accounts.domain import LOCAL_OWNER
from jejo.accounts.storage import OF_NOBODY
from jejo.plant.domain import SignalSpec
from jejo.plant.service import PlantService
from jejo.plant.storage import open_engine, plant_transactions, upgrade


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/deep/jejo.db")
    upgrade(engine)
    yield engine
    engine.dispose()


def all_tables() -> list[MetaData]:
    """Return `METADATA` of every room that keeps tables."""
    house = Path(jejo.__file__).parent
    places = [*house.glob("*/storage.py"), *house.glob("*/storage/__init__.py")]
    rooms = sorted(place.relative_to(house).parts[0] for place in places)
    found = [getattr(importlib.import_module(f"jejo.{room}.storage"), "METADATA", None) for room in rooms]
    return [metadata for metadata in found if metadata is not None]


def test_migrations_and_tables_do_not_differ(engine: Engine) -> None:
    merged = MetaData()
    for metadata in all_tables():
        for table in metadata.sorted_tables:
            table.to_metadata(merged)
    assert "plant_signal" in merged.tables
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, merged) == []


def test_every_table_belongs_to_organisations() -> None:
    for metadata in all_tables():
        for table in metadata.sorted_tables:
            if table.name not in OF_NOBODY:
                assert "organisation" in table.primary_key.columns, table.name


def test_upgrading_again_changes_nothing(engine: Engine) -> None:
    PlantService(plant_transactions(engine), lambda: datetime.now(UTC)).register(
        LOCAL_OWNER, equipment="m", signals=[SignalSpec("a")]
    )
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.scalar(text("select count(*) from plant_signal")) == 1


def test_a_commit_survives_a_power_cut_and_links_are_checked(engine: Engine) -> None:
    with engine.connect() as connection:
        values = [
            connection.scalar(text(f"PRAGMA {name}"))
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert values == ["wal", 2, 1, 10000]


def test_a_reading_transaction_cannot_write(engine: Engine) -> None:
    with engine.connect() as connection:
        reading = connection.execution_options(only_read=True)
        with pytest.raises(OperationalError, match="readonly"):
            reading.execute(text("insert into plant_site values ('o', '1', 'x')"))
    with engine.begin() as connection:
        connection.execute(text("insert into plant_site values ('o', '1', 'x')"))


def test_two_threads_register_the_same_equipment_once(engine: Engine) -> None:
    plant = PlantService(plant_transactions(engine), lambda: datetime.now(UTC))
    ids: list[str] = []

    def register() -> None:
        for _ in range(5):
            machine = plant.register(LOCAL_OWNER, equipment="m", signals=[SignalSpec("a"), SignalSpec("b")])
            ids.append(machine.signals[1].id)

    threads = [threading.Thread(target=register) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 20
    assert len(set(ids)) == 1


def test_the_database_is_an_ordinary_sqlite_file(engine: Engine, tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "deep" / "jejo.db") as plain:
        assert plain.execute("select version_num from alembic_version").fetchone() is not None
    plain.close()
