"""Organisations, people, memberships, sessions, tokens, invitations, grants, attempts, and the audit log."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

APPEND_ONLY = ("update", "delete")


def _organisation() -> sa.Column[str]:
    return sa.Column("organisation", sa.String(64), primary_key=True)


def _id() -> sa.Column[str]:
    return sa.Column("id", sa.String(26), primary_key=True)


def _text(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String, nullable=False, comment=comment)


def _digest(name: str, comment: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.String(64), nullable=False, comment=comment)


def _person(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(26), nullable=False)


def _of_organisation(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["organisation"], ["accounts_organisation.organisation"], name=f"accounts_{name}_organisation"
    )


def _of_person(name: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["person"], ["accounts_person.id"], name=f"accounts_{name}_person")


def upgrade() -> None:
    """Create the tables of the accounts; the audit log refuses changes in the database itself."""
    op.create_table(
        "accounts_organisation",
        _organisation(),
        _text("name"),
        _text("made", "ISO 8601, UTC, as all times here"),
        sa.Column("head_sequence", sa.Integer, nullable=False, comment="end of the audit log"),
        _digest("head_hash"),
    )
    op.create_table(
        "accounts_person",
        _id(),
        sa.Column("email", sa.String),
        _text("name"),
        _text("made"),
        sa.Column("password", sa.String, comment="argon2id"),
        sa.UniqueConstraint("email", name="accounts_person_email"),
    )
    op.create_table(
        "accounts_membership",
        _organisation(),
        sa.Column("person", sa.String(26), primary_key=True),
        _text("roles", "letters, with spaces between"),
        _text("since"),
        _of_organisation("membership"),
        _of_person("membership"),
    )
    op.create_index("accounts_membership_by_person", "accounts_membership", ["person"])
    _create_keys()
    op.create_table(
        "accounts_grant",
        sa.Column("organisation", sa.String(64), primary_key=True, comment="who gives"),
        _id(),
        sa.Column("receiver", sa.String(64), nullable=False),
        _text("kind"),
        sa.Column("object", sa.String, comment="null: all of the kind"),
        _person("by"),
        _text("made"),
        _text("until"),
        sa.Column("revoked", sa.String),
        _of_organisation("grant"),
        sa.ForeignKeyConstraint(
            ["receiver"], ["accounts_organisation.organisation"], name="accounts_grant_receiver"
        ),
    )
    op.create_index("accounts_grant_by_receiver", "accounts_grant", ["receiver"])
    op.create_table(
        "accounts_audit",
        _organisation(),
        sa.Column("sequence", sa.Integer, primary_key=True, autoincrement=False),
        _text("at"),
        _text("person"),
        _text("action"),
        _text("object"),
        _text("facts", "JSON of texts"),
        _digest("previous"),
        _digest("hash"),
        _of_organisation("audit"),
    )
    op.create_table("accounts_attempt", _id(), _text("key", "person or address, hashed"), _text("at"))
    op.create_index("accounts_attempt_by_key", "accounts_attempt", ["key", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in APPEND_ONLY:
            op.execute(
                f"CREATE TRIGGER accounts_audit_no_{verb} BEFORE {verb.upper()} ON accounts_audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END"
            )


def _create_keys() -> None:
    op.create_table(
        "accounts_session",
        _organisation(),
        sa.Column("digest", sa.String(64), primary_key=True, comment="SHA-256 of the cookie"),
        _person("person"),
        _text("address"),
        _text("started"),
        _text("seen"),
        _text("expires"),
        sa.Column("ended", sa.String),
        _of_organisation("session"),
        _of_person("session"),
    )
    op.create_table(
        "accounts_token",
        _organisation(),
        _id(),
        _person("person"),
        _text("name"),
        _digest("digest", "SHA-256 of the token"),
        _text("permits", "kind:verb, with spaces between"),
        _text("made"),
        _text("expires"),
        sa.Column("last_used", sa.String),
        sa.Column("revoked", sa.String),
        sa.UniqueConstraint("organisation", "digest", name="accounts_token_digest"),
        _of_organisation("token"),
        _of_person("token"),
    )
    op.create_table(
        "accounts_invitation",
        _organisation(),
        _id(),
        _text("email"),
        _text("roles", "letters, with spaces between"),
        _digest("digest", "SHA-256 of the code"),
        _person("by"),
        _text("made"),
        _text("expires"),
        sa.Column("used", sa.String),
        sa.UniqueConstraint("organisation", "digest", name="accounts_invitation_digest"),
        _of_organisation("invitation"),
    )
