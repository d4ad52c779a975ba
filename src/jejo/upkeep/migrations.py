"""Which steps of the database's tables are still to come, and what they do, without taking them."""

import ast
import sqlite3
from dataclasses import dataclass
from importlib.resources import files

from jejo.kernel.errors import Unavailable
from jejo.kernel.settings import Settings, local_path
from jejo.upkeep.home import opened


@dataclass(frozen=True, slots=True)
class Migration:
    """One step.

    Args:
        about: what it brings, in English as its author wrote it.
        does: what it does to the tables.
    """

    revision: str
    about: str
    does: str


def known_migrations() -> list[Migration]:
    """Return all steps of this version, oldest first."""
    folder = files("jejo") / "migrations" / "versions"
    names = sorted(
        each.name for each in folder.iterdir() if each.name.endswith(".py") and each.name[0].isdigit()
    )
    return [_read(name.partition("_")[0], (folder / name).read_text(encoding="utf-8")) for name in names]


def _read(revision: str, source: str) -> Migration:
    tree = ast.parse(source)
    steps = [each for each in tree.body if isinstance(each, ast.FunctionDef) and each.name == "upgrade"]
    does = " ".join(ast.get_docstring(each) or "" for each in steps)
    return Migration(revision, ast.get_docstring(tree) or "", does)


def present_revision(settings: Settings) -> str | None:
    """Return the step the database is at; None where it has no tables yet.

    Raises:
        Unavailable: `upkeep.no-answer` from a database that cannot be read.
    """
    url = settings.url("database")
    if not url.startswith("sqlite"):
        return _on_server(url)
    path = local_path(url)
    if not path.is_file():
        return None
    try:
        with opened(path) as connection:
            query = "SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'"
            if connection.execute(query).fetchone() is None:
                return None
            row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
            return None if row is None else str(row[0])
    except sqlite3.Error as wrong:
        raise Unavailable("upkeep.no-answer", reason=str(wrong)) from wrong


def _on_server(url: str) -> str | None:
    from sqlalchemy import create_engine, inspect, text
    from sqlalchemy.exc import SQLAlchemyError

    try:
        engine = create_engine(url)
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            version = connection.scalar(text("select version_num from alembic_version"))
        engine.dispose()
    except SQLAlchemyError as wrong:
        raise Unavailable("upkeep.no-answer", reason=str(wrong)) from wrong
    return None if version is None else str(version)


def pending(settings: Settings) -> list[Migration]:
    """Return the steps that the next start takes, oldest first."""
    present = present_revision(settings)
    return [each for each in known_migrations() if present is None or each.revision > present]
