"""What opens the door: sessions, API tokens, invitations. The texts are random; only their digests are kept."""

import base64
import re
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from jejo.accounts.domain.roles import Permission, Role
from jejo.kernel.errors import Invalid
from jejo.kernel.ids import sha256_hex

SECRET_BYTES = 32
_FORM = re.compile(r"jejo_(?P<sort>[sti])_(?P<organisation>[a-z0-9-]{1,64})_(?P<secret>[A-Za-z0-9_-]{43})")

SESSION_IDLE = timedelta(hours=12)
"""A session ends this long after it was last used."""
SESSION_LONGEST = timedelta(days=30)
"""No session lives longer, however often it is used."""
SEEN_EVERY = timedelta(minutes=1)
"""Use is noted at most this often, so that reading a page does not write to the database each time."""
LONGEST_TOKEN = timedelta(days=366)
LONGEST_INVITATION = timedelta(days=30)


class Sort(StrEnum):
    """What a text opens; part of it, so that none can pass for another sort."""

    SESSION = "s"
    TOKEN = "t"  # noqa: S105  # the mark of the sort, no secret
    INVITATION = "i"


@dataclass(frozen=True, slots=True)
class Secret:
    """The text that its holder shows; exists once, in the answer that hands it out.

    Args:
        organisation: whose rows to look in; a lie here finds nothing, for the digest covers it.
    """

    sort: Sort
    organisation: str
    text: str = field(repr=False)

    @property
    def digest(self) -> str:
        """SHA-256 in hex; 256 random bits need no slow hash."""
        return sha256_hex([self.text.encode()])


def new_secret(sort: Sort, organisation: str, random: bytes) -> Secret:
    """Return the secret made of 32 random bytes."""
    if len(random) != SECRET_BYTES:
        raise ValueError(f"{len(random)} random bytes")
    tail = base64.urlsafe_b64encode(random).rstrip(b"=").decode()
    return Secret(sort, organisation, f"jejo_{sort}_{organisation}_{tail}")


def read_secret(sort: Sort, text: str) -> Secret | None:
    """Return the secret that a text shows, or None when it is none of this sort.

    >>> read_secret(Sort.TOKEN, "hello") is None
    True
    """
    found = _FORM.fullmatch(text)
    if found is None or found["sort"] != sort:
        return None
    return Secret(sort, found["organisation"], text)


@dataclass(frozen=True, slots=True)
class Session:
    """A signed-in browser; times are aware UTC."""

    digest: str
    person: str
    address: str
    started: datetime
    seen: datetime
    expires: datetime
    ended: datetime | None = None

    def is_open(self, now: datetime) -> bool:
        """Return whether the session still counts."""
        return self.ended is None and now < self.expires

    def used(self, now: datetime) -> "Session":
        """Return the session with its end moved on."""
        return replace(self, seen=now, expires=min(now + SESSION_IDLE, self.started + SESSION_LONGEST))


@dataclass(frozen=True, slots=True)
class Token:
    """An API token of a person; may do what it was issued for and its person may still do.

    Raises:
        Invalid: `accounts.no-permission`, `accounts.bad-lifetime`.
    """

    id: str
    person: str
    name: str
    digest: str = field(repr=False)
    permits: frozenset[Permission]
    made: datetime
    expires: datetime
    last_used: datetime | None = None
    revoked: datetime | None = None

    def __post_init__(self) -> None:
        if not self.permits:
            raise Invalid("accounts.no-permission")
        check_lifetime(self.expires - self.made, LONGEST_TOKEN)

    def is_open(self, now: datetime) -> bool:
        """Return whether the token still counts."""
        return self.revoked is None and now < self.expires


@dataclass(frozen=True, slots=True)
class Invitation:
    """A place in an organisation, kept for whoever shows the code; works once.

    Raises:
        Invalid: `accounts.no-role`, `accounts.bad-lifetime`.
    """

    id: str
    email: str
    roles: frozenset[Role]
    digest: str = field(repr=False)
    by: str
    made: datetime
    expires: datetime
    used: datetime | None = None

    def __post_init__(self) -> None:
        if not self.roles:
            raise Invalid("accounts.no-role")
        check_lifetime(self.expires - self.made, LONGEST_INVITATION)

    def is_open(self, now: datetime) -> bool:
        """Return whether the code still works."""
        return self.used is None and now < self.expires


def check_lifetime(lasts: timedelta, longest: timedelta) -> None:
    """Refuse what never ends, or ended before it began, with Invalid `accounts.bad-lifetime`."""
    if not timedelta(0) < lasts <= longest:
        raise Invalid("accounts.bad-lifetime", longest=longest)
