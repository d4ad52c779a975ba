"""What the user said about a file, and the stages a diagnosis goes through. Light: commands import it at start."""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """Where a running diagnosis is; texts `onboarding.stages.<stage>`."""

    RECEIVED = "received"
    READING = "reading"
    ANOMALIES = "anomalies"
    LABEL = "label"
    ASSESSING = "assessing"
    KEEPING = "keeping"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user said about the file; nothing needs to be said.

    Args:
        label: column to explain.
        time: column that holds the time.
        equipment: name of the machine; None: the file's or sheet's name.
        without: keys of automatic steps to leave out.
    """

    label: str | None = None
    time: str | None = None
    equipment: str | None = None
    without: tuple[str, ...] = ()
