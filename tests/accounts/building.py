"""Builds accounts at a time that tests set, with passwords that cost little."""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from jejo.accounts.domain import LOCAL_OWNER, Role, Scope
from jejo.accounts.service import AccountService, Begin, Cost, Passwords

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
CHEAP = Cost(rounds=1, memory_kib=64)
PASSWORD = "네 낱말로 된 문장입니다"


@dataclass
class Watch:
    """A clock that moves when told."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def wait(self, **span: float) -> None:
        self.now += timedelta(**span)


@dataclass
class Office:
    """Accounts with their clock; the local organisation is there."""

    begin: Begin
    watch: Watch = field(default_factory=Watch)
    cost: Cost = CHEAP

    def __post_init__(self) -> None:
        self.accounts = AccountService(self.begin, self.watch, os.urandom, Passwords(os.urandom, self.cost))
        self.accounts.open_local(LOCAL_OWNER)

    def other(self, name: str = "other") -> Scope:
        """Return the owner's scope in a new organisation."""
        made = self.accounts.create_organisation(LOCAL_OWNER, name)
        return self.accounts.switch(LOCAL_OWNER, made.id)

    def joined(self, scope: Scope, email: str, *roles: Role) -> Scope:
        """Return the scope of a person who accepted an invitation."""
        issued = self.accounts.invite(scope, email, set(roles or (Role.MANUFACTURER,)))
        return self.accounts.accept(issued.text, name=email, password=PASSWORD)
