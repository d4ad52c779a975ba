"""Writes and reads the audit log within a transaction of its organisation."""

import logging
from collections.abc import Iterator
from datetime import datetime

from jejo.accounts.domain.audit import Entry, next_entry
from jejo.accounts.domain.scope import Scope
from jejo.accounts.service.store import AccountStore

log = logging.getLogger(__name__)

PAGE = 1000


def record(
    store: AccountStore,
    scope: Scope,
    at: datetime,
    action: str,
    object: str,  # noqa: A002  # the field's name
    /,
    **facts: str,
) -> Entry:
    """Add an entry about what the scope's person did, in the transaction that does it."""
    entry = next_entry(scope.organisation, store.head(), at, scope.person, action, object, facts)
    store.append(entry)
    log.info("audit", extra={"organisation": scope.organisation, "sequence": entry.sequence, "act": action})
    return entry


def all_entries(store: AccountStore) -> Iterator[Entry]:
    """Yield the whole log in order, read page by page."""
    after = 0
    while page := store.entries(after, PAGE):
        yield from page
        after = page[-1].sequence
