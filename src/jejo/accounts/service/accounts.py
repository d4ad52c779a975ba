"""Organisations, people, tokens, grants, the audit log, and who may see them."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from jejo.accounts.domain.audit import Entry, Head, Verdict, verify
from jejo.accounts.domain.keys import Invitation, Secret, Sort, Token
from jejo.accounts.domain.people import Member, Membership, Organisation, Person, tidy_email, tidy_name
from jejo.accounts.domain.permissions import Action, Grant, allows
from jejo.accounts.domain.roles import Kind, Permission, Role, Verb
from jejo.accounts.domain.scope import Scope
from jejo.accounts.service.entrance import Entrance, SignedIn
from jejo.accounts.service.log import all_entries, record
from jejo.accounts.service.passwords import Passwords
from jejo.accounts.service.store import AccountStore, Begin
from jejo.kernel.clock import Clock
from jejo.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from jejo.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class Issued:
    """A new token or invitation with its text, which is shown once and not kept."""

    about: Token | Invitation
    text: str = field(repr=False)


class AccountService:
    """Who is there, what they may do, and what they did.

    Every method that takes a scope acts inside the scope's organisation and raises Forbidden
    `accounts.not-allowed` where its roles, or the token used, do not permit it.

    Args:
        randomness: returns that many random bytes, for example `os.urandom`.
        passwords: None is: at the cost recommended today.
    """

    def __init__(
        self,
        begin: Begin,
        clock: Clock,
        randomness: Callable[[int], bytes],
        passwords: Passwords | None = None,
    ) -> None:
        self._begin = begin
        self._clock = clock
        self._entrance = Entrance(begin, clock, randomness, passwords or Passwords(randomness))

    # Permissions.

    def may(self, scope: Scope, action: Action, owner_organisation: str) -> bool:
        """Return whether the scope may do this to objects of the owner, by its roles and the kept grants."""
        if scope.organisation == owner_organisation:
            return allows(scope, action, owner_organisation, ())
        with self._begin(scope, only_read=True) as store:
            return allows(scope, action, owner_organisation, store.grants_received())

    def demand(self, scope: Scope, action: Action, owner_organisation: str) -> None:
        """Raise Forbidden `accounts.not-allowed` unless `may`."""
        if not self.may(scope, action, owner_organisation):
            raise Forbidden("accounts.not-allowed", permission=str(Permission(action.kind, action.verb)))

    def _demand(self, scope: Scope, verb: Verb, kind: Kind) -> datetime:
        now = self._clock()
        self.demand(scope, Action(verb, kind, now), scope.organisation)
        return now

    # Organisations and people.

    def open_local(self, owner: Scope) -> None:
        """Make sure that the one organisation of a local install exists, with its owner; repeatable."""
        with self._begin(owner, only_read=True) as store:
            if store.organisation() is not None:
                return
        now = self._clock()
        with self._begin(owner) as store:
            if store.organisation() is None:
                store.add_organisation(Organisation(owner.organisation, owner.organisation, now))
                store.add_person(Person(owner.person, None, owner.person, now))
                store.put_membership(Membership(owner.organisation, owner.person, owner.roles, now))
                record(store, owner, now, "create", "organisation")

    def create_organisation(self, scope: Scope, name: str) -> Organisation:
        """Make an organisation and make the person its owner.

        Raises:
            Invalid: `accounts.bad-name`.
        """
        now = self._demand(scope, Verb.ADMINISTER, Kind.ACCOUNT)
        made = Organisation(new_id(), tidy_name(name), now)
        owner = Scope(made.id, scope.person, frozenset({Role.OWNER}))
        with self._begin(owner) as store:
            store.add_organisation(made)
            store.put_membership(Membership(made.id, scope.person, owner.roles, now))
            record(store, owner, now, "create", "organisation", name=made.name)
        return made

    def organisations(self, scope: Scope) -> Sequence[Organisation]:
        """Return the organisations that the person belongs to, oldest first; with a token, only its own."""
        with self._begin(scope, only_read=True) as store:
            found = store.organisations_of(scope.person)
        return [each for each in found if scope.within is None or each.id == scope.organisation]

    def switch(self, scope: Scope, organisation: str) -> Scope:
        """Return the person's scope in another organisation of theirs.

        Raises:
            NotFound: `accounts.no-organisation`, also where it exists without this person, and for tokens.
        """
        with self._begin(Scope(organisation, scope.person), only_read=True) as store:
            mine = store.membership(scope.person)
        if mine is None or (scope.within is not None and organisation != scope.organisation):
            raise NotFound("accounts.no-organisation", id=organisation)
        return Scope(organisation, scope.person, mine.roles, scope.within)

    def people(self, scope: Scope) -> Sequence[Member]:
        """Return everyone of the organisation, oldest first."""
        self._demand(scope, Verb.READ, Kind.ACCOUNT)
        with self._begin(scope, only_read=True) as store:
            return store.members()

    def remove(self, scope: Scope, person: str) -> None:
        """End a person's membership; sessions and tokens of theirs stop working at once.

        Raises:
            NotFound: `accounts.no-person`.
            Conflict: `accounts.last-owner`.
        """
        now = self._demand(scope, Verb.ADMINISTER, Kind.ACCOUNT)
        with self._begin(scope) as store:
            members = {each.id: each for each in store.members()}
            if person not in members:
                raise NotFound("accounts.no-person", id=person)
            if not any(Role.OWNER in each.roles for each in members.values() if each.id != person):
                raise Conflict("accounts.last-owner")
            store.remove_membership(person)
            self._end(store, person, now)
            for token in store.tokens():
                if token.person == person and token.revoked is None:
                    store.update_token(replace(token, revoked=now))
            record(store, scope, now, "remove", f"person/{person}")

    def invite(
        self, scope: Scope, email: str, roles: AbstractSet[Role], lasts: timedelta = timedelta(days=7)
    ) -> Issued:
        """Return a code with which the owner of the address can join, once.

        Raises:
            Invalid: `accounts.bad-email`, `accounts.no-role`, `accounts.bad-lifetime`.
        """
        now = self._demand(scope, Verb.ADMINISTER, Kind.ACCOUNT)
        secret = self._entrance.secret(Sort.INVITATION, scope.organisation)
        invitation = Invitation(
            new_id(), tidy_email(email), frozenset(roles), secret.digest, scope.person, now, now + lasts
        )
        with self._begin(scope) as store:
            store.add_invitation(invitation)
            letters = " ".join(sorted(invitation.roles))
            record(
                store, scope, now, "invite", f"invitation/{invitation.id}",
                email=invitation.email, roles=letters,
            )  # fmt: skip
        return Issued(invitation, secret.text)

    def accept(self, code: str, *, name: str, password: str, address: str = "") -> Scope:
        """Join an organisation with an invitation's code.

        Args:
            name, password: of a new person; whoever has an account gives its present password.
            address: where the request comes from, for the limit of attempts.
        Raises:
            NotFound: `accounts.no-invitation` when the code is unknown, used or expired.
            Unauthenticated: `accounts.known-person` when the address has an account with another password.
            Invalid: `accounts.bad-name`, `accounts.bad-password`.
            Forbidden: `accounts.too-many-attempts`.
        """
        return self._entrance.accept(code, name, password, address)

    # Sessions.

    def sign_in(
        self, email: str, password: str, *, address: str = "", organisation: str | None = None
    ) -> SignedIn:
        """Open a session.

        Args:
            address: where the request comes from.
            organisation: id; None is: the first one that the person joined.
        Raises:
            Unauthenticated: `accounts.wrong-sign-in`, the same in the same time whatever was wrong.
            Forbidden: `accounts.too-many-attempts`, whether the person exists or not.
        """
        return self._entrance.sign_in(email, password, address, organisation)

    def sign_out(self, session: str) -> None:
        """End a session; nothing happens when there is none."""
        self._entrance.sign_out(session)

    def end_sessions(self, scope: Scope, person: str | None = None) -> int:
        """End all sessions of a person in the organisation; return how many. None is: one's own."""
        now = self._clock()
        if person not in (None, scope.person) or scope.within is not None:
            self._demand(scope, Verb.ADMINISTER, Kind.ACCOUNT)
        with self._begin(scope) as store:
            ended = self._end(store, person or scope.person, now)
            record(store, scope, now, "end-sessions", f"person/{person or scope.person}", sessions=str(ended))
        return ended

    @staticmethod
    def _end(store: AccountStore, person: str, now: datetime) -> int:
        still_open = [each for each in store.sessions(person) if each.is_open(now)]
        for session in still_open:
            store.update_session(replace(session, ended=now))
        return len(still_open)

    def principal_of_session(self, session: str) -> Scope:
        """Return whom a session stands for, with today's roles, and move its end on.

        Raises:
            Unauthenticated: `accounts.not-signed-in`.
        """
        return self._entrance.principal_of_session(session)

    def principal_of_token(self, token: str) -> Scope:
        """Return whom a token stands for, within what it was issued for.

        Raises:
            Unauthenticated: `accounts.bad-token`.
        """
        return self._entrance.principal_of_token(token)

    # Tokens.

    def issue_token(
        self,
        scope: Scope,
        name: str,
        permits: AbstractSet[Permission],
        lasts: timedelta = timedelta(days=90),
    ) -> Issued:
        """Return a new API token of the person, for no more than they may do themselves.

        Raises:
            Invalid: `accounts.bad-name`, `accounts.no-permission`, `accounts.bad-lifetime`.
        """
        now = self._clock()
        for permission in sorted(permits):
            self._demand(scope, permission.verb, permission.kind)
        secret: Secret = self._entrance.secret(Sort.TOKEN, scope.organisation)
        token = Token(
            new_id(), scope.person, tidy_name(name), secret.digest, frozenset(permits), now, now + lasts
        )
        with self._begin(scope) as store:
            store.add_token(token)
            record(
                store, scope, now, "issue", f"token/{token.id}",
                name=token.name, permits=" ".join(map(str, sorted(permits))),
                expires=token.expires.isoformat(),
            )  # fmt: skip
        return Issued(token, secret.text)

    def tokens(self, scope: Scope) -> Sequence[Token]:
        """Return one's own tokens, or all of the organisation for who may administer it; oldest first."""
        with self._begin(scope, only_read=True) as store:
            return [each for each in store.tokens() if self._is_mine(scope, each)]

    def revoke_token(self, scope: Scope, token: str) -> None:
        """Make a token useless; again is a no-op.

        Raises:
            NotFound: `accounts.no-token`, also for tokens of others that one may not administer.
        """
        now = self._clock()
        with self._begin(scope) as store:
            found = next((each for each in store.tokens() if each.id == token), None)
            if found is None or not self._is_mine(scope, found):
                raise NotFound("accounts.no-token", id=token)
            if found.revoked is None:
                store.update_token(replace(found, revoked=now))
                record(store, scope, now, "revoke", f"token/{token}")

    def _is_mine(self, scope: Scope, token: Token) -> bool:
        whole = Action(Verb.ADMINISTER, Kind.ACCOUNT, self._clock())
        return (scope.within is None and token.person == scope.person) or allows(
            scope, whole, scope.organisation, ()
        )

    # Grants.

    def grant(
        self, scope: Scope, to: str, kind: Kind, until: datetime, *, object: str | None = None  # noqa: A002
    ) -> Grant:  # fmt: skip
        """Let another organisation read an object, or a whole kind, until a date.

        Raises:
            NotFound: `accounts.no-organisation`.
            Invalid: `accounts.cannot-share`, `accounts.own-grant`, `accounts.ends-before-start`,
                `accounts.no-zone`.
        """
        now = self._demand(scope, Verb.ADMINISTER, Kind.ACCOUNT)
        if until.tzinfo is None:
            raise Invalid("accounts.no-zone")
        made = Grant(new_id(), scope.organisation, to, kind, object, scope.person, now, until)
        with self._begin(scope) as store:
            if not store.has_organisation(to):
                raise NotFound("accounts.no-organisation", id=to)
            store.add_grant(made)
            record(
                store, scope, now, "grant", f"grant/{made.id}",
                to=to, kind=str(kind), shared=object or "*", until=until.isoformat(),
            )  # fmt: skip
        return made

    def grants(self, scope: Scope) -> Sequence[Grant]:
        """Return all grants that the organisation gave, oldest first, also past ones."""
        self._demand(scope, Verb.READ, Kind.ACCOUNT)
        with self._begin(scope, only_read=True) as store:
            return store.grants()

    def revoke_grant(self, scope: Scope, grant: str) -> None:
        """Take a grant back, from now on; again is a no-op.

        Raises:
            NotFound: `accounts.no-grant`.
        """
        now = self._demand(scope, Verb.ADMINISTER, Kind.ACCOUNT)
        with self._begin(scope) as store:
            found = next((each for each in store.grants() if each.id == grant), None)
            if found is None:
                raise NotFound("accounts.no-grant", id=grant)
            if found.revoked is None:
                store.revoke_grant(grant, now)
                record(store, scope, now, "revoke", f"grant/{grant}", to=found.to)

    # The audit log.

    def audit(
        self, scope: Scope, action: str, object: str, facts: Mapping[str, str] | None = None  # noqa: A002
    ) -> Entry:  # fmt: skip
        """Record what the scope's person did; for other rooms, which ask for permission themselves."""
        with self._begin(scope) as store:
            return record(store, scope, self._clock(), action, object, **dict(facts or {}))

    def entries(self, scope: Scope, after: int = 0, limit: int = 100) -> Sequence[Entry]:
        """Return the next entries of the audit log after a sequence."""
        self._demand(scope, Verb.READ, Kind.AUDIT)
        with self._begin(scope, only_read=True) as store:
            return store.entries(after, limit)

    def verify_audit(self, scope: Scope, known: Head | None = None) -> Verdict:
        """Check the whole audit log.

        Args:
            known: a head noted elsewhere earlier; only with it a log that was made anew shows.
        """
        self._demand(scope, Verb.READ, Kind.AUDIT)
        with self._begin(scope, only_read=True) as store:
            anchors = [store.head()] if known is None else [store.head(), known]
            return verify(scope.organisation, all_entries(store), anchors)

    def export_audit(self, scope: Scope) -> Iterator[str]:
        """Return the audit log as lines of JSON, each ending in a line feed."""
        self._demand(scope, Verb.READ, Kind.AUDIT)
        return self._lines(scope)

    def _lines(self, scope: Scope) -> Iterator[str]:
        with self._begin(scope, only_read=True) as store:
            for entry in all_entries(store):
                yield f"{entry.line()}\n"
