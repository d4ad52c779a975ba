"""Opens the database with the guarantees every room relies on, and brings its tables up to date."""

import sqlite3
from importlib.resources import as_file, files

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.pool import ConnectionPoolEntry

from jejo.kernel.settings import local_path

PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=10000", "foreign_keys=ON")
"""A commit survives a power cut; readers never wait for a writer, a writer waits up to 10 s for another."""


def open_engine(url: str) -> Engine:
    """Return the engine of a database URL.

    On SQLite each transaction starts with the write lock, so that what it read cannot change before it writes.
    A connection with the execution option `only_read=True` takes a snapshot instead and cannot write.
    """
    if not url.startswith("sqlite"):
        return create_engine(url, pool_pre_ping=True)
    local_path(url).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(url)

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # The driver's own idea of transactions would begin them too late.
        connection.isolation_level = None
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        only_read = bool(connection.get_execution_options().get("only_read"))
        connection.exec_driver_sql(f"PRAGMA query_only={only_read}")
        connection.exec_driver_sql("BEGIN" if only_read else "BEGIN IMMEDIATE")

    return engine


def upgrade(engine: Engine) -> None:
    """Bring all tables to this version, in one transaction; nothing happens when they are."""
    with as_file(files("jejo") / "migrations") as folder:
        newest = max(path.stem.split("_")[0] for path in (folder / "versions").glob("[0-9]*.py"))
        if _version(engine) == newest:
            return
        # Half a second to import, for the one start that needs it.
        from alembic import command
        from alembic.config import Config

        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(engine: Engine) -> str | None:
    """Return the revision the tables are at, or None where there are none yet."""
    with engine.execution_options(only_read=True).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version = connection.scalar(text("select version_num from alembic_version"))
        return None if version is None else str(version)
