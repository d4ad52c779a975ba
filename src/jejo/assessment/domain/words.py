"""Words of column headers, so that `moldShot`, `MOLD_SHOT` and `mould shot` are the same words."""

import re
from functools import lru_cache

_BREAK = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|[^0-9A-Za-z가-힣]+|(?<=[가-힣])(?=[A-Za-z0-9])"
)
_TRAILING_NUMBER = re.compile(r"(?<=[a-z])\d+$")
_UNIT = re.compile(r"[(\[（［][^)\]）］]*[)\]）］]")
_ENDINGS = ("isation", "ization", "iser", "izer", "ing", "ers", "er", "ed", "es", "s")
_SAME = {
    "temperature": "temp",
    "mold": "mould",
    "pressure": "press",
    "rotational": "rpm",
    "inj": "injection",
    "barrel": "cylinder",
    "colour": "color",
    "qty": "quantity",
    "thk": "thickness",
    "vib": "vibration",
    "no": "number",
}


def split_words(text: str) -> tuple[str, ...]:
    """Return the words of a header, lower case, without trailing numbers and bracketed units.

    >>> split_words("upper_mold_temp1"), split_words("itemGoodQuantity"), split_words("금형 온도(℃)")
    (('upper', 'mould', 'temp'), ('item', 'good', 'quantity'), ('금형', '온도'))
    """
    words = (_TRAILING_NUMBER.sub("", word.lower()) for word in _BREAK.split(_UNIT.sub(" ", text)))
    # Single letters and numbers count things; they name nothing.
    return tuple(
        _SAME.get(word, word)
        for word in words
        if not word.isdigit() and (len(word) > 1 or not word.isascii()) and word
    )


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """Return the part of an English word that its forms share; Korean words stay as they are.

    >>> [stem(word) for word in ("casting", "cast", "pasteuriser", "pasteur", "cooling", "온도")]
    ['cast', 'cast', 'pasteur', 'pasteur', 'cool', '온도']
    """
    if not word.isascii():
        return word
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


@lru_cache(maxsize=20_000)
def stems(text: str) -> frozenset[str]:
    """Return the stems of a header's words."""
    return frozenset(stem(word) for word in split_words(text))


@lru_cache(maxsize=20_000)
def joined_korean(text: str) -> str:
    """Return the Korean letters of a text without spaces and bracketed units: `금형 온도(℃)` → `금형온도`."""
    return "".join(re.findall(r"[가-힣]+", _UNIT.sub(" ", text)))
