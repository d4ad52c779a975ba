"""Sites, lines, equipment, signals, and what contradicted earlier facts about signals."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def _key() -> list[sa.Column[str]]:
    return [
        sa.Column("organisation", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(26), primary_key=True),
    ]


def upgrade() -> None:
    """Create the tables of the plant."""
    op.create_table(
        "plant_site",
        *_key(),
        sa.Column("name", sa.String, nullable=False),
        sa.UniqueConstraint("organisation", "name", name="plant_site_name"),
    )
    op.create_table(
        "plant_line",
        *_key(),
        sa.Column("site", sa.String(26), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.UniqueConstraint("organisation", "site", "name", name="plant_line_name"),
        sa.ForeignKeyConstraint(
            ["organisation", "site"], ["plant_site.organisation", "plant_site.id"], name="plant_line_site"
        ),
    )
    op.create_table(
        "plant_equipment",
        *_key(),
        sa.Column("line", sa.String(26), nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.UniqueConstraint("organisation", "line", "name", name="plant_equipment_name"),
        sa.ForeignKeyConstraint(
            ["organisation", "line"],
            ["plant_line.organisation", "plant_line.id"],
            name="plant_equipment_line",
        ),
    )
    op.create_table(
        "plant_signal",
        *_key(),
        sa.Column("equipment", sa.String(26), nullable=False),
        sa.Column("place", sa.Integer, nullable=False, comment="order in which signals became known"),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("concept", sa.String),
        sa.Column("unit", sa.String, comment="UCUM code"),
        sa.Column("sampling_s", sa.Float),
        sa.UniqueConstraint("organisation", "equipment", "name", name="plant_signal_name"),
        sa.ForeignKeyConstraint(
            ["organisation", "equipment"],
            ["plant_equipment.organisation", "plant_equipment.id"],
            name="plant_signal_equipment",
        ),
    )
    op.create_table(
        "plant_change",
        sa.Column("organisation", sa.String(64), primary_key=True),
        sa.Column(
            "place", sa.Integer, primary_key=True, autoincrement=False, comment="order in which they were met"
        ),
        sa.Column("signal", sa.String(26), nullable=False),
        sa.Column("attribute", sa.String, nullable=False),
        sa.Column("before", sa.String, nullable=False),
        sa.Column("after", sa.String, nullable=False),
        sa.Column("at", sa.String, nullable=False, comment="ISO 8601, UTC"),
        sa.ForeignKeyConstraint(
            ["organisation", "signal"],
            ["plant_signal.organisation", "plant_signal.id"],
            name="plant_change_signal",
        ),
    )
