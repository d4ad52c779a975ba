"""Who comes in: signing in, accepting an invitation, and whom a session or a token stands for."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from jejo.accounts.domain.attempts import ADDRESS_LIMIT, PERSON_LIMIT, WINDOW, address_key, person_key, wait
from jejo.accounts.domain.keys import (
    SECRET_BYTES,
    SEEN_EVERY,
    SESSION_IDLE,
    Secret,
    Session,
    Sort,
    new_secret,
    read_secret,
)
from jejo.accounts.domain.people import (
    Membership,
    Organisation,
    Person,
    tidy_email,
    tidy_name,
    tidy_password,
)
from jejo.accounts.domain.scope import NOBODY, Scope
from jejo.accounts.service.log import record
from jejo.accounts.service.passwords import Passwords
from jejo.accounts.service.store import AccountStore, Begin
from jejo.kernel.clock import Clock
from jejo.kernel.errors import Forbidden, Invalid, NotFound, Unauthenticated
from jejo.kernel.ids import new_id


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The answer to a sign-in.

    Args:
        session: the text to set as a cookie; it is not kept.
        expires: aware UTC; moves on while the session is used.
        organisations: all that the person may work in.
    """

    session: str = field(repr=False)
    scope: Scope
    expires: datetime
    organisations: tuple[Organisation, ...]


