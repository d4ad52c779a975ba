"""Rows of the tables become domain objects, and back."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row

from jejo.accounts.domain.audit import Entry
from jejo.accounts.domain.keys import Invitation, Session, Token
from jejo.accounts.domain.people import Member, Membership, Organisation, Person
from jejo.accounts.domain.permissions import Grant
from jejo.accounts.domain.roles import Kind, Permission, Role

AnyRow = Row[*tuple[Any, ...]]


def moment(at: datetime) -> str:
    """Return a time as it is kept: always as long, so that texts sort as times do."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def maybe_moment(at: datetime | None) -> str | None:
    """Return a time as it is kept, or None."""
    return None if at is None else moment(at)


def _maybe(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def words(values: frozenset[Role] | frozenset[Permission]) -> str:
    """Return roles or permissions as they are kept."""
    return " ".join(sorted(map(str, values)))


def _roles(text: str) -> frozenset[Role]:
    return frozenset(map(Role, text.split()))


def organisation_of(row: AnyRow) -> Organisation:
    """Return the organisation of a row."""
    return Organisation(row.organisation, row.name, datetime.fromisoformat(row.made))


def person_of(row: AnyRow) -> Person:
    """Return the person of a row."""
    return Person(row.id, row.email, row.name, datetime.fromisoformat(row.made), row.password)


def membership_of(row: AnyRow) -> Membership:
    """Return the membership of a row."""
    return Membership(row.organisation, row.person, _roles(row.roles), datetime.fromisoformat(row.since))


def member_of(row: AnyRow) -> Member:
    """Return the member of a joined row."""
    return Member(row.id, row.email, row.name, _roles(row.roles), datetime.fromisoformat(row.since))


def session_of(row: AnyRow) -> Session:
    """Return the session of a row."""
    return Session(
        row.digest,
        row.person,
        row.address,
        datetime.fromisoformat(row.started),
        datetime.fromisoformat(row.seen),
        datetime.fromisoformat(row.expires),
        _maybe(row.ended),
    )


def token_of(row: AnyRow) -> Token:
    """Return the token of a row."""
    return Token(
        id=row.id,
        person=row.person,
        name=row.name,
        digest=row.digest,
        permits=frozenset(map(Permission.parse, row.permits.split())),
        made=datetime.fromisoformat(row.made),
        expires=datetime.fromisoformat(row.expires),
        last_used=_maybe(row.last_used),
        revoked=_maybe(row.revoked),
    )


def invitation_of(row: AnyRow) -> Invitation:
    """Return the invitation of a row."""
    return Invitation(
        id=row.id,
        email=row.email,
        roles=_roles(row.roles),
        digest=row.digest,
        by=row.by,
        made=datetime.fromisoformat(row.made),
        expires=datetime.fromisoformat(row.expires),
        used=_maybe(row.used),
    )


def grant_of(row: AnyRow) -> Grant:
    """Return the grant of a row."""
    return Grant(
        id=row.id,
        organisation=row.organisation,
        to=row.receiver,
        kind=Kind(row.kind),
        object=row.object,
        by=row.by,
        made=datetime.fromisoformat(row.made),
        until=datetime.fromisoformat(row.until),
        revoked=_maybe(row.revoked),
    )


def entry_of(row: AnyRow) -> Entry:
    """Return the audit entry of a row."""
    return Entry(
        organisation=row.organisation,
        sequence=row.sequence,
        at=datetime.fromisoformat(row.at),
        person=row.person,
        action=row.action,
        object=row.object,
        facts=json.loads(row.facts),
        previous=row.previous,
        hash=row.hash,
    )
