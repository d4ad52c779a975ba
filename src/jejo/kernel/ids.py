"""Identifiers: sortable by creation time, and content digests."""

import hashlib
import os
import time
from collections.abc import Iterable

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"


def new_id() -> str:
    """Return a new 26-character id: 48 bits of time (ms), 80 random bits, Crockford base 32, lower case.

    Source:
        ULID specification; ids made later sort later (to the millisecond).
    """
    number = (time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))


def sha256_hex(chunks: Iterable[bytes]) -> str:
    """Return the SHA-256 of the chunks, in order, as 64 hex digits."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()
