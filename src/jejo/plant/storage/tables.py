"""The tables of the plant; keys start with the organisation."""

from sqlalchemy import (
    Column,
    Float,
    ForeignKeyConstraint,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA = MetaData()

_ID = String(26)
_ORGANISATION = String(64)

SITE = Table(
    "plant_site",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("name", String, nullable=False),
    UniqueConstraint("organisation", "name", name="plant_site_name"),
)

LINE = Table(
    "plant_line",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("site", _ID, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("organisation", "site", "name", name="plant_line_name"),
    ForeignKeyConstraint(
        ["organisation", "site"], ["plant_site.organisation", "plant_site.id"], name="plant_line_site"
    ),
)

EQUIPMENT = Table(
    "plant_equipment",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("line", _ID, nullable=False),
    Column("name", String, nullable=False),
    UniqueConstraint("organisation", "line", "name", name="plant_equipment_name"),
    ForeignKeyConstraint(
        ["organisation", "line"], ["plant_line.organisation", "plant_line.id"], name="plant_equipment_line"
    ),
)

SIGNAL = Table(
    "plant_signal",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("equipment", _ID, nullable=False),
    Column("place", Integer, nullable=False, comment="order in which signals became known"),
    Column("name", String, nullable=False),
    Column("concept", String),
    Column("unit", String, comment="UCUM code"),
    Column("sampling_s", Float),
    UniqueConstraint("organisation", "equipment", "name", name="plant_signal_name"),
    ForeignKeyConstraint(
        ["organisation", "equipment"],
        ["plant_equipment.organisation", "plant_equipment.id"],
        name="plant_signal_equipment",
    ),
)

CHANGE = Table(
    "plant_change",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False, comment="order in which they were met"),
    Column("signal", _ID, nullable=False),
    Column("attribute", String, nullable=False),
    Column("before", String, nullable=False),
    Column("after", String, nullable=False),
    Column("at", String, nullable=False, comment="ISO 8601, UTC"),
    ForeignKeyConstraint(
        ["organisation", "signal"],
        ["plant_signal.organisation", "plant_signal.id"],
        name="plant_change_signal",
    ),
)
