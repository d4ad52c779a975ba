"""`jejo accounts …`."""

import json
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from accounts.building import PASSWORD, START, Office
from accounts.in_memory import AccountsInMemory
from jejo.accounts.cli import commands
from jejo.accounts.domain import LOCAL_OWNER, Role
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import texts


@pytest.fixture
def begin() -> AccountsInMemory:
    return AccountsInMemory()


@pytest.fixture
def office(begin: AccountsInMemory) -> Office:
    return Office(begin)


def ran(office: Office, *arguments: str) -> Result:
    app = commands(lambda: office.accounts, lambda: LOCAL_OWNER, lambda: texts("en"))
    return CliRunner().invoke(app, list(arguments))


def run(office: Office, *arguments: str) -> str:
    result = ran(office, *arguments)
    assert result.exit_code == 0, (result.output, result.exception)
    return result.stdout


def test_an_invitation_is_printed_alone_and_works(office: Office) -> None:
    code = run(office, "invite", "kim@x.kr", "--role", "m", "--role", "A").strip()
    assert office.accounts.accept(code, name="kim", password=PASSWORD).roles == {
        Role.MANUFACTURER,
        Role.ADVISOR,
    }
    people = {each["email"]: each["roles"] for each in json.loads(run(office, "people", "--json"))}
    assert people == {None: ["O"], "kim@x.kr": ["A", "M"]}
    assert "kim@x.kr" in run(office, "people")


def test_joining_asks_for_code_and_password(office: Office) -> None:
    code = run(office, "invite", "kim@x.kr", "--role", "W").strip()
    arguments = ["join", "--name", "kim", "--code", code, "--password", PASSWORD]
    assert run(office, *arguments).strip() == "local"


def test_a_token_is_shown_once_and_its_hash_never(office: Office) -> None:
    issued = json.loads(run(office, "token", "issue", "ci", "--permit", "report:read", "--json"))
    assert office.accounts.principal_of_token(issued["text"]).person == "owner"
    (listed,) = json.loads(run(office, "token", "--json"))
    assert listed["permits"] == ["report:read"]
    assert not {"text", "digest"} & listed.keys()
    assert "ci" in run(office, "token")
    run(office, "token", "revoke", listed["id"])
    assert office.accounts.tokens(LOCAL_OWNER)[0].revoked is None
    run(office, "token", "revoke", listed["id"], "--yes")
    assert office.accounts.tokens(LOCAL_OWNER)[0].revoked == START


def test_an_organisation_is_made_and_acted_for(office: Office) -> None:
    made = json.loads(run(office, "organisations", "create", "[bold]한빛", "--json"))
    assert "[bold]한빛" in run(office, "organisations")
    assert len(json.loads(run(office, "organisations", "--json"))) == 2
    run(office, "--organisation", made["id"], "invite", "lee@x.kr", "--role", "W")
    assert len(json.loads(run(office, "--organisation", made["id"], "audit", "--json"))) == 2


def test_a_grant_is_given_listed_and_taken_back(office: Office) -> None:
    other = office.other().organisation
    run(office, "grant", "give", other, "report", "--until", "2026-12-31", "--only", "r1")
    (given,) = json.loads(run(office, "grant", "--json"))
    assert (given["to"], given["object"], given["until"]) == (other, "r1", "2026-12-31T00:00:00+09:00")
    assert "report/r1" in run(office, "grant")
    run(office, "grant", "revoke", given["id"], "--yes")
    assert office.accounts.grants(LOCAL_OWNER)[0].revoked == START


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("grant", "give", "o", "house", "--until", "2026-12-31"), "no-kind"),
        (("grant", "give", "o", "report", "--until", "tomorrow"), "bad-time"),
        (("invite", "kim@x.kr", "--role", "Z"), "bad-role"),
        (("invite", "kim", "--role", "W"), "bad-email"),
        (("token", "issue", "ci", "--permit", "all"), "bad-permission"),
        (("audit", "verify", "--known", "x"), "bad-head"),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    office: Office, arguments: tuple[str, ...], code: str
) -> None:
    refused = ran(office, *arguments).exception
    assert isinstance(refused, Invalid)
    assert refused.code == f"accounts.{code}"
    assert all(texts("ko").problem(refused))


def test_a_person_is_removed_only_with_yes(office: Office) -> None:
    kim = office.joined(LOCAL_OWNER, "kim@x.kr")
    run(office, "remove", kim.person)
    assert len(office.accounts.people(LOCAL_OWNER)) == 2
    run(office, "remove", kim.person, "--yes")
    assert len(office.accounts.people(LOCAL_OWNER)) == 1


def test_a_check_of_the_log_prints_its_head_or_exits_1_with_the_broken_entry(
    office: Office, begin: AccountsInMemory
) -> None:
    for index in range(3):
        office.accounts.audit(LOCAL_OWNER, "read", f"report/{index}")
    head = json.loads(run(office, "audit", "verify", "--json"))["head"]
    assert f"4:{head['hash']}" in run(office, "audit", "verify", "--known", f"4:{head['hash']}")
    lines = [json.loads(line) for line in run(office, "audit", "export").splitlines()]
    assert [line["object"] for line in lines] == ["organisation", "report/0", "report/1", "report/2"]
    assert "report/2" in run(office, "audit", "--after", "3")
    log = begin.everything.log["local"]
    log[1] = type(log[1])(
        "local", 2, START + timedelta(1), "kim", "read", "x", {}, log[1].previous, log[1].hash
    )
    broken = ran(office, "audit", "verify")
    assert broken.exit_code == 1
    assert "number 2" in broken.stdout
