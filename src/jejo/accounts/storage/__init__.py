"""Keeps the accounts in SQL tables."""

from jejo.accounts.storage.store import account_transactions
from jejo.accounts.storage.tables import METADATA, OF_NOBODY

__all__ = ["METADATA", "OF_NOBODY", "account_transactions"]
