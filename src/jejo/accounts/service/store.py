"""What the accounts need from outside: tables within one transaction."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from typing import Protocol

from jejo.accounts.domain.audit import Entry, Head
from jejo.accounts.domain.keys import Invitation, Session, Token
from jejo.accounts.domain.people import Member, Membership, Organisation, Person
from jejo.accounts.domain.permissions import Grant
from jejo.accounts.domain.scope import Scope


class AccountStore(Protocol):
    """The accounts of one organisation within one transaction; people and attempts belong to none.

    What is said to return an object returns None where there is no such one. Lists are oldest first.
    """

    def organisation(self) -> Organisation | None:
        """Return the scope's organisation."""

    def has_organisation(self, organisation: str) -> bool:
        """Return whether an organisation of this id exists."""

    def add_organisation(self, organisation: Organisation) -> None:
        """Keep the scope's organisation."""

    def organisations_of(self, person: str) -> Sequence[Organisation]:
        """Return all organisations that a person belongs to."""

    def person(self, person: str) -> Person | None:
        """Return a person by id."""

    def person_by_email(self, email: str) -> Person | None:
        """Return a person by address."""

    def add_person(self, person: Person) -> None:
        """Keep a new person."""

    def set_password(self, person: str, password: str) -> None:
        """Replace a person's hash."""

    def memberships(self, person: str) -> Sequence[Membership]:
        """Return a person's memberships in all organisations."""

    def membership(self, person: str) -> Membership | None:
        """Return a person's membership in this organisation."""

    def members(self) -> Sequence[Member]:
        """Return everyone of this organisation."""

    def put_membership(self, membership: Membership) -> None:
        """Keep a membership, replacing the person's earlier one."""

    def remove_membership(self, person: str) -> None:
        """Forget a person's membership in this organisation."""

    def add_session(self, session: Session) -> None:
        """Keep a new session."""

    def session(self, digest: str) -> Session | None:
        """Return a session by digest."""

    def sessions(self, person: str) -> Sequence[Session]:
        """Return all sessions of a person in this organisation."""

    def update_session(self, session: Session) -> None:
        """Replace when a session was seen, expires and ended."""

    def add_token(self, token: Token) -> None:
        """Keep a new token."""

    def tokens(self) -> Sequence[Token]:
        """Return all tokens of this organisation."""

    def token(self, digest: str) -> Token | None:
        """Return a token by digest."""

    def update_token(self, token: Token) -> None:
        """Replace when a token was last used and revoked."""

    def add_invitation(self, invitation: Invitation) -> None:
        """Keep a new invitation."""

    def invitation(self, digest: str) -> Invitation | None:
        """Return an invitation by digest."""

    def invitations(self) -> Sequence[Invitation]:
        """Return all invitations of this organisation."""

    def use_invitation(self, invitation: str, at: datetime) -> None:
        """Note that an invitation was used."""

    def add_grant(self, grant: Grant) -> None:
        """Keep a new grant given by this organisation."""

    def grants(self) -> Sequence[Grant]:
        """Return all grants given by this organisation."""

    def grants_received(self) -> Sequence[Grant]:
        """Return all grants given to this organisation."""

    def revoke_grant(self, grant: str, at: datetime) -> None:
        """Note that a grant given by this organisation is taken back."""

    def head(self) -> Head:
        """Return the end of the audit log; held until the transaction ends."""

    def append(self, entry: Entry) -> None:
        """Add the entry after the head; nothing ever changes or removes it."""

    def entries(self, after: int, limit: int) -> Sequence[Entry]:
        """Return the audit log's next entries after a sequence."""

    def add_attempts(self, keys: Sequence[str], at: datetime) -> None:
        """Keep that somebody tried to sign in."""

    def attempts(self, key: str, since: datetime) -> Sequence[datetime]:
        """Return when a key was tried, after `since`."""

    def forget_attempts(self, key: str, at: datetime | None = None) -> None:
        """Forget the attempts of a key, or the one made at that time."""

    def forget_attempts_before(self, at: datetime) -> None:
        """Forget the attempts of all keys up to a time."""


class Begin(Protocol):
    """Opens one transaction: committed when the block ends, undone when it raises."""

    def __call__(self, scope: Scope, *, only_read: bool = False) -> AbstractContextManager[AccountStore]:
        """Return the store of the scope's organisation; `only_read` never waits for a writer."""
