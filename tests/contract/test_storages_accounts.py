"""The accounts' storage and its in-memory fake keep the same promises."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from accounts.building import PASSWORD, START, Office
from accounts.in_memory import AccountsInMemory
from jejo.accounts.domain import LOCAL_OWNER, Action, Kind, Permission, Role, Scope, Verb
from jejo.accounts.domain.attempts import PERSON_LIMIT
from jejo.accounts.domain.audit import Head, next_entry
from jejo.accounts.domain.keys import SESSION_IDLE, SESSION_LONGEST
from jejo.accounts.service import AccountStore, Begin
from jejo.accounts.storage import account_transactions
from jejo.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unauthenticated
from jejo.plant.storage import open_engine, upgrade

REPORTS = Permission(Kind.REPORT, Verb.READ)


@pytest.fixture(params=["sqlite", "in memory"])
def begin(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Begin]:
    if request.param == "in memory":
        yield AccountsInMemory()
        return
    engine = open_engine(f"sqlite:///{tmp_path}/jejo.db")
    upgrade(engine)
    yield account_transactions(engine)
    engine.dispose()


@pytest.fixture
def office(begin: Begin) -> Office:
    return Office(begin)


def test_the_local_organisation_is_made_once(office: Office) -> None:
    office.accounts.open_local(LOCAL_OWNER)
    (member,) = office.accounts.people(LOCAL_OWNER)
    assert (member.id, member.roles) == ("owner", {Role.OWNER})
    assert office.accounts.switch(LOCAL_OWNER, "local") == LOCAL_OWNER
    assert len(office.accounts.entries(LOCAL_OWNER)) == 1


def test_an_invited_person_joins_and_signs_in(office: Office) -> None:
    joined = office.joined(LOCAL_OWNER, "Kim@Example.com", Role.ADVISOR, Role.WORKER)
    signed = office.accounts.sign_in(" kim@example.COM", PASSWORD, address="10.0.0.1")
    assert signed.scope == joined == Scope("local", joined.person, frozenset({Role.ADVISOR, Role.WORKER}))
    assert office.accounts.principal_of_session(signed.session) == joined
    assert [each.id for each in signed.organisations] == ["local"]


def test_an_invitation_works_once_and_not_late(office: Office) -> None:
    first = office.accounts.invite(LOCAL_OWNER, "a@x.kr", {Role.WORKER})
    office.accounts.accept(first.text, name="a", password=PASSWORD)
    late = office.accounts.invite(LOCAL_OWNER, "b@x.kr", {Role.WORKER}, timedelta(days=1))
    office.watch.wait(days=1)
    for code in (first.text, late.text, "", late.text[:-1] + "\x00", late.text.replace("_i_", "_t_")):
        with pytest.raises(NotFound, match=r"accounts\.no-invitation"):
            office.accounts.accept(code, name="b", password=PASSWORD)


def test_an_invitation_does_not_take_an_account_over(office: Office) -> None:
    kim = office.joined(LOCAL_OWNER, "kim@x.kr")
    elsewhere = office.other()
    issued = office.accounts.invite(elsewhere, "kim@x.kr", {Role.REVIEWER})
    with pytest.raises(Unauthenticated, match=r"accounts\.known-person"):
        office.accounts.accept(issued.text, name="x", password="the attacker's own one")
    again = office.accounts.accept(issued.text, name="ignored", password=PASSWORD)
    assert (again.person, again.organisation) == (kim.person, elsewhere.organisation)
    signed = office.accounts.sign_in("kim@x.kr", PASSWORD, organisation=elsewhere.organisation)
    assert signed.scope.roles == {Role.REVIEWER}
    assert office.accounts.switch(signed.scope, "local").roles == {Role.MANUFACTURER}


@pytest.mark.parametrize("password", ["short", "x" * 1025, " "])
def test_a_password_that_is_too_short_or_long_is_refused(office: Office, password: str) -> None:
    issued = office.accounts.invite(LOCAL_OWNER, "a@x.kr", {Role.WORKER})
    with pytest.raises(Invalid, match=r"accounts\.bad-password"):
        office.accounts.accept(issued.text, name="a", password=password)
    assert len(office.accounts.people(LOCAL_OWNER)) == 1


def test_whatever_is_wrong_with_a_sign_in_the_answer_is_the_same(office: Office) -> None:
    office.joined(LOCAL_OWNER, "kim@x.kr")
    other = office.other()
    answers = set()
    for email, password, organisation in (
        ("kim@x.kr", "a wrong password", None),
        ("nobody@x.kr", PASSWORD, None),
        ("not an address", PASSWORD, None),
        ("\ud800", "\ud800", None),
        ("kim@x.kr", PASSWORD, other.organisation),
        ("kim@x.kr", "", None),
        ("kim@x.kr", "x" * 100_000, None),
    ):
        with pytest.raises(Unauthenticated) as refused:
            office.accounts.sign_in(email, password, organisation=organisation)
        answers.add(str(refused.value))
    assert answers == {"accounts.wrong-sign-in"}


@pytest.mark.parametrize("email", ["kim@x.kr", "nobody@x.kr"])
def test_attempts_on_a_person_are_limited_whether_they_exist_or_not(office: Office, email: str) -> None:
    office.joined(LOCAL_OWNER, "kim@x.kr")
    for index in range(PERSON_LIMIT):
        with pytest.raises(Unauthenticated):
            office.accounts.sign_in(email, "a wrong password", address=f"10.0.0.{index}")
    with pytest.raises(Forbidden, match=r"accounts\.too-many-attempts") as refused:
        office.accounts.sign_in(email, PASSWORD, address="10.9.9.9")
    assert refused.value.facts["wait"] == timedelta(minutes=15)
    office.watch.wait(minutes=15)
    if email == "kim@x.kr":
        office.accounts.sign_in(email, PASSWORD, address="10.9.9.9")


def test_attempts_from_an_address_are_limited_but_successes_do_not_count(office: Office) -> None:
    office.joined(LOCAL_OWNER, "kim@x.kr")
    for _ in range(60):
        office.watch.wait(seconds=1)
        office.accounts.sign_in("kim@x.kr", PASSWORD, address="10.0.0.1")
    for index in range(50):
        with pytest.raises(Unauthenticated):
            office.accounts.sign_in(f"p{index}@x.kr", PASSWORD, address="10.0.0.1")
    with pytest.raises(Forbidden):
        office.accounts.sign_in("kim@x.kr", PASSWORD, address="10.0.0.1")
    office.accounts.sign_in("kim@x.kr", PASSWORD, address="10.0.0.2")


def test_a_sign_in_tells_the_log_of_failures_before_it(office: Office) -> None:
    office.joined(LOCAL_OWNER, "kim@x.kr")
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            office.accounts.sign_in("kim@x.kr", "a wrong password")
    office.accounts.sign_in("kim@x.kr", PASSWORD)
    assert office.accounts.entries(LOCAL_OWNER)[-1].facts["failed_before"] == "3"


def test_a_session_lives_while_used_but_not_for_ever(office: Office) -> None:
    office.joined(LOCAL_OWNER, "kim@x.kr")
    used = office.accounts.sign_in("kim@x.kr", PASSWORD).session
    left = office.accounts.sign_in("kim@x.kr", PASSWORD).session
    step = SESSION_IDLE - timedelta(minutes=1)
    while office.watch.now + step < START + SESSION_LONGEST:
        office.watch.now += step
        office.accounts.principal_of_session(used)
    with pytest.raises(Unauthenticated):
        office.accounts.principal_of_session(left)
    office.watch.now = START + SESSION_LONGEST
    with pytest.raises(Unauthenticated, match=r"accounts\.not-signed-in"):
        office.accounts.principal_of_session(used)


def test_signing_out_ends_one_session_and_ending_all_ends_the_rest(office: Office) -> None:
    kim = office.joined(LOCAL_OWNER, "kim@x.kr")
    texts = [office.accounts.sign_in("kim@x.kr", PASSWORD).session for _ in range(3)]
    office.accounts.sign_out(texts[0])
    office.accounts.sign_out(texts[0])
    office.accounts.sign_out("nothing")
    office.watch.wait(hours=1)
    with pytest.raises(Unauthenticated):
        office.accounts.principal_of_session(texts[0])
    assert office.accounts.principal_of_session(texts[1]) == kim
    assert office.accounts.end_sessions(kim) == 2
    for text in texts:
        with pytest.raises(Unauthenticated):
            office.accounts.principal_of_session(text)
    with pytest.raises(Forbidden):
        office.accounts.end_sessions(kim, "owner")


def test_a_token_may_no_more_than_it_was_issued_for(office: Office) -> None:
    kim = office.joined(LOCAL_OWNER, "kim@x.kr", Role.MANUFACTURER)
    issued = office.accounts.issue_token(kim, "ci", {REPORTS})
    scope = office.accounts.principal_of_token(issued.text)
    assert (scope.person, scope.within) == (kim.person, {REPORTS})
    assert office.accounts.may(scope, Action(Verb.READ, Kind.REPORT, START), "local")
    assert not office.accounts.may(scope, Action(Verb.WRITE, Kind.REPORT, START), "local")
    assert not office.accounts.may(scope, Action(Verb.READ, Kind.PLANT, START), "local")
    with pytest.raises(Forbidden):
        office.accounts.issue_token(scope, "more", {Permission(Kind.PLANT, Verb.READ)})
    with pytest.raises(Forbidden):
        office.accounts.issue_token(kim, "more", {Permission(Kind.ACCOUNT, Verb.ADMINISTER)})
    with pytest.raises(Invalid, match=r"accounts\.no-permission"):
        office.accounts.issue_token(kim, "none", set())


def test_the_use_of_a_token_is_noted_until_it_ends_or_is_revoked(office: Office) -> None:
    issued = office.accounts.issue_token(LOCAL_OWNER, "ci", {REPORTS}, timedelta(days=2))
    assert office.accounts.tokens(LOCAL_OWNER)[0].last_used is None
    office.watch.wait(hours=1)
    office.accounts.principal_of_token(issued.text)
    assert office.accounts.tokens(LOCAL_OWNER)[0].last_used == office.watch.now
    office.watch.wait(days=2)
    with pytest.raises(Unauthenticated, match=r"accounts\.bad-token"):
        office.accounts.principal_of_token(issued.text)
    second = office.accounts.issue_token(LOCAL_OWNER, "ci", {REPORTS})
    office.accounts.revoke_token(LOCAL_OWNER, second.about.id)
    office.accounts.revoke_token(LOCAL_OWNER, second.about.id)
    for text in (second.text, second.text.replace("_local_", "_other_"), "", "jejo_t_local_x"):
        with pytest.raises(Unauthenticated):
            office.accounts.principal_of_token(text)
    assert [each.action for each in office.accounts.entries(LOCAL_OWNER)].count("revoke") == 1


def test_tokens_of_others_are_seen_by_owners_alone(office: Office) -> None:
    kim, lee = office.joined(LOCAL_OWNER, "kim@x.kr"), office.joined(LOCAL_OWNER, "lee@x.kr")
    token = office.accounts.issue_token(kim, "ci", {REPORTS}).about
    assert office.accounts.tokens(lee) == []
    with pytest.raises(NotFound, match=r"accounts\.no-token"):
        office.accounts.revoke_token(lee, token.id)
    assert office.accounts.tokens(LOCAL_OWNER) == [token]
    with pytest.raises(NotFound):
        office.accounts.revoke_token(office.other(), token.id)


def test_who_is_removed_is_out_at_once(office: Office) -> None:
    kim = office.joined(LOCAL_OWNER, "kim@x.kr")
    session = office.accounts.sign_in("kim@x.kr", PASSWORD).session
    token = office.accounts.issue_token(kim, "ci", {REPORTS}).text
    office.accounts.remove(LOCAL_OWNER, kim.person)
    with pytest.raises(Unauthenticated):
        office.accounts.principal_of_session(session)
    with pytest.raises(Unauthenticated):
        office.accounts.principal_of_token(token)
    with pytest.raises(Unauthenticated, match=r"accounts\.wrong-sign-in"):
        office.accounts.sign_in("kim@x.kr", PASSWORD)
    with pytest.raises(NotFound):
        office.accounts.remove(LOCAL_OWNER, kim.person)
    with pytest.raises(Conflict, match=r"accounts\.last-owner"):
        office.accounts.remove(LOCAL_OWNER, "owner")


def test_a_grant_opens_one_kind_to_one_organisation_until_its_end(office: Office) -> None:
    guest = office.joined(office.other(), "guest@x.kr", Role.ADVISOR)
    third = office.joined(office.other("third"), "third@x.kr", Role.ADVISOR)
    grant = office.accounts.grant(
        LOCAL_OWNER, guest.organisation, Kind.REPORT, START + timedelta(days=1), object="r1"
    )

    def may(scope: Scope, verb: Verb = Verb.READ, kind: Kind = Kind.REPORT, what: str | None = "r1") -> bool:
        return office.accounts.may(scope, Action(verb, kind, office.watch.now, what), "local")

    assert may(guest)
    assert not any([may(third), may(guest, Verb.WRITE), may(guest, kind=Kind.PLANT), may(guest, what="r2")])
    assert not may(guest, what=None)
    office.watch.wait(hours=24)
    assert not may(guest)
    office.watch.wait(hours=-2)
    office.accounts.revoke_grant(LOCAL_OWNER, grant.id)
    assert not may(guest)
    assert office.accounts.grants(LOCAL_OWNER)[0].revoked == office.watch.now
    with pytest.raises(NotFound, match=r"accounts\.no-grant"):
        office.accounts.revoke_grant(office.other(), grant.id)
    with pytest.raises(NotFound, match=r"accounts\.no-organisation"):
        office.accounts.grant(LOCAL_OWNER, "nowhere", Kind.REPORT, START + timedelta(days=9))


def test_another_organisation_sees_nothing(office: Office) -> None:
    other = office.other()
    office.joined(LOCAL_OWNER, "kim@x.kr")
    office.accounts.issue_token(LOCAL_OWNER, "ci", {REPORTS})
    outsider = office.joined(other, "out@x.kr", Role.OWNER)
    assert {each.email for each in office.accounts.people(outsider)} == {None, "out@x.kr"}
    assert office.accounts.tokens(outsider) == office.accounts.grants(outsider) == []
    assert [each.id for each in office.accounts.organisations(outsider)] == [other.organisation]
    assert {each.organisation for each in office.accounts.entries(outsider)} == {other.organisation}
    with pytest.raises(NotFound, match=r"accounts\.no-organisation"):
        office.accounts.switch(outsider, "local")


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.OWNER])
def test_only_owners_administer(office: Office, role: Role) -> None:
    someone = office.joined(LOCAL_OWNER, "kim@x.kr", role)
    before = office.accounts.entries(LOCAL_OWNER)
    service = office.accounts
    for act in (
        lambda: service.create_organisation(someone, "n"),
        lambda: service.people(someone),
        lambda: service.remove(someone, "owner"),
        lambda: service.invite(someone, "a@x.kr", {role}),
        lambda: service.grant(someone, "o", Kind.REPORT, START + timedelta(days=1)),
        lambda: service.grants(someone),
        lambda: service.revoke_grant(someone, "g"),
        lambda: service.entries(someone),
        lambda: service.verify_audit(someone),
        lambda: service.export_audit(someone),
    ):
        with pytest.raises(Forbidden, match=r"accounts\.not-allowed"):
            act()
    assert office.accounts.entries(LOCAL_OWNER) == before


def test_the_log_holds_together_and_is_exported_whole(office: Office) -> None:
    for index in range(5):
        office.accounts.audit(LOCAL_OWNER, "export", f"report/{index}", {"at": "이름", "store": "x"})
    verdict = office.accounts.verify_audit(LOCAL_OWNER)
    assert (verdict.broken, verdict.head.sequence) == (None, 6)
    lines = list(office.accounts.export_audit(LOCAL_OWNER))
    assert [json.loads(line)["sequence"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert json.loads(lines[-1])["hash"] == verdict.head.hash
    known = office.accounts.verify_audit(LOCAL_OWNER, Head(3, json.loads(lines[2])["hash"]))
    assert known.broken is None
    assert office.accounts.verify_audit(LOCAL_OWNER, Head(3, "f" * 64)).broken == 3
    assert office.accounts.verify_audit(LOCAL_OWNER, Head(9, "f" * 64)).broken == 7


def test_a_transaction_that_raises_leaves_nothing(office: Office, begin: Begin) -> None:
    with pytest.raises(ZeroDivisionError), begin(LOCAL_OWNER) as store:
        add_and_fail(store)
    with begin(LOCAL_OWNER, only_read=True) as store:
        assert store.head().sequence == 1
        assert store.attempts("k", START - timedelta(days=1)) == []


def add_and_fail(store: AccountStore) -> None:
    store.append(next_entry("local", store.head(), START, "p", "a", "o", {}))
    store.add_attempts(["k"], START)
    raise ZeroDivisionError
