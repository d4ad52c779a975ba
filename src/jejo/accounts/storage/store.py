"""Reads and writes the accounts of one organisation within one transaction."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import Connection, Engine, Table, delete, select, update
from sqlalchemy.sql.elements import ColumnElement

from jejo.accounts.domain.audit import Entry, Head
from jejo.accounts.domain.keys import Invitation, Session, Token
from jejo.accounts.domain.people import Member, Membership, Organisation, Person
from jejo.accounts.domain.permissions import Grant
from jejo.accounts.domain.scope import Scope
from jejo.accounts.service import Begin
from jejo.accounts.storage import rows
from jejo.accounts.storage.rows import AnyRow, maybe_moment, moment
from jejo.accounts.storage.tables import (
    ATTEMPT,
    AUDIT,
    GRANT,
    INVITATION,
    MEMBERSHIP,
    ORGANISATION,
    PERSON,
    SESSION,
    TOKEN,
)
from jejo.kernel.ids import new_id


def account_transactions(engine: Engine) -> Begin:
    """Return what opens a transaction on the tables of the accounts."""

    @contextmanager
    def begin(scope: Scope, *, only_read: bool = False) -> Iterator[AccountTables]:
        with engine.connect() as connection:
            connection = connection.execution_options(only_read=only_read)
            with connection.begin():
                yield AccountTables(connection, scope)

    return begin


class AccountTables:
    """The accounts of one organisation; implements `AccountStore`."""

    def __init__(self, connection: Connection, scope: Scope) -> None:
        self._connection = connection
        self._organisation = scope.organisation

    # The ways to rows of the organisation; each one names it.

    def _mine(self, table: Table) -> ColumnElement[bool]:
        return table.c.organisation == self._organisation

    def _all(self, table: Table, *wanted: ColumnElement[bool], order: str = "id") -> Sequence[AnyRow]:
        query = select(table).where(self._mine(table), *wanted).order_by(table.c[order])
        return self._connection.execute(query).all()

    def _one(self, table: Table, *wanted: ColumnElement[bool]) -> AnyRow | None:
        return self._connection.execute(select(table).where(self._mine(table), *wanted)).one_or_none()

    def _add(self, table: Table, **values: object) -> None:
        self._connection.execute(table.insert().values(organisation=self._organisation, **values))

    def _set(self, table: Table, wanted: ColumnElement[bool], **values: object) -> None:
        self._connection.execute(update(table).where(self._mine(table), wanted).values(**values))

    # Organisations and people.

    def organisation(self) -> Organisation | None:
        """Return the scope's organisation."""
        row = self._one(ORGANISATION)
        return None if row is None else rows.organisation_of(row)

    def has_organisation(self, organisation: str) -> bool:
        """Return whether an organisation of this id exists."""
        query = select(ORGANISATION.c.organisation).where(ORGANISATION.c.organisation == organisation)
        return self._connection.execute(query).one_or_none() is not None

    def add_organisation(self, organisation: Organisation) -> None:
        """Keep the scope's organisation."""
        self._add(
            ORGANISATION,
            name=organisation.name,
            made=moment(organisation.made),
            head_sequence=Head().sequence,
            head_hash=Head().hash,
        )

    def organisations_of(self, person: str) -> Sequence[Organisation]:
        """Return all organisations that a person belongs to."""
        query = (
            select(ORGANISATION)
            .join(MEMBERSHIP, MEMBERSHIP.c.organisation == ORGANISATION.c.organisation)
            .where(MEMBERSHIP.c.person == person)
            .order_by(ORGANISATION.c.made, ORGANISATION.c.organisation)
        )
        return [rows.organisation_of(row) for row in self._connection.execute(query)]

    def person(self, person: str) -> Person | None:
        """Return a person by id."""
        return self._person(PERSON.c.id == person)

    def person_by_email(self, email: str) -> Person | None:
        """Return a person by address."""
        return self._person(PERSON.c.email == email)

    def _person(self, wanted: ColumnElement[bool]) -> Person | None:
        row = self._connection.execute(select(PERSON).where(wanted)).one_or_none()
        return None if row is None else rows.person_of(row)

    def add_person(self, person: Person) -> None:
        """Keep a new person."""
        self._connection.execute(
            PERSON.insert().values(
                id=person.id,
                email=person.email,
                name=person.name,
                made=moment(person.made),
                password=person.password,
            )
        )

    def set_password(self, person: str, password: str) -> None:
        """Replace a person's hash."""
        self._connection.execute(update(PERSON).where(PERSON.c.id == person).values(password=password))

    def memberships(self, person: str) -> Sequence[Membership]:
        """Return a person's memberships in all organisations."""
        query = (
            select(MEMBERSHIP)
            .where(MEMBERSHIP.c.person == person)
            .order_by(MEMBERSHIP.c.since, MEMBERSHIP.c.organisation)
        )
        return [rows.membership_of(row) for row in self._connection.execute(query)]

    def membership(self, person: str) -> Membership | None:
        """Return a person's membership in this organisation."""
        row = self._one(MEMBERSHIP, MEMBERSHIP.c.person == person)
        return None if row is None else rows.membership_of(row)

    def members(self) -> Sequence[Member]:
        """Return everyone of this organisation."""
        query = (
            select(PERSON.c.id, PERSON.c.email, PERSON.c.name, MEMBERSHIP.c.roles, MEMBERSHIP.c.since)
            .join(MEMBERSHIP, MEMBERSHIP.c.person == PERSON.c.id)
            .where(self._mine(MEMBERSHIP))
            .order_by(MEMBERSHIP.c.since, PERSON.c.id)
        )
        return [rows.member_of(row) for row in self._connection.execute(query)]

    def put_membership(self, membership: Membership) -> None:
        """Keep a membership, replacing the person's earlier one."""
        self.remove_membership(membership.person)
        self._add(
            MEMBERSHIP,
            person=membership.person,
            roles=rows.words(membership.roles),
            since=moment(membership.since),
        )

    def remove_membership(self, person: str) -> None:
        """Forget a person's membership in this organisation."""
        self._connection.execute(
            delete(MEMBERSHIP).where(self._mine(MEMBERSHIP), MEMBERSHIP.c.person == person)
        )

    # Sessions, tokens, invitations.

    def add_session(self, session: Session) -> None:
        """Keep a new session."""
        self._add(
            SESSION,
            digest=session.digest,
            person=session.person,
            address=session.address,
            started=moment(session.started),
            seen=moment(session.seen),
            expires=moment(session.expires),
            ended=maybe_moment(session.ended),
        )

    def session(self, digest: str) -> Session | None:
        """Return a session by digest."""
        row = self._one(SESSION, SESSION.c.digest == digest)
        return None if row is None else rows.session_of(row)

    def sessions(self, person: str) -> Sequence[Session]:
        """Return all sessions of a person in this organisation."""
        found = self._all(SESSION, SESSION.c.person == person, order="started")
        return [rows.session_of(row) for row in found]

    def update_session(self, session: Session) -> None:
        """Replace when a session was seen, expires and ended."""
        self._set(
            SESSION,
            SESSION.c.digest == session.digest,
            seen=moment(session.seen),
            expires=moment(session.expires),
            ended=maybe_moment(session.ended),
        )

    def add_token(self, token: Token) -> None:
        """Keep a new token."""
        self._add(
            TOKEN,
            id=token.id,
            person=token.person,
            name=token.name,
            digest=token.digest,
            permits=rows.words(token.permits),
            made=moment(token.made),
            expires=moment(token.expires),
            last_used=maybe_moment(token.last_used),
            revoked=maybe_moment(token.revoked),
        )

    def tokens(self) -> Sequence[Token]:
        """Return all tokens of this organisation."""
        return [rows.token_of(row) for row in self._all(TOKEN)]

    def token(self, digest: str) -> Token | None:
        """Return a token by digest."""
        row = self._one(TOKEN, TOKEN.c.digest == digest)
        return None if row is None else rows.token_of(row)

    def update_token(self, token: Token) -> None:
        """Replace when a token was last used and revoked."""
        self._set(
            TOKEN,
            TOKEN.c.id == token.id,
            last_used=maybe_moment(token.last_used),
            revoked=maybe_moment(token.revoked),
        )

    def add_invitation(self, invitation: Invitation) -> None:
        """Keep a new invitation."""
        self._add(
            INVITATION,
            id=invitation.id,
            email=invitation.email,
            roles=rows.words(invitation.roles),
            digest=invitation.digest,
            by=invitation.by,
            made=moment(invitation.made),
            expires=moment(invitation.expires),
            used=maybe_moment(invitation.used),
        )

    def invitation(self, digest: str) -> Invitation | None:
        """Return an invitation by digest."""
        row = self._one(INVITATION, INVITATION.c.digest == digest)
        return None if row is None else rows.invitation_of(row)

    def invitations(self) -> Sequence[Invitation]:
        """Return all invitations of this organisation."""
        return [rows.invitation_of(row) for row in self._all(INVITATION)]

    def use_invitation(self, invitation: str, at: datetime) -> None:
        """Note that an invitation was used."""
        self._set(INVITATION, INVITATION.c.id == invitation, used=moment(at))

    # Grants.

    def add_grant(self, grant: Grant) -> None:
        """Keep a new grant given by this organisation."""
        self._add(
            GRANT,
            id=grant.id,
            receiver=grant.to,
            kind=str(grant.kind),
            object=grant.object,
            by=grant.by,
            made=moment(grant.made),
            until=moment(grant.until),
            revoked=maybe_moment(grant.revoked),
        )

    def grants(self) -> Sequence[Grant]:
        """Return all grants given by this organisation."""
        return [rows.grant_of(row) for row in self._all(GRANT)]

    def grants_received(self) -> Sequence[Grant]:
        """Return all grants given to this organisation."""
        query = select(GRANT).where(GRANT.c.receiver == self._organisation).order_by(GRANT.c.id)
        return [rows.grant_of(row) for row in self._connection.execute(query)]

    def revoke_grant(self, grant: str, at: datetime) -> None:
        """Note that a grant given by this organisation is taken back."""
        self._set(GRANT, GRANT.c.id == grant, revoked=moment(at))

    # The audit log.

    def head(self) -> Head:
        """Return the end of the audit log; held until the transaction ends."""
        query = select(ORGANISATION.c.head_sequence, ORGANISATION.c.head_hash)
        row = self._connection.execute(query.where(self._mine(ORGANISATION)).with_for_update()).one_or_none()
        return Head() if row is None else Head(row.head_sequence, row.head_hash)

    def append(self, entry: Entry) -> None:
        """Add the entry after the head; nothing ever changes or removes it."""
        self._add(
            AUDIT,
            sequence=entry.sequence,
            at=moment(entry.at),
            person=entry.person,
            action=entry.action,
            object=entry.object,
            facts=json.dumps(dict(entry.facts), ensure_ascii=False),
            previous=entry.previous,
            hash=entry.hash,
        )
        self._connection.execute(
            update(ORGANISATION)
            .where(self._mine(ORGANISATION))
            .values(head_sequence=entry.sequence, head_hash=entry.hash)
        )

    def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """Return the audit log's next entries after a sequence."""
        query = select(AUDIT).where(self._mine(AUDIT), AUDIT.c.sequence > after)
        found = self._connection.execute(query.order_by(AUDIT.c.sequence).limit(limit))
        return [rows.entry_of(row) for row in found]

    # Attempts to sign in.

    def add_attempts(self, keys: Sequence[str], at: datetime) -> None:
        """Keep that somebody tried to sign in."""
        self._connection.execute(
            ATTEMPT.insert(), [{"id": new_id(), "key": key, "at": moment(at)} for key in keys]
        )

    def attempts(self, key: str, since: datetime) -> Sequence[datetime]:
        """Return when a key was tried, after `since`."""
        query = select(ATTEMPT.c.at).where(ATTEMPT.c.key == key, ATTEMPT.c.at > moment(since))
        found = self._connection.scalars(query.order_by(ATTEMPT.c.at))
        return [datetime.fromisoformat(at) for at in found]

    def forget_attempts(self, key: str, at: datetime | None = None) -> None:
        """Forget the attempts of a key, or the one made at that time."""
        wanted = () if at is None else (ATTEMPT.c.at == moment(at),)
        self._connection.execute(delete(ATTEMPT).where(ATTEMPT.c.key == key, *wanted))

    def forget_attempts_before(self, at: datetime) -> None:
        """Forget the attempts of all keys up to a time."""
        self._connection.execute(delete(ATTEMPT).where(ATTEMPT.c.at <= moment(at)))
