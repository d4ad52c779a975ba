"""The scope of a request: every query of every room goes through one."""

from dataclasses import dataclass

from jejo.accounts.domain.roles import Permission, Role


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose data a use case may touch; made from the signed-in principal, never from a request's own words.

    Args:
        organisation: id of the organisation; every row belongs to exactly one.
        person: id of the acting person, for the audit log.
        roles: the person's roles in the organisation; without any, `allows` denies everything.
        within: what an API token was issued for; None is: all that the roles allow.
    """

    organisation: str
    person: str
    roles: frozenset[Role] = frozenset()
    within: frozenset[Permission] | None = None


LOCAL_OWNER = Scope(organisation="local", person="owner", roles=frozenset({Role.OWNER}))
"""The owner of the one organisation of a local install, which opens without sign-up on loopback."""

NOBODY = Scope(organisation="", person="")
"""Who has not signed in yet: belongs to no organisation, may do nothing."""
