"""The tables of the accounts; keys start with the organisation where rows belong to one."""

from sqlalchemy import (
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    UniqueConstraint,
)

METADATA = MetaData()

_ID = String(26)
_ORGANISATION = String(64)
_HASH = String(64)


def _of_organisation(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        ["organisation"], ["accounts_organisation.organisation"], name=f"accounts_{name}_organisation"
    )


def _of_person(name: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(["person"], ["accounts_person.id"], name=f"accounts_{name}_person")


ORGANISATION = Table(
    "accounts_organisation",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("name", String, nullable=False),
    Column("made", String, nullable=False, comment="ISO 8601, UTC, as all times here"),
    Column("head_sequence", Integer, nullable=False, comment="end of the audit log"),
    Column("head_hash", _HASH, nullable=False),
)

PERSON = Table(
    "accounts_person",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("email", String),
    Column("name", String, nullable=False),
    Column("made", String, nullable=False),
    Column("password", String, comment="argon2id"),
    UniqueConstraint("email", name="accounts_person_email"),
)

MEMBERSHIP = Table(
    "accounts_membership",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("person", _ID, primary_key=True),
    Column("roles", String, nullable=False, comment="letters, with spaces between"),
    Column("since", String, nullable=False),
    _of_organisation("membership"),
    _of_person("membership"),
    Index("accounts_membership_by_person", "person"),
)

SESSION = Table(
    "accounts_session",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("digest", _HASH, primary_key=True, comment="SHA-256 of the cookie"),
    Column("person", _ID, nullable=False),
    Column("address", String, nullable=False),
    Column("started", String, nullable=False),
    Column("seen", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("ended", String),
    _of_organisation("session"),
    _of_person("session"),
)

TOKEN = Table(
    "accounts_token",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("person", _ID, nullable=False),
    Column("name", String, nullable=False),
    Column("digest", _HASH, nullable=False, comment="SHA-256 of the token"),
    Column("permits", String, nullable=False, comment="kind:verb, with spaces between"),
    Column("made", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("last_used", String),
    Column("revoked", String),
    UniqueConstraint("organisation", "digest", name="accounts_token_digest"),
    _of_organisation("token"),
    _of_person("token"),
)

INVITATION = Table(
    "accounts_invitation",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("id", _ID, primary_key=True),
    Column("email", String, nullable=False),
    Column("roles", String, nullable=False, comment="letters, with spaces between"),
    Column("digest", _HASH, nullable=False, comment="SHA-256 of the code"),
    Column("by", _ID, nullable=False),
    Column("made", String, nullable=False),
    Column("expires", String, nullable=False),
    Column("used", String),
    UniqueConstraint("organisation", "digest", name="accounts_invitation_digest"),
    _of_organisation("invitation"),
)

GRANT = Table(
    "accounts_grant",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True, comment="who gives"),
    Column("id", _ID, primary_key=True),
    Column("receiver", _ORGANISATION, nullable=False),
    Column("kind", String, nullable=False),
    Column("object", String, comment="null: all of the kind"),
    Column("by", _ID, nullable=False),
    Column("made", String, nullable=False),
    Column("until", String, nullable=False),
    Column("revoked", String),
    _of_organisation("grant"),
    ForeignKeyConstraint(
        ["receiver"], ["accounts_organisation.organisation"], name="accounts_grant_receiver"
    ),
    Index("accounts_grant_by_receiver", "receiver"),
)

AUDIT = Table(
    "accounts_audit",
    METADATA,
    Column("organisation", _ORGANISATION, primary_key=True),
    Column("sequence", Integer, primary_key=True, autoincrement=False),
    Column("at", String, nullable=False),
    Column("person", String, nullable=False),
    Column("action", String, nullable=False),
    Column("object", String, nullable=False),
    Column("facts", String, nullable=False, comment="JSON of texts"),
    Column("previous", _HASH, nullable=False),
    Column("hash", _HASH, nullable=False),
    _of_organisation("audit"),
)

ATTEMPT = Table(
    "accounts_attempt",
    METADATA,
    Column("id", _ID, primary_key=True),
    Column("key", String, nullable=False, comment="person or address, hashed"),
    Column("at", String, nullable=False),
    Index("accounts_attempt_by_key", "key", "at"),
)

OF_NOBODY = frozenset({PERSON.name, ATTEMPT.name})
"""Tables whose rows belong to no organisation: people may be in several, and who tries to sign in is in none."""
