"""What opens the door is random, kept only as a hash, and equally slow to check for everyone."""

import os
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from accounts.building import CHEAP, PASSWORD, START, Office
from accounts.in_memory import AccountsInMemory
from jejo.accounts.domain import LOCAL_OWNER, Kind, Permission, Role, Verb
from jejo.accounts.domain.keys import Sort, new_secret, read_secret
from jejo.accounts.domain.people import tidy_email, tidy_name
from jejo.accounts.service import Cost, Passwords
from jejo.accounts.storage import METADATA, account_transactions
from jejo.kernel.errors import Invalid, NotFound, Unauthenticated
from jejo.plant.storage import open_engine, upgrade


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = open_engine(f"sqlite:///{tmp_path}/jejo.db")
    upgrade(engine)
    yield engine
    engine.dispose()


def test_nothing_secret_is_kept_or_shown(engine: Engine) -> None:
    office = Office(account_transactions(engine))
    invited = office.accounts.invite(LOCAL_OWNER, "kim@x.kr", {Role.WORKER})
    office.accounts.accept(invited.text, name="kim", password=PASSWORD)
    signed = office.accounts.sign_in("kim@x.kr", PASSWORD)
    with pytest.raises(Unauthenticated):
        office.accounts.sign_in("my secret typed as a name", "x")
    token = office.accounts.issue_token(LOCAL_OWNER, "ci", {Permission(Kind.REPORT, Verb.READ)})
    with engine.connect() as connection:
        kept = "\n".join(
            str(row)
            for table in METADATA.sorted_tables
            for row in connection.execute(text(f"select * from {table.name}"))
        )
    assert "$argon2id$" in kept
    for secret in (invited.text, signed.session, token.text, PASSWORD, "my secret typed as a name"):
        assert secret not in kept
        assert secret.rpartition("_")[2][:40] not in kept
        assert secret not in repr((invited, signed, token))


def test_a_code_shown_by_many_at_once_lets_one_in(engine: Engine) -> None:
    office = Office(account_transactions(engine))
    code = office.accounts.invite(LOCAL_OWNER, "kim@x.kr", {Role.WORKER}).text

    def accept(index: int) -> bool:
        try:
            office.accounts.accept(code, name="kim", password=f"{PASSWORD} {index}")
        except (NotFound, Unauthenticated):
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(accept, range(6))) == 1
    assert len(office.accounts.people(LOCAL_OWNER)) == 2


def test_acts_of_many_at_once_make_one_whole_log(engine: Engine) -> None:
    office = Office(account_transactions(engine))
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda index: office.accounts.audit(LOCAL_OWNER, "read", f"report/{index}"), range(40)))
    verdict = office.accounts.verify_audit(LOCAL_OWNER)
    assert (verdict.broken, verdict.head.sequence) == (None, 41)


@settings(deadline=None)
@given(st.sampled_from(Sort), st.binary(min_size=32, max_size=32))
def test_a_secret_is_read_back_as_its_own_sort_alone(sort, random):
    secret = new_secret(sort, "local", random)
    assert read_secret(sort, secret.text) == secret
    assert all(read_secret(other, secret.text) is None for other in Sort if other is not sort)
    assert len(secret.digest) == 64


@settings(deadline=None)
@given(st.text(max_size=80))
def test_reading_what_is_no_secret_never_crashes(junk):
    assert read_secret(Sort.TOKEN, junk) is None
    assert read_secret(Sort.TOKEN, f"jejo_t_local_{junk}") is None or len(junk) == 43


def test_secrets_are_the_whole_of_256_random_bits():
    first, second = (new_secret(Sort.TOKEN, "local", os.urandom(32)) for _ in range(2))
    assert first.digest != second.digest
    with pytest.raises(ValueError):
        new_secret(Sort.TOKEN, "local", os.urandom(16))


@settings(deadline=None)
@given(st.text(max_size=60))
def test_an_address_or_name_is_tidied_once_or_refused(typed):
    for tidy in (tidy_email, tidy_name):
        try:
            kept = tidy(typed)
        except Invalid:
            continue
        assert tidy(kept) == kept
        kept.encode()


def test_the_same_password_from_another_keyboard_is_right():
    passwords = Passwords(os.urandom, CHEAP)
    kept = passwords.hash("한글 비밀번호 é")
    assert passwords.is_right(kept, "한글 비밀번호 e\u0301")
    assert not passwords.is_right(kept, "한글 비밀번호 e")
    assert not passwords.is_right(None, "한글 비밀번호 é")
    assert kept != passwords.hash("한글 비밀번호 é")


def test_a_long_password_is_not_cut_into_a_shorter_one():
    passwords = Passwords(os.urandom, CHEAP)
    assert not passwords.is_right(passwords.hash("x" * 1024), "x" * 1025)


def test_the_cost_of_a_hash_is_the_recommended_one():
    assert "$argon2id$v=19$m=65536,t=3,p=1$" in Passwords(os.urandom).hash("a password of words")


def test_a_hash_of_a_former_cost_is_renewed_when_its_password_is_typed():
    begin = AccountsInMemory()
    Office(begin).joined(LOCAL_OWNER, "kim@x.kr")
    office = Office(begin, cost=replace(CHEAP, rounds=2))
    office.accounts.sign_in("kim@x.kr", PASSWORD)
    with begin(LOCAL_OWNER, only_read=True) as store:
        kept = store.person_by_email("kim@x.kr")
    assert kept is not None
    assert "t=2" in (kept.password or "")
    office.accounts.sign_in("kim@x.kr", PASSWORD)


def test_a_sign_in_takes_as_long_for_nobody_as_for_somebody():
    office = Office(AccountsInMemory(), cost=Cost(rounds=1, memory_kib=8192))
    office.joined(LOCAL_OWNER, "kim@x.kr")

    def seconds(email: str) -> float:
        office.watch.now += timedelta(hours=1)
        start = time.perf_counter()
        with pytest.raises(Unauthenticated):
            office.accounts.sign_in(email, "a wrong password")
        return time.perf_counter() - start

    # In turns, so that a busy machine slows both alike; the quickest is the one least disturbed.
    pairs = [(seconds("kim@x.kr"), seconds("nobody@x.kr")) for _ in range(30)]
    known, unknown = (sorted(times) for times in zip(*pairs, strict=True))
    assert min(unknown) > 0.5 * min(known)
    assert statistics.median(unknown) == pytest.approx(statistics.median(known), rel=0.5)
    assert office.watch.now > START
