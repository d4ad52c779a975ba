"""Who acts, for which organisation, and what they may do there."""

from jejo.accounts.domain.permissions import Action, Grant, allows
from jejo.accounts.domain.roles import Kind, Permission, Role, Verb
from jejo.accounts.domain.scope import LOCAL_OWNER, NOBODY, Scope

__all__ = [
    "LOCAL_OWNER",
    "NOBODY",
    "Action",
    "Grant",
    "Kind",
    "Permission",
    "Role",
    "Scope",
    "Verb",
    "allows",
]
