"""The accounts in memory: what tests of higher rooms use instead of a database."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import datetime

from jejo.accounts.domain.audit import Entry, Head
from jejo.accounts.domain.keys import Invitation, Session, Token
from jejo.accounts.domain.people import Member, Membership, Organisation, Person
from jejo.accounts.domain.permissions import Grant
from jejo.accounts.domain.scope import Scope


@dataclass
class Everything:
    """All rows; those of organisations under keys that start with the organisation."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    memberships: dict[tuple[str, str], Membership] = field(default_factory=dict)
    sessions: dict[tuple[str, str], Session] = field(default_factory=dict)
    tokens: dict[tuple[str, str], Token] = field(default_factory=dict)
    invitations: dict[tuple[str, str], Invitation] = field(default_factory=dict)
    grants: dict[tuple[str, str], Grant] = field(default_factory=dict)
    log: dict[str, list[Entry]] = field(default_factory=dict)
    attempts: list[tuple[str, datetime]] = field(default_factory=list)


class AccountsInMemory:
    """Opens transactions on everything kept; implements `Begin`."""

    def __init__(self) -> None:
        self.everything = Everything()

    @contextmanager
    def __call__(self, scope: Scope, *, only_read: bool = False) -> Iterator["StoreInMemory"]:
        draft = deepcopy(self.everything)
        yield StoreInMemory(draft, scope.organisation)
        if not only_read:
            self.everything = draft


class StoreInMemory:
    """The accounts of one organisation; implements `AccountStore`."""

    def __init__(self, everything: Everything, organisation: str) -> None:
        self._all = everything
        self._organisation = organisation

    def _mine(self, rows: dict[tuple[str, str], object]) -> list:
        return [row for (organisation, _), row in rows.items() if organisation == self._organisation]

    def _by(self, rows: dict, **wanted: object):
        found = [row for row in self._mine(rows) if all(getattr(row, k) == v for k, v in wanted.items())]
        return found[0] if found else None

    def _put(self, rows: dict, key: str, row: object) -> None:
        # What foreign keys refuse in the database.
        assert self._organisation in self._all.organisations
        rows[(self._organisation, key)] = row

    def organisation(self) -> Organisation | None:
        return self._all.organisations.get(self._organisation)

    def has_organisation(self, organisation: str) -> bool:
        return organisation in self._all.organisations

    def add_organisation(self, organisation: Organisation) -> None:
        assert organisation.id == self._organisation not in self._all.organisations
        self._all.organisations[organisation.id] = organisation

    def organisations_of(self, person: str) -> Sequence[Organisation]:
        mine = [each.organisation for each in self.memberships(person)]
        found = [each for each in self._all.organisations.values() if each.id in mine]
        return sorted(found, key=lambda each: (each.made, each.id))

    def person(self, person: str) -> Person | None:
        return self._all.people.get(person)

    def person_by_email(self, email: str) -> Person | None:
        return next((each for each in self._all.people.values() if each.email == email), None)

    def add_person(self, person: Person) -> None:
        assert person.email is None or self.person_by_email(person.email) is None
        self._all.people[person.id] = person

    def set_password(self, person: str, password: str) -> None:
        self._all.people[person] = replace(self._all.people[person], password=password)

    def memberships(self, person: str) -> Sequence[Membership]:
        found = [each for each in self._all.memberships.values() if each.person == person]
        return sorted(found, key=lambda each: (each.since, each.organisation))

    def membership(self, person: str) -> Membership | None:
        return self._all.memberships.get((self._organisation, person))

    def members(self) -> Sequence[Member]:
        found = [(self._all.people[each.person], each) for each in self._mine(self._all.memberships)]
        return sorted(
            (Member(who.id, who.email, who.name, mine.roles, mine.since) for who, mine in found),
            key=lambda each: (each.since, each.id),
        )

    def put_membership(self, membership: Membership) -> None:
        assert membership.person in self._all.people
        self._put(self._all.memberships, membership.person, membership)

    def remove_membership(self, person: str) -> None:
        self._all.memberships.pop((self._organisation, person), None)

    def add_session(self, session: Session) -> None:
        self._put(self._all.sessions, session.digest, session)

    def session(self, digest: str) -> Session | None:
        return self._by(self._all.sessions, digest=digest)

    def sessions(self, person: str) -> Sequence[Session]:
        found = [each for each in self._mine(self._all.sessions) if each.person == person]
        return sorted(found, key=lambda each: each.started)

    def update_session(self, session: Session) -> None:
        if self.session(session.digest) is not None:
            self._put(self._all.sessions, session.digest, session)

    def add_token(self, token: Token) -> None:
        self._put(self._all.tokens, token.id, token)

    def tokens(self) -> Sequence[Token]:
        return sorted(self._mine(self._all.tokens), key=lambda each: each.id)

    def token(self, digest: str) -> Token | None:
        return self._by(self._all.tokens, digest=digest)

    def update_token(self, token: Token) -> None:
        if self._by(self._all.tokens, id=token.id) is not None:
            self._put(self._all.tokens, token.id, token)

    def add_invitation(self, invitation: Invitation) -> None:
        self._put(self._all.invitations, invitation.id, invitation)

    def invitation(self, digest: str) -> Invitation | None:
        return self._by(self._all.invitations, digest=digest)

    def invitations(self) -> Sequence[Invitation]:
        return sorted(self._mine(self._all.invitations), key=lambda each: each.id)

    def use_invitation(self, invitation: str, at: datetime) -> None:
        if (kept := self._by(self._all.invitations, id=invitation)) is not None:
            self._put(self._all.invitations, invitation, replace(kept, used=at))

    def add_grant(self, grant: Grant) -> None:
        self._put(self._all.grants, grant.id, grant)

    def grants(self) -> Sequence[Grant]:
        return sorted(self._mine(self._all.grants), key=lambda each: each.id)

    def grants_received(self) -> Sequence[Grant]:
        found = [each for each in self._all.grants.values() if each.to == self._organisation]
        return sorted(found, key=lambda each: each.id)

    def revoke_grant(self, grant: str, at: datetime) -> None:
        if (kept := self._by(self._all.grants, id=grant)) is not None:
            self._put(self._all.grants, grant, replace(kept, revoked=at))

    def _log(self) -> list[Entry]:
        return self._all.log.setdefault(self._organisation, [])

    def head(self) -> Head:
        return Head(self._log()[-1].sequence, self._log()[-1].hash) if self._log() else Head()

    def append(self, entry: Entry) -> None:
        assert self._organisation in self._all.organisations
        self._log().append(entry)

    def entries(self, after: int, limit: int) -> Sequence[Entry]:
        return [each for each in self._log() if each.sequence > after][:limit]

    def add_attempts(self, keys: Sequence[str], at: datetime) -> None:
        self._all.attempts.extend((key, at) for key in keys)

    def attempts(self, key: str, since: datetime) -> Sequence[datetime]:
        return sorted(at for each, at in self._all.attempts if each == key and at > since)

    def forget_attempts(self, key: str, at: datetime | None = None) -> None:
        self._all.attempts = [
            each for each in self._all.attempts if not (each[0] == key and at in (None, each[1]))
        ]

    def forget_attempts_before(self, at: datetime) -> None:
        self._all.attempts = [each for each in self._all.attempts if each[1] > at]
