"""How a lower room tells a higher one: publish a frozen event, bootstrap subscribes the listener."""

from collections import defaultdict
from collections.abc import Callable
from typing import TypeVar

Event = TypeVar("Event")


class Events:
    """Calls every listener of an event's exact type, in the order of subscription, in the publisher's thread.

    A listener that raises stops the publisher: what must not fail with it belongs in a job.
    """

    def __init__(self) -> None:
        self._listeners: dict[type, list[Callable[[object], None]]] = defaultdict(list)

    def subscribe(self, kind: type[Event], listener: Callable[[Event], None]) -> None:
        """Call `listener` with every later event of this kind."""
        self._listeners[kind].append(listener)  # type: ignore[arg-type]  # keyed by the exact type

    def publish(self, event: object) -> None:
        """Tell all listeners of this event's type."""
        for listener in self._listeners[type(event)]:
            listener(event)
