"""The audit log: each entry carries the hash of the one before, so that a changed past shows."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from jejo.kernel.errors import Invalid
from jejo.kernel.ids import sha256_hex

ROOT = "0" * 64
"""What the first entry names as the hash before it."""


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a log: how many entries, and the hash of the last."""

    sequence: int = 0
    hash: str = ROOT

    @classmethod
    def parse(cls, text: str) -> "Head":
        """Return the head of a text `<sequence>:<hash>`.

        Raises:
            Invalid: `accounts.bad-head`.
        """
        sequence, _, digest = text.partition(":")
        if not (sequence.isascii() and sequence.isdigit()) or len(digest) != len(ROOT):
            raise Invalid("accounts.bad-head")
        return cls(int(sequence), digest)

    def __str__(self) -> str:
        return f"{self.sequence}:{self.hash}"


@dataclass(frozen=True, slots=True)
class Entry:
    """One act of one person.

    Args:
        sequence: 1, 2, 3 … within the organisation.
        at: aware UTC.
        object: what was acted on, `<kind>/<id>` or a kind.
        facts: more about it, as texts; never a secret.
        previous: hash of the entry before.
        hash: SHA-256 of all other fields, see `hash_of`.
    """

    organisation: str
    sequence: int
    at: datetime
    person: str
    action: str
    object: str
    facts: Mapping[str, str]
    previous: str
    hash: str

    def line(self) -> str:
        """Return the entry as one line of JSON, without the line's end."""
        return json.dumps({**_content(self), "hash": self.hash}, ensure_ascii=False, separators=(",", ":"))


def _content(entry: Entry) -> dict[str, object]:
    return {
        "organisation": entry.organisation,
        "sequence": entry.sequence,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "person": entry.person,
        "action": entry.action,
        "object": entry.object,
        "facts": dict(entry.facts),
        "previous": entry.previous,
    }


def hash_of(entry: Entry) -> str:
    """Return the SHA-256 of everything but the hash: keys sorted, UTF-8 escaped to ASCII, no spaces."""
    return sha256_hex([json.dumps(_content(entry), sort_keys=True, separators=(",", ":")).encode()])


def next_entry(
    organisation: str,
    head: Head,
    at: datetime,
    person: str,
    action: str,
    object: str,  # noqa: A002  # the field's name
    facts: Mapping[str, str],
) -> Entry:
    """Return the entry that follows a head."""
    draft = Entry(organisation, head.sequence + 1, at, person, action, object, dict(facts), head.hash, "")
    return Entry(
        draft.organisation,
        draft.sequence,
        draft.at,
        draft.person,
        draft.action,
        draft.object,
        draft.facts,
        draft.previous,
        hash_of(draft),
    )


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of the log found.

    Args:
        head: the last entry that holds together with all before it.
        broken: sequence of the first entry that does not; None is: all hold.
        reason: `missing`, `chain`, `content`, `foreign` or `anchor`; empty where nothing is broken.
    """

    head: Head
    broken: int | None = None
    reason: str = ""


def verify(organisation: str, entries: Iterable[Entry], anchors: Iterable[Head] = ()) -> Verdict:
    """Check a whole log.

    Args:
        entries: in order, from the first one.
        anchors: heads known from elsewhere; the log must pass through each of them. Without one, a log that was
            cut at its end or made anew from the start looks whole.
    """
    known = {anchor.sequence: anchor.hash for anchor in anchors if anchor.sequence}
    contradicting = {anchor.sequence for anchor in anchors if known.get(anchor.sequence, ROOT) != anchor.hash}
    head = Head()
    for entry in entries:
        expected = head.sequence + 1
        if entry.sequence != expected:
            return Verdict(head, expected, "missing")
        if entry.organisation != organisation:
            return Verdict(head, expected, "foreign")
        if entry.previous != head.hash:
            return Verdict(head, expected, "chain")
        if hash_of(entry) != entry.hash:
            return Verdict(head, expected, "content")
        if known.get(expected, entry.hash) != entry.hash or expected in contradicting:
            return Verdict(head, expected, "anchor")
        head = Head(entry.sequence, entry.hash)
    if known and max(known) > head.sequence:
        return Verdict(head, head.sequence + 1, "missing")
    return Verdict(head)
