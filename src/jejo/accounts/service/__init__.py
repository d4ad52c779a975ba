"""Use cases of the accounts, and what they need from outside."""

from jejo.accounts.service.accounts import AccountService, Issued
from jejo.accounts.service.entrance import SignedIn
from jejo.accounts.service.passwords import Cost, Passwords
from jejo.accounts.service.store import AccountStore, Begin

__all__ = ["AccountService", "AccountStore", "Begin", "Cost", "Issued", "Passwords", "SignedIn"]
