"""The scope of a request: every query of every room goes through one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data a use case may touch; made from the signed-in principal, never from a request's own words.

    Args:
        organisation: id of the organisation; every row belongs to exactly one.
        person: id of the acting person, for the audit log.
    """

    organisation: str
    person: str


LOCAL_OWNER = Scope(organisation="local", person="owner")
"""The owner of the one organisation of a local install, which opens without sign-up on loopback."""
