"""Cards of first reports."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table of reports."""
    op.create_table(
        "onboarding_report",
        sa.Column("organisation", sa.String(64), primary_key=True),
        sa.Column("id", sa.String(26), primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("made_at", sa.String, nullable=False, comment="ISO 8601, UTC"),
        sa.Column("rows", sa.Integer, nullable=False),
        sa.Column("anomalies", sa.Integer, nullable=False),
        sa.Column("quality", sa.Float, nullable=False, comment="0 to 100"),
        sa.Column("uploads", sa.String, nullable=False, comment="JSON list of upload ids"),
        sa.Column("wishes", sa.String, nullable=False, comment="JSON of what the user said"),
    )
