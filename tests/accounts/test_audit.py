"""A changed past shows, and the first broken entry is named."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from accounts.building import START, Office
from jejo.accounts.domain import LOCAL_OWNER
from jejo.accounts.domain.audit import Entry, Head, hash_of, next_entry, verify
from jejo.accounts.storage import account_transactions
from jejo.kernel.errors import Invalid
from jejo.plant.storage import open_engine, upgrade


def a_log(length: int, organisation: str = "o") -> list[Entry]:
    entries: list[Entry] = []
    head = Head()
    for index in range(length):
        at = START + timedelta(seconds=index)
        entries.append(
            next_entry(organisation, head, at, "kim", "read", f"report/{index}", {"n": str(index)})
        )
        head = Head(entries[-1].sequence, entries[-1].hash)
    return entries


CHANGES = {
    "at": START + timedelta(days=1),
    "person": "lee",
    "action": "write",
    "object": "report/x",
    "facts": {"n": "x"},
    "previous": "e" * 64,
    "hash": "e" * 64,
    "sequence": 99,
    "organisation": "p",
}


@settings(deadline=None)
@given(st.integers(1, 8), st.data())
def test_a_change_of_any_field_of_any_entry_is_found_there(length, data):
    log = a_log(length)
    place = data.draw(st.integers(0, length - 1))
    field = data.draw(st.sampled_from(sorted(CHANGES)))
    log[place] = replace(log[place], **{field: CHANGES[field]})
    verdict = verify("o", log)
    assert verdict.broken == place + 1
    assert verdict.head.sequence == place


@settings(deadline=None)
@given(st.integers(2, 8), st.data())
def test_a_missing_or_moved_entry_is_found(length, data):
    log = a_log(length)
    place = data.draw(st.integers(0, length - 2))
    without = log[:place] + log[place + 1 :]
    assert (verify("o", without).broken, verify("o", without).reason) == (place + 1, "missing")
    log[place], log[place + 1] = log[place + 1], log[place]
    assert verify("o", log).broken == place + 1


def test_a_log_cut_at_its_end_or_made_anew_shows_against_a_head():
    log = a_log(5)
    head = Head(5, log[-1].hash)
    assert verify("o", log, [head]).broken is None
    assert (verify("o", log[:3], [head]).broken, verify("o", [], [head]).broken) == (4, 1)
    anew = [replace(entry, person="lee") for entry in log]
    previous = Head()
    for index, entry in enumerate(anew):
        entry = replace(entry, previous=previous.hash)
        anew[index] = replace(entry, hash=hash_of(entry))
        previous = Head(index + 1, anew[index].hash)
    assert verify("o", anew).broken is None
    assert (verify("o", anew, [head]).broken, verify("o", anew, [head]).reason) == (5, "anchor")
    assert verify("o", log, [head, Head(5, "f" * 64)]).broken == 5


def test_an_entry_of_a_foreign_log_is_found():
    assert verify("o", a_log(2, "p")).reason == "foreign"


def test_the_hash_can_be_computed_from_the_exported_line_alone():
    import hashlib

    (entry,) = a_log(1)
    line = json.loads(entry.line())
    told = line.pop("hash")
    again = json.dumps(line, sort_keys=True, separators=(",", ":")).encode()
    assert hashlib.sha256(again).hexdigest() == told == entry.hash


def test_the_zone_of_a_clock_changes_no_hash():
    (entry,) = a_log(1)
    korean = replace(entry, at=entry.at.astimezone(timezone(timedelta(hours=9))))
    assert hash_of(korean) == entry.hash


@pytest.mark.parametrize("wrong", ["", "1", "x:" + "0" * 64, "1:abc", "²:" + "0" * 64])
def test_a_head_is_parsed_or_refused(wrong):
    with pytest.raises(Invalid, match="bad-head"):
        Head.parse(wrong)
    assert Head.parse(str(Head(3, "a" * 64))) == Head(3, "a" * 64)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/jejo.db")
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    "statement", ["update accounts_audit set person = 'lee'", "delete from accounts_audit where sequence = 2"]
)
def test_the_database_refuses_to_change_the_log_and_who_forces_it_is_found(engine: Engine, statement: str):
    office = Office(account_transactions(engine))
    for _ in range(3):
        office.accounts.audit(LOCAL_OWNER, "read", "report")
    with pytest.raises(IntegrityError, match="append-only"), engine.begin() as connection:
        connection.execute(text(statement))
    assert office.accounts.verify_audit(LOCAL_OWNER).broken is None
    with engine.begin() as connection:
        for verb in ("update", "delete"):
            connection.execute(text(f"drop trigger accounts_audit_no_{verb}"))
        connection.execute(text(statement))
    assert office.accounts.verify_audit(LOCAL_OWNER).broken in (1, 2)


def test_the_last_entries_cannot_vanish_unseen(engine: Engine):
    office = Office(account_transactions(engine))
    office.accounts.audit(LOCAL_OWNER, "read", "report")
    with engine.begin() as connection:
        connection.execute(text("drop trigger accounts_audit_no_delete"))
        connection.execute(text("delete from accounts_audit where sequence = 2"))
    verdict = office.accounts.verify_audit(LOCAL_OWNER)
    assert (verdict.broken, verdict.reason) == (2, "missing")
