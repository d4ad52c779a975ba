"""Keeps the plant in SQL tables; also opens and upgrades the database that all rooms' tables live in."""

from jejo.plant.storage.database import open_engine, upgrade
from jejo.plant.storage.store import plant_transactions
from jejo.plant.storage.tables import METADATA

__all__ = ["METADATA", "open_engine", "plant_transactions", "upgrade"]
