"""Finding entries by what a person types."""

import unicodedata
from collections.abc import Iterable


def has_words(query: str, texts: Iterable[str | None]) -> bool:
    """Return whether every word of a query stands somewhere in the texts; an empty query finds everything.

    Case and the width of signs (`㎏`, `kg`) do not count.

    >>> has_words("금형 TEMP", ["금형온도", "mould temperature"]), has_words("압력", ["금형온도", None])
    (True, False)
    """
    # A line break keeps a word from being found across the end of one text and the start of the next.
    whole = "\n".join(_plain(text) for text in texts if text)
    return all(word in whole for word in _plain(query).split())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
