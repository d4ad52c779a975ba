"""The one place that says who may do what to whose objects."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from jejo.accounts.domain.roles import MAY, Kind, Permission, Verb
from jejo.accounts.domain.scope import Scope
from jejo.kernel.errors import Invalid

PRIVATE = frozenset({Kind.ACCOUNT, Kind.AUDIT})
"""Kinds that no organisation can share."""


@dataclass(frozen=True, slots=True)
class Action:
    """One act on one object, or on a whole kind.

    Args:
        object: id; None is: the kind as a whole, for example a list.
        at: when, aware UTC; grants end.
    """

    verb: Verb
    kind: Kind
    at: datetime
    object: str | None = None


@dataclass(frozen=True, slots=True)
class Grant:
    """An organisation lets another one read an object, or all objects of a kind, until a date.

    Args:
        organisation: the owner of the objects, who gives.
        to: the organisation that may read.
        object: id; None is: all of the kind.
        by: id of the person who gave it.
        made, until: aware UTC; `until` itself is outside.
        revoked: since when it is taken back, aware UTC.
    Raises:
        Invalid: `accounts.cannot-share`, `accounts.own-grant`, `accounts.ends-before-start`.
    """

    id: str
    organisation: str
    to: str
    kind: Kind
    object: str | None
    by: str
    made: datetime
    until: datetime
    revoked: datetime | None = None

    def __post_init__(self) -> None:
        if self.kind in PRIVATE:
            raise Invalid("accounts.cannot-share", kind=str(self.kind))
        if self.to == self.organisation:
            raise Invalid("accounts.own-grant")
        if self.until <= self.made:
            raise Invalid("accounts.ends-before-start", until=self.until)

    def covers(self, scope: Scope, action: Action, owner: str) -> bool:
        """Return whether this grant opens the act to the scope."""
        return (
            self.organisation == owner
            and self.to == scope.organisation
            and action.verb is Verb.READ
            and self.kind is action.kind
            and self.object in (None, action.object)
            and self.made <= action.at < self.until
            and (self.revoked is None or action.at < self.revoked)
        )


def allows(scope: Scope, action: Action, owner_organisation: str, grants: Iterable[Grant]) -> bool:
    """Return whether the scope may do this to objects of the owner.

    A role of the scope must permit it, and so must the token where one is used. Inside the own organisation that
    is all; across organisations one grant in force must cover it as well. Everything else is denied.
    """
    wanted = Permission(action.kind, action.verb)
    if scope.within is not None and wanted not in scope.within:
        return False
    if not any(wanted in MAY[role] for role in scope.roles):
        return False
    if not scope.organisation:
        return False
    if scope.organisation == owner_organisation:
        return True
    return any(grant.covers(scope, action, owner_organisation) for grant in grants)
