"""The landing log in SQLite and the tables in Delta, for one machine."""

from jejo.history.storage.landing import SqliteLog
from jejo.history.storage.tables import DeltaTables

__all__ = ["DeltaTables", "SqliteLog"]
