"""Time as a constructor argument, so that rules can be tested at any moment."""

from collections.abc import Callable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Returns the present as an aware UTC datetime."""

SEOUL = ZoneInfo("Asia/Seoul")
"""The zone assumed where a file says nothing, and shown to people in Korea."""


def utc_now() -> datetime:
    """Return the present in UTC."""
    return datetime.now(UTC)
