"""What every data package says about itself."""

from collections.abc import Iterable
from datetime import date
from typing import Literal

import msgspec

from jejo.kernel.errors import Invalid

Mark = Literal["seed", "source", "GK", "ours"]
"""Where a statement comes from: the national strategy text, another public source, general knowledge, or us."""


class Entry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A part of a package; a field that is not declared is an error, so that a typing slip cannot hide."""


class Package(Entry, frozen=True, kw_only=True):
    """Head of a package.

    Args:
        version: of the content, semantic versioning.
        valid_from: first day on which the content may be used.
        valid_until: last such day; None is: until a later version replaces it.
    """

    name: str
    version: str
    valid_from: date
    source: str
    licence: str
    valid_until: date | None = None


def check_unique(package: str, what: str, values: Iterable[str]) -> None:
    """Refuse a package that says one thing twice.

    Raises:
        Invalid: `knowledge.bad-package`, naming the first repeated value.
    """
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise Invalid("knowledge.bad-package", package=package, reason=f"{what} twice: {value}")
        seen.add(value)


def check_known(package: str, what: str, values: Iterable[str], known: Iterable[str]) -> None:
    """Refuse a package that points to something that is not there.

    Raises:
        Invalid: `knowledge.bad-package`, naming what is unknown.
    """
    if unknown := sorted(set(values) - set(known)):
        raise Invalid(
            "knowledge.bad-package", package=package, reason=f"unknown {what}: {', '.join(unknown)}"
        )
