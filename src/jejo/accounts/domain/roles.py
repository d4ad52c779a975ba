"""Roles, and what each of them may do inside its own organisation."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from jejo.kernel.errors import Invalid


class Role(StrEnum):
    """What a person is in an organisation; by the letters of the user groups of the strategy; `O` is ours."""

    OWNER = "O"
    MANUFACTURER = "M"
    TECHNOLOGY = "T"
    ADVISOR = "A"
    COORDINATOR = "C"
    REVIEWER = "R"
    PROGRAMME_OFFICER = "P"
    POLICY_STAFF = "G"
    LOCAL_BODY = "L"
    LEARNER = "E"
    DATA_STEWARD = "D"
    FINANCE_PARTNER = "F"
    WORKER = "W"


class Verb(StrEnum):
    """What is done. To administer is to decide over others' access."""

    READ = "read"
    WRITE = "write"
    ADMINISTER = "administer"


class Kind(StrEnum):
    """What it is done to; a room that keeps a new kind of object adds it here and to `MAY`."""

    PLANT = "plant"
    HISTORY = "history"
    DATASET = "dataset"
    REPORT = "report"
    FEEDBACK = "feedback"
    KNOWLEDGE = "knowledge"
    PROGRAMME = "programme"
    TRAINING = "training"
    FINANCE = "finance"
    ACCOUNT = "account"
    AUDIT = "audit"


@dataclass(frozen=True, slots=True, order=True)
class Permission:
    """One verb on one kind.

    >>> str(Permission.parse("report:read"))
    'report:read'
    """

    kind: Kind
    verb: Verb

    def __str__(self) -> str:
        return f"{self.kind}:{self.verb}"

    @classmethod
    def parse(cls, text: str) -> "Permission":
        """Return the permission of a text `<kind>:<verb>`.

        Raises:
            Invalid: `accounts.bad-permission`.
        """
        kind, _, verb = text.partition(":")
        try:
            return cls(Kind(kind), Verb(verb))
        except ValueError as unknown:
            raise Invalid(
                "accounts.bad-permission", text=text, kinds=list(Kind), verbs=list(Verb)
            ) from unknown


def role(letter: str) -> Role:
    """Return the role of a letter.

    Raises:
        Invalid: `accounts.bad-role`.
    """
    try:
        return Role(letter.strip().upper())
    except ValueError as unknown:
        raise Invalid("accounts.bad-role", letter=letter, known=[each.value for each in Role]) from unknown


def _permissions(read: str, write: str = "") -> frozenset[Permission]:
    return frozenset(
        Permission(Kind(kind), verb)
        for verb, kinds in ((Verb.READ, read), (Verb.WRITE, write))
        for kind in kinds.split()
    )


MAY: Mapping[Role, frozenset[Permission]] = {
    Role.OWNER: frozenset(Permission(kind, verb) for kind in Kind for verb in Verb),
    Role.MANUFACTURER: _permissions(
        "plant history dataset report feedback knowledge programme training finance",
        "plant history dataset report feedback programme",
    ),
    Role.TECHNOLOGY: _permissions(
        "plant history dataset report feedback knowledge programme", "dataset programme"
    ),
    Role.ADVISOR: _permissions(
        "plant history dataset report feedback knowledge programme", "report feedback"
    ),
    Role.COORDINATOR: _permissions("plant report knowledge programme training", "programme training"),
    Role.REVIEWER: _permissions("dataset report knowledge programme", "programme"),
    Role.PROGRAMME_OFFICER: _permissions("report knowledge programme training", "programme"),
    Role.POLICY_STAFF: _permissions("knowledge programme"),
    Role.LOCAL_BODY: _permissions("knowledge programme training", "training"),
    Role.LEARNER: _permissions("knowledge training", "training"),
    Role.DATA_STEWARD: _permissions(
        "plant history dataset report feedback knowledge", "plant history dataset"
    ),
    Role.FINANCE_PARTNER: _permissions("report knowledge programme finance", "finance"),
    Role.WORKER: _permissions("plant history report feedback knowledge training", "feedback"),
}
"""Permissions of each role; what is not listed is denied. Only an owner administers, or reads the audit log."""
