"""What lies in the home folder, and where."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path

from jejo.kernel.errors import Invalid
from jejo.kernel.settings import Settings

DATABASES = ("jobs", "database", "log")
"""Settings of the stores in SQLite."""

STORES = (*DATABASES, "files", "history")

_BESIDE = ("-wal", "-shm", "-journal")


def home_of(settings: Settings) -> Path:
    """Return the home folder.

    Raises:
        Invalid: `upkeep.stores-elsewhere` when a store does not lie at its usual place in it.
    """
    elsewhere = [name for name in STORES if settings.url(name) != at(settings, None).url(name)]
    if elsewhere:
        raise Invalid("upkeep.stores-elsewhere", settings=elsewhere)
    return settings.at_home("").absolute()


def at(settings: Settings, home: Path | None) -> Settings:
    """Return the settings with all stores at their usual places, in another home where one is given."""
    moved = settings if home is None else replace(settings, home=str(home))
    return replace(moved, database="", files="", history="", log="", jobs="")


def organisations(history: Path) -> list[str]:
    """Return the organisations that have tables."""
    return sorted(each.name for each in history.iterdir() if each.is_dir()) if history.is_dir() else []


def is_passing(path: Path, databases: tuple[Path, ...]) -> bool:
    """Return whether a file of the home is a database, which is copied otherwise, or only of the moment."""
    beside = {Path(f"{each}{suffix}") for each in databases for suffix in ("", *_BESIDE)}
    return path in beside or path.name.startswith(".part-") or path.suffix == ".lock"


@contextmanager
def opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a database that is there already; a missing one is not made."""
    address = f"{path.absolute().as_uri()}?mode=rw"
    with closing(sqlite3.connect(address, uri=True, timeout=5, isolation_level=None)) as connection:
        yield connection
