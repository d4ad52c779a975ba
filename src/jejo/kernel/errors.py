"""One base error, six kinds.

`code` is stable and is the key of the message (`errors.<code>.message`) and the hint
(`errors.<code>.hint`) in the locale files of the room that raises it.
"""

from typing import ClassVar

Fact = object
"""What may fill a placeholder of a text: str, int, float, datetime, date, timedelta or a list of these."""


class Problem(Exception):
    """Something the user can understand and act on.

    Args:
        code: `<room>.<what>`, stable; the key of message and hint.
        facts: fill the placeholders of both texts.
    """

    exit_code: ClassVar[int] = 70
    http_status: ClassVar[int] = 500

    def __init__(self, code: str, **facts: Fact) -> None:
        super().__init__(code, facts)
        self.code = code
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.code} {self.facts}" if self.facts else self.code


class Invalid(Problem):
    """The input cannot be used as it is."""

    exit_code = 2
    http_status = 422


class Unauthenticated(Problem):
    """Nobody is signed in."""

    exit_code = 3
    http_status = 401


class Forbidden(Problem):
    """The signed-in principal may not do this."""

    exit_code = 3
    http_status = 403


class NotFound(Problem):
    """No such object, or none that this principal may see."""

    exit_code = 4
    http_status = 404


class Conflict(Problem):
    """The object changed, or the act was already done differently."""

    exit_code = 5
    http_status = 409


class Unavailable(Problem):
    """A part that is needed is missing or does not answer."""

    exit_code = 6
    http_status = 503
