"""Moves what has landed into the tables while the product runs."""

import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta

from jejo.accounts.domain import Scope
from jejo.history.service import HistoryService

log = logging.getLogger(__name__)


@contextmanager
def compacting(
    service: Callable[[], HistoryService], scopes: Callable[[], Sequence[Scope]], every: timedelta
) -> Iterator[None]:
    """Compact every organisation with something landed, again and again, until the block ends.

    Args:
        service: called in the thread, so that starting it costs nothing.
        scopes: one per organisation.
    """
    is_over = threading.Event()

    def loop() -> None:
        while not is_over.wait(every.total_seconds()):
            for scope in scopes():
                try:
                    if service().debt(scope).batches:
                        service().compact(scope)
                        service().optimise(scope)
                except Exception:
                    # The readings stay safe in the log; the next round tries again.
                    log.exception("compaction failed", extra={"organisation": scope.organisation})

    thread = threading.Thread(target=loop, name="compaction", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=30)
