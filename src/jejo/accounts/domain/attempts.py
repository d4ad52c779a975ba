"""How often someone may try to sign in."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from jejo.kernel.ids import sha256_hex

WINDOW = timedelta(minutes=15)
PERSON_LIMIT = 10
ADDRESS_LIMIT = 50
"""Attempts within the window, per person asked for and per network address they come from."""


def person_key(email: str) -> str:
    """Return the key of whom somebody tries to be; hashed, for people type passwords into the wrong field."""
    return f"person:{sha256_hex([email.encode(errors='replace')])}"


def address_key(address: str) -> str:
    """Return the key of where the attempts come from."""
    return f"address:{sha256_hex([address.encode(errors='replace')])}"


def wait(attempts: Sequence[datetime], limit: int, now: datetime) -> timedelta:
    """Return how long to wait before the next attempt; zero is: now.

    Args:
        attempts: of one key, oldest first.
    """
    recent = [at for at in attempts if at > now - WINDOW]
    if len(recent) < limit:
        return timedelta(0)
    return recent[-limit] + WINDOW - now
