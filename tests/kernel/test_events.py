from dataclasses import dataclass

from jejo.kernel.events import Events


@dataclass(frozen=True)
class Arrived:
    what: str


@dataclass(frozen=True)
class Left:
    what: str


def test_only_listeners_of_that_event_hear_it_in_order():
    heard = []
    events = Events()
    events.subscribe(Arrived, lambda event: heard.append(("first", event.what)))
    events.subscribe(Arrived, lambda event: heard.append(("second", event.what)))
    events.subscribe(Left, lambda event: heard.append(("left", event.what)))
    events.publish(Arrived("file"))
    assert heard == [("first", "file"), ("second", "file")]
