"""Organisations, people, and who belongs where."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import datetime

from jejo.accounts.domain.roles import Role
from jejo.kernel.errors import Invalid

_EMAIL = re.compile(r"[^@\s\x00-\x1f]+@[^@\s\x00-\x1f.]+(\.[^@\s\x00-\x1f.]+)*")
_LONGEST_EMAIL = 254
_LONGEST_NAME = 200
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 1024


def tidy_email(text: str) -> str:
    """Return an address in the one form it is kept and compared in.

    Raises:
        Invalid: `accounts.bad-email`; the text is not repeated, for it may be a mistyped password.

    >>> tidy_email(" Kim@Example.com ")
    'kim@example.com'
    """
    tidy = unicodedata.normalize("NFKC", text).strip().casefold()
    if len(tidy) > _LONGEST_EMAIL or not _EMAIL.fullmatch(tidy) or _has_unprintable(tidy):
        raise Invalid("accounts.bad-email")
    return tidy


def tidy_name(text: str) -> str:
    """Return a name with composed Unicode and single spaces.

    Raises:
        Invalid: `accounts.bad-name` when empty, too long or with control characters.
    """
    tidy = " ".join(unicodedata.normalize("NFC", text).split())
    if not tidy or len(tidy) > _LONGEST_NAME or _has_unprintable(tidy):
        raise Invalid("accounts.bad-name", longest=_LONGEST_NAME)
    return tidy


def _has_unprintable(text: str) -> bool:
    # Control characters, and halves of surrogate pairs, which no database keeps.
    return any(unicodedata.category(each) in ("Cc", "Cs") for each in text)


def tidy_password(text: str) -> str:
    """Return a new password as it is hashed: two keyboards that type the same text must give the same bytes.

    Raises:
        Invalid: `accounts.bad-password`.
    Source:
        NIST SP 800-63B-4, 3.1.1.2: length instead of composition rules, Unicode normalised by NFKC.
    """
    tidy = normal_password(text)
    if not SHORTEST_PASSWORD <= len(tidy) <= LONGEST_PASSWORD:
        raise Invalid("accounts.bad-password", shortest=SHORTEST_PASSWORD, longest=LONGEST_PASSWORD)
    return tidy


def normal_password(text: str) -> str:
    """Return a typed password in the form it is compared in; cut where no kept one can match."""
    return unicodedata.normalize("NFKC", text[: LONGEST_PASSWORD + 1])[: LONGEST_PASSWORD + 1]


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company or body; `made` is aware UTC."""

    id: str
    name: str
    made: datetime


@dataclass(frozen=True, slots=True)
class Person:
    """Someone who may sign in; belongs to organisations by memberships.

    Args:
        email: in the form of `tidy_email`; None for the owner of a local install.
        password: argon2 hash; None while there is none.
    """

    id: str
    email: str | None
    name: str
    made: datetime
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Membership:
    """A person's roles in an organisation.

    Raises:
        Invalid: `accounts.no-role`.
    """

    organisation: str
    person: str
    roles: frozenset[Role]
    since: datetime

    def __post_init__(self) -> None:
        if not self.roles:
            raise Invalid("accounts.no-role")


@dataclass(frozen=True, slots=True)
class Member:
    """A person as the others of the organisation see them: without anything secret."""

    id: str
    email: str | None
    name: str
    roles: frozenset[Role]
    since: datetime
