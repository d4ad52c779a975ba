"""Who may do what: default deny, and every law of it over random people and grants."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.building import START
from jejo.accounts.domain import (
    LOCAL_OWNER,
    NOBODY,
    Action,
    Grant,
    Kind,
    Permission,
    Role,
    Scope,
    Verb,
    allows,
)
from jejo.accounts.domain.permissions import PRIVATE
from jejo.accounts.domain.roles import MAY
from jejo.kernel.errors import Invalid

ORGANISATIONS = st.sampled_from(["a", "b", "c"])
OBJECTS = st.sampled_from([None, "1", "2"])
MOMENTS = st.integers(-5, 5).map(lambda hours: START + timedelta(hours=hours))
PERMISSIONS = st.builds(Permission, st.sampled_from(Kind), st.sampled_from(Verb))
SCOPES = st.builds(
    Scope,
    ORGANISATIONS,
    st.just("p"),
    st.frozensets(st.sampled_from(Role), max_size=3),
    st.none() | st.frozensets(PERMISSIONS, max_size=20),
)
ACTIONS = st.builds(Action, st.sampled_from(Verb), st.sampled_from(Kind), MOMENTS, OBJECTS)
# Few kinds and strong roles, so that random grants often fit or nearly fit.
NEAR_KINDS = st.sampled_from([Kind.REPORT, Kind.PLANT])
NEAR_SCOPES = st.builds(Scope, ORGANISATIONS, st.just("p"), st.just(frozenset({Role.OWNER})))
NEAR_ACTIONS = st.builds(Action, st.sampled_from([Verb.READ, Verb.WRITE]), NEAR_KINDS, MOMENTS, OBJECTS)


@st.composite
def grants(draw: st.DrawFn) -> Grant:
    giver, to = draw(st.permutations(["a", "b", "c"]))[:2]
    made = draw(MOMENTS)
    kind = draw(NEAR_KINDS)
    until = made + timedelta(hours=draw(st.integers(1, 8)))
    return Grant("g", giver, to, kind, draw(OBJECTS), "q", made, until, draw(st.none() | MOMENTS))


GRANTS = st.lists(grants(), max_size=4)


@settings(deadline=None)
@given(SCOPES, ACTIONS, ORGANISATIONS)
def test_without_a_grant_nobody_reaches_another_organisation(scope, action, owner):
    if allows(scope, action, owner, []):
        assert scope.organisation == owner


@settings(deadline=None)
@given(NEAR_SCOPES, NEAR_ACTIONS, ORGANISATIONS, GRANTS)
def test_across_organisations_only_reading_and_only_what_was_shared(scope, action, owner, given_):
    if scope.organisation == owner or not allows(scope, action, owner, given_):
        return
    assert action.verb is Verb.READ
    assert action.kind not in PRIVATE
    fits = [
        grant
        for grant in given_
        if (grant.organisation, grant.to, grant.kind) == (owner, scope.organisation, action.kind)
        and (grant.object is None or grant.object == action.object)
        and grant.made <= action.at < grant.until
        and not (grant.revoked is not None and grant.revoked <= action.at)
    ]
    assert fits
    # Each of them is what opened it, and without them it is closed.
    assert all(allows(scope, action, owner, [grant]) for grant in fits)
    assert not allows(scope, action, owner, [grant for grant in given_ if grant not in fits])


@settings(deadline=None)
@given(SCOPES, ACTIONS, ORGANISATIONS, GRANTS)
def test_nobody_does_what_none_of_their_roles_and_not_their_token_permits(scope, action, owner, given_):
    wanted = Permission(action.kind, action.verb)
    if allows(scope, action, owner, given_):
        assert any(wanted in MAY[role] for role in scope.roles)
        assert scope.within is None or wanted in scope.within


@settings(deadline=None)
@given(SCOPES, ACTIONS, ORGANISATIONS, GRANTS, grants(), st.sampled_from(Role))
def test_more_grants_and_roles_never_close_and_a_token_never_opens(scope, action, owner, some, one, role):
    before = allows(scope, action, owner, some)
    assert allows(scope, action, owner, [*some, one]) >= before
    assert allows(replace(scope, roles=scope.roles | {role}), action, owner, some) >= before
    assert allows(replace(scope, within=None), action, owner, some) >= before


@settings(deadline=None)
@given(NEAR_SCOPES, NEAR_ACTIONS, ORGANISATIONS, GRANTS)
def test_a_revoked_grant_opens_nothing_from_then_on(scope, action, owner, given_):
    gone = [replace(grant, revoked=action.at) for grant in given_]
    assert allows(scope, action, owner, gone) == allows(scope, action, owner, [])


@settings(deadline=None)
@given(ACTIONS)
def test_the_owner_does_everything_at_home_and_nobody_nothing(action):
    assert allows(LOCAL_OWNER, action, "local", [])
    assert not allows(LOCAL_OWNER, action, "a", [])
    assert not allows(NOBODY, action, "", [])
    assert not allows(replace(LOCAL_OWNER, roles=frozenset()), action, "local", [])
    assert not allows(Scope("", "x", frozenset({Role.OWNER})), action, "", [])


GRANT = Grant("g", "a", "b", Kind.REPORT, "1", "q", START, START + timedelta(hours=2))
GUEST = Scope("b", "p", frozenset({Role.OWNER}))
READING = Action(Verb.READ, Kind.REPORT, START, "1")


def test_a_grant_opens_the_shared_object_from_its_start():
    assert allows(GUEST, READING, "a", [GRANT])
    assert allows(replace(GUEST, roles=frozenset({Role.ADVISOR})), READING, "a", [GRANT])
    assert allows(GUEST, replace(READING, object="2"), "a", [replace(GRANT, object=None)])
    assert allows(GUEST, READING, "a", [replace(GRANT, revoked=START + timedelta(hours=1))])


@pytest.mark.parametrize(
    ("scope", "action", "owner", "grant"),
    [
        ({}, {}, "c", {}),
        ({"organisation": "c"}, {}, "a", {}),
        ({"roles": frozenset()}, {}, "a", {}),
        ({"roles": frozenset({Role.LEARNER})}, {}, "a", {}),
        ({"within": frozenset()}, {}, "a", {}),
        ({}, {"verb": Verb.WRITE}, "a", {}),
        ({}, {"verb": Verb.ADMINISTER}, "a", {}),
        ({}, {"kind": Kind.PLANT}, "a", {}),
        ({}, {"object": "2"}, "a", {}),
        ({}, {"object": None}, "a", {}),
        ({}, {"at": START - timedelta(seconds=1)}, "a", {}),
        ({}, {"at": START + timedelta(hours=2)}, "a", {}),
        ({}, {}, "a", {"revoked": START}),
        ({}, {}, "a", {"organisation": "c"}),
        ({}, {}, "a", {"to": "c"}),
    ],
)
def test_any_one_thing_that_does_not_fit_closes_a_grant(scope, action, owner, grant):
    changed = replace(GRANT, **grant)
    assert not allows(replace(GUEST, **scope), replace(READING, **action), owner, [changed])


def test_every_role_is_described_and_only_owners_hold_the_keys():
    assert MAY.keys() == set(Role)
    for role in set(Role) - {Role.OWNER}:
        assert not any(each.verb is Verb.ADMINISTER or each.kind in PRIVATE for each in MAY[role])


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"kind": Kind.ACCOUNT}, "cannot-share"),
        ({"kind": Kind.AUDIT}, "cannot-share"),
        ({"to": "a"}, "own-grant"),
        ({"until": START}, "ends-before-start"),
    ],
)
def test_a_grant_that_makes_no_sense_is_refused(change, code):
    grant = Grant("g", "a", "b", Kind.REPORT, None, "q", START, START + timedelta(hours=1))
    with pytest.raises(Invalid, match=code):
        replace(grant, **change)


@settings(deadline=None)
@given(PERMISSIONS)
def test_a_permission_is_read_back(permission):
    assert Permission.parse(str(permission)) == permission


@settings(deadline=None)
@given(st.text(max_size=30))
def test_what_is_no_permission_is_refused(text):
    with pytest.raises(Invalid, match=r"accounts\.bad-permission"):
        Permission.parse(text)
