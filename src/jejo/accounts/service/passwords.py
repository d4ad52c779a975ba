"""Passwords: slow to check, equally slow for people who do not exist."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from jejo.accounts.domain.people import normal_password

AT_ONCE = 2
"""Hashes computed side by side: each takes its memory, and many sign-ins at once must not take all of it."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one argon2id hash costs.

    Source:
        RFC 9106, 4: second recommended option, t = 3, 64 MiB; its 4 lanes are 1 here, as we have 2 cores.
    """

    rounds: int = 3
    memory_kib: int = 65536
    lanes: int = 1


class Passwords:
    """Hashes and checks passwords with argon2id.

    Args:
        randomness: returns that many random bytes.
    """

    def __init__(self, randomness: Callable[[int], bytes], cost: Cost | None = None) -> None:
        cost = cost or Cost()
        self._hasher = PasswordHasher(
            time_cost=cost.rounds, memory_cost=cost.memory_kib, parallelism=cost.lanes
        )
        self._randomness = randomness
        self._places = threading.BoundedSemaphore(AT_ONCE)

    @cached_property
    def _nobody(self) -> str:
        return self._hash(self._randomness(32))

    def _hash(self, password: bytes) -> str:
        with self._places:
            return self._hasher.hash(password, salt=self._randomness(16))

    def hash(self, password: str) -> str:
        """Return the hash to keep, with its salt and cost in it."""
        return self._hash(_bytes(password))

    def is_right(self, kept: str | None, password: str) -> bool:
        """Return whether the password is the one kept.

        Args:
            kept: None where there is no such person or password: takes as long, and is never right.
        """
        # Asked for in both cases, so that the first call is equally slow as well.
        nobody = self._nobody
        with self._places:
            try:
                self._hasher.verify(nobody if kept is None else kept, _bytes(password))
            except VerifyMismatchError:
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Return whether the hash was made with another cost than today's."""
        return self._hasher.check_needs_rehash(kept)


def _bytes(password: str) -> bytes:
    return normal_password(password).encode(errors="surrogatepass")
