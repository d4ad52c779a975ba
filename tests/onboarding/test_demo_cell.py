from datetime import datetime, timedelta
from itertools import islice, pairwise

import numpy as np
import pytest

from jejo.kernel.clock import SEOUL
from jejo.onboarding.domain.demo import (
    EQUIPMENT,
    LINE,
    SHOTS,
    SIGNALS,
    SITE,
    Cell,
    FaultKind,
    shifts,
    thermal,
)
from jejo.onboarding.domain.demo.dynamics import MINUTES, first_order
from jejo.onboarding.domain.demo.shots import GOOD, MISRUN, POROSITY, SHRINKAGE, SOLDERING, defects

ORIGIN = datetime(2026, 10, 24, tzinfo=SEOUL)
STEADY = np.ones(MINUTES)


@pytest.fixture(scope="module")
def days():
    return list(islice(Cell(1, ORIGIN).days(), 31))


def a_half(flow=24.0, shots=1.0):
    return thermal.mould_half(
        STEADY * shots, STEADY * flow, STEADY * 22.0, STEADY * 22.0, STEADY * 0.0, 200.0, melt_w=13_300.0
    )


def test_blocks_of_minutes_are_the_same_as_one_after_the_other():
    random = np.random.default_rng(0)
    keep, drive = random.uniform(0.5, 1.0, MINUTES), random.normal(size=MINUTES)
    state, expected = 3.0, []
    for share, push in zip(keep, drive, strict=True):
        state = share * state + push
        expected.append(state)
    np.testing.assert_allclose(first_order(keep, drive, 3.0), expected, rtol=1e-9)


def test_the_mould_warms_when_cooling_flow_falls():
    assert a_half(flow=12.0)[-1] > a_half(flow=24.0)[-1] + 40.0


def test_the_mould_warms_to_its_working_range_and_cools_when_it_stands():
    assert 180.0 < a_half()[-1] < 260.0
    assert a_half(shots=0.0)[-1] < 30.0


def test_water_takes_away_what_the_mould_gives_to_it():
    fixed = moving = STEADY * 220.0
    flow, cold = STEADY * 24.0, STEADY * 22.0
    warmer = thermal.water_out(fixed, moving, flow, cold) - cold
    np.testing.assert_allclose(warmer * 24.0 / 60.0 * 4186.0, 2 * 54.0 * (220.0 - 22.0))


def test_the_furnace_comes_back_to_its_set_point_and_pays_for_it():
    melt, power = thermal.furnace(STEADY * 0.0, 670.0, STEADY)
    assert melt[0] < 672.0
    assert abs(melt[-1] - thermal.SETPOINT_C) < 0.1
    assert power[0] > power[-1] > 0.0


def test_same_seed_same_values_and_another_seed_others(days):
    again = list(islice(Cell(1, ORIGIN).days(), 3))
    other = next(Cell(2, ORIGIN).days())
    for mine, theirs in zip(days, again, strict=False):
        assert all((mine.readings[each.key] == theirs.readings[each.key]).all() for each in SIGNALS)
        assert (mine.shots.defect == theirs.shots.defect).all()
    assert (other.readings["melt"] != days[0].readings["melt"]).any()


def test_power_and_energy_are_positive_and_a_shot_takes_about_a_kilowatt_hour(days):
    assert all((day.readings["power"] > 0.0).all() for day in days)
    energy = np.concatenate([day.shots.energy for day in days])
    assert (energy > 0.0).all()
    assert 0.5 < np.median(energy) < 2.0


def test_nothing_is_cast_on_sunday_nor_in_breaks(days):
    assert [len(day.shots.at) for day in days if day.start.weekday() == 6] == [0] * 5
    tuesday = next(day for day in days if day.start.weekday() == 1)
    assert shifts.planned(1)[tuesday.shots.at.astype(int)].all()
    assert (np.diff(tuesday.shots.at) > 0.0).all()


def test_the_mould_is_cold_after_a_break(days):
    tuesday = days[3].readings["fixed"]
    assert tuesday[768] < tuesday[715] - 15.0


def test_a_day_goes_on_where_the_last_one_ended(days):
    for before, after in pairwise(days):
        assert abs(after.readings["fixed"][0] - before.readings["fixed"][-1]) < 8.0


def test_faults_begin_after_ten_days_and_each_kind_comes_once_a_round():
    faults = Cell(3, ORIGIN).faults(ORIGIN, ORIGIN + timedelta(days=50))
    assert min(fault.start for fault in faults) >= ORIGIN + timedelta(days=10)
    assert sorted(fault.kind for fault in faults) == sorted([*FaultKind, *FaultKind])


def test_a_fault_does_what_its_kind_says(days):
    for fault in Cell(1, ORIGIN).faults(ORIGIN, ORIGIN + timedelta(days=31)):
        last = fault.end - timedelta(minutes=5)
        day = next(day for day in days if day.start <= last < day.start + timedelta(days=1))
        minute = (last - day.start) // timedelta(minutes=1)
        now = {each.key: day.readings[each.key][minute] for each in SIGNALS}
        assert {
            FaultKind.FILTER_CLOGGING: now["flow"] < 15.0,
            FaultKind.THERMOCOUPLE_OFFSET: now["fixed"] - now["moving"] > 35.0,
            FaultKind.ACCUMULATOR_LOSS: now["accumulator"] < 12.5,
            FaultKind.CHILLER_TRIP: now["water_in"] > 30.0,
        }[fault.kind]


@pytest.mark.parametrize(
    ("mould", "pressure", "biscuit", "kinds"),
    [
        (150.0, 78.0, 25.0, {MISRUN}),
        (270.0, 78.0, 25.0, {SOLDERING, SHRINKAGE}),
        (225.0, 60.0, 25.0, {POROSITY}),
        (225.0, 78.0, 16.0, {POROSITY}),
    ],
)
def test_a_defect_follows_its_cause(mould, pressure, biscuit, kinds):
    ones = np.ones(2000)
    found = defects(ones * mould, ones * pressure, ones * biscuit, np.random.default_rng(0))
    assert np.isin(found, list(kinds)).mean() > 0.25
    assert (~np.isin(found, [GOOD, *kinds])).mean() < 0.02


def test_without_a_cause_defects_are_rare():
    ones = np.ones(5000)
    assert (defects(ones * 225.0, ones * 78.0, ones * 25.0, np.random.default_rng(0)) != GOOD).mean() < 0.02


def test_every_name_says_that_it_is_simulated():
    assert all(name.endswith("(가상)") for name in (SITE, LINE, EQUIPMENT, SHOTS))