class Entrance:
    """Turns what somebody shows into a scope, or refuses without saying why.

    Signing in and accepting take two transactions each: the attempt is counted before the slow check of the
    password, which must not hold the database's write lock.
    """

    def __init__(
        self, begin: Begin, clock: Clock, randomness: Callable[[int], bytes], passwords: Passwords
    ) -> None:
        self._begin = begin
        self._clock = clock
        self._randomness = randomness
        self._passwords = passwords

    def secret(self, sort: Sort, organisation: str) -> Secret:
        """Return a new secret."""
        return new_secret(sort, organisation, self._randomness(SECRET_BYTES))

    def sign_in(self, email: str, password: str, address: str, organisation: str | None) -> SignedIn:
        """See `AccountService.sign_in`."""
        now = self._clock()
        try:
            wanted = tidy_email(email)
        except Invalid:
            # Nobody has it; goes the whole way all the same, to take as long.
            wanted = email.strip().casefold()[:254].encode(errors="replace").decode()
        keys = (person_key(wanted), address_key(address))
        with self._begin(NOBODY) as store:
            self._count(store, keys, now)
            failed_before = len(store.attempts(keys[0], now - WINDOW)) - 1
            person = store.person_by_email(wanted)
            memberships = store.memberships("" if person is None else person.id)
        mine = next((each for each in memberships if organisation in (None, each.organisation)), None)
        kept = None if person is None or mine is None else person.password
        if not self._passwords.is_right(kept, password) or person is None or mine is None or kept is None:
            raise Unauthenticated("accounts.wrong-sign-in")
        better = self._passwords.hash(password) if self._passwords.is_outdated(kept) else None
        scope = Scope(mine.organisation, person.id, mine.roles)
        secret = self.secret(Sort.SESSION, scope.organisation)
        session = Session(secret.digest, person.id, address[:64], now, now, now + SESSION_IDLE)
        with self._begin(scope) as store:
            store.forget_attempts(keys[0])
            store.forget_attempts(keys[1], now)
            if better is not None:
                store.set_password(person.id, better)
            store.add_session(session)
            record(
                store, scope, now, "sign-in", f"person/{person.id}",
                address=session.address, failed_before=str(failed_before),
            )  # fmt: skip
            organisations = tuple(store.organisations_of(person.id))
        return SignedIn(secret.text, scope, session.expires, organisations)

    def _count(self, store: AccountStore, keys: tuple[str, str], now: datetime) -> None:
        for key, limit in zip(keys, (PERSON_LIMIT, ADDRESS_LIMIT), strict=True):
            if rest := wait(store.attempts(key, now - WINDOW), limit, now):
                raise Forbidden("accounts.too-many-attempts", wait=rest)
        store.forget_attempts_before(now - WINDOW)
        store.add_attempts(keys, now)

    def accept(self, code: str, name: str, password: str, address: str) -> Scope:
        """See `AccountService.accept`."""
        now = self._clock()
        secret = read_secret(Sort.INVITATION, code)
        organisation = "" if secret is None else secret.organisation
        digest = "" if secret is None else secret.digest
        outside = Scope(organisation, "")
        with self._begin(outside) as store:
            invitation = store.invitation(digest)
            # Guesses at a password count together with those at the sign-in.
            wanted = digest if invitation is None else invitation.email
            keys = (person_key(wanted), address_key(address))
            self._count(store, keys, now)
            person = None if invitation is None else store.person_by_email(invitation.email)
        if invitation is None or not invitation.is_open(now):
            raise NotFound("accounts.no-invitation")
        if person is None:
            new = Person(
                new_id(),
                invitation.email,
                tidy_name(name),
                now,
                self._passwords.hash(tidy_password(password)),
            )
        # An invitation proves nothing about an account that exists: whoever invites could take it over.
        elif self._passwords.is_right(person.password, password):
            new = None
        else:
            raise Unauthenticated("accounts.known-person")
        with self._begin(outside) as store:
            again = store.invitation(digest)
            if again is None or not again.is_open(now):
                raise NotFound("accounts.no-invitation")
            if new is not None:
                if store.person_by_email(invitation.email) is not None:
                    raise Unauthenticated("accounts.known-person")
                store.add_person(new)
            joined = new or person
            assert joined is not None  # noqa: S101  # one of the two is there
            former = store.membership(joined.id)
            roles = invitation.roles | (frozenset() if former is None else former.roles)
            since = now if former is None else former.since
            store.put_membership(Membership(organisation, joined.id, roles, since))
            store.use_invitation(invitation.id, now)
            store.forget_attempts(keys[0])
            store.forget_attempts(keys[1], now)
            scope = Scope(organisation, joined.id, roles)
            record(store, scope, now, "accept", f"invitation/{invitation.id}", roles=_letters(roles))
        return scope

    def sign_out(self, text: str) -> None:
        """See `AccountService.sign_out`."""
        now = self._clock()
        secret = read_secret(Sort.SESSION, text)
        if secret is None:
            return
        with self._begin(Scope(secret.organisation, "")) as store:
            session = store.session(secret.digest)
            if session is not None and session.is_open(now):
                store.update_session(replace(session, ended=now))
                who = Scope(secret.organisation, session.person)
                record(store, who, now, "sign-out", f"person/{session.person}")

    def principal_of_session(self, text: str) -> Scope:
        """See `AccountService.principal_of_session`."""
        now = self._clock()
        secret = read_secret(Sort.SESSION, text)
        if secret is None:
            raise Unauthenticated("accounts.not-signed-in")
        outside = Scope(secret.organisation, "")
        with self._begin(outside, only_read=True) as store:
            session = store.session(secret.digest)
            member = None if session is None else store.membership(session.person)
        if session is None or member is None or not session.is_open(now):
            raise Unauthenticated("accounts.not-signed-in")
        if now - session.seen >= SEEN_EVERY:
            with self._begin(outside) as store:
                session = store.session(secret.digest)
                # It may have been ended since it was read: using it must not open it again.
                if session is None or not session.is_open(now):
                    raise Unauthenticated("accounts.not-signed-in")
                store.update_session(session.used(now))
        return Scope(secret.organisation, session.person, member.roles)

    def principal_of_token(self, text: str) -> Scope:
        """See `AccountService.principal_of_token`."""
        now = self._clock()
        secret = read_secret(Sort.TOKEN, text)
        if secret is None:
            raise Unauthenticated("accounts.bad-token")
        outside = Scope(secret.organisation, "")
        with self._begin(outside, only_read=True) as store:
            token = store.token(secret.digest)
            member = None if token is None else store.membership(token.person)
        if token is None or member is None or not token.is_open(now):
            raise Unauthenticated("accounts.bad-token")
        if token.last_used is None or now - token.last_used >= SEEN_EVERY:
            with self._begin(outside) as store:
                token = store.token(secret.digest)
                if token is None or not token.is_open(now):
                    raise Unauthenticated("accounts.bad-token")
                store.update_token(replace(token, last_used=now))
        return Scope(secret.organisation, token.person, member.roles, token.permits)


def _letters(roles: frozenset[str]) -> str:
    return " ".join(sorted(roles))
