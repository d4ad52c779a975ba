"""The cell, a local day after the other: the same seed and origin give the same values, for ever."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from jejo.onboarding.domain.demo import shifts, thermal
from jejo.onboarding.domain.demo.dynamics import MINUTES, Minutes, follow, wander
from jejo.onboarding.domain.demo.faults import Fault, FaultKind, faults_between
from jejo.onboarding.domain.demo.shots import NOMINAL_CYCLE_S, Shots, make_shots
from jejo.onboarding.domain.demo.signals import SHOT_VALUES, SIGNALS

_CHILLED_C = 22.0
_CHARGED_MPA = 15.0
_FLUTTER = 0.1
_IDLE_KW, _HYDRAULIC_KW, _CHILLER_KW, _HEATER_KW = 3.0, 21.0, 7.5, 15.0


@dataclass(frozen=True, slots=True)
class Day:
    """What the cell gave in one local day.

    Args:
        start: aware, local midnight.
        readings: key of `SIGNALS` → shape (1440,), as the sensors say it.
        shots: one row per shot.
        faults: those that touch the day.
    """

    start: datetime
    readings: dict[str, Minutes]
    shots: Shots
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class _State:
    """What one day leaves to the next."""

    warmth: thermal.Warmth = field(default_factory=thermal.Warmth)
    weather: float = 0.0
    dosing: float = 0.0
    supply: float = _CHILLED_C
    valve: float = thermal.NOMINAL_FLOW
    registers: tuple[float, ...] = (0.25, 3.2, 78.0, 25.0, NOMINAL_CYCLE_S)


class _Utilities(NamedTuple):
    """What the cell is given, per minute, faults included."""

    air: Minutes
    flow: Minutes
    water_in: Minutes
    accumulator: Minutes
    chiller: Minutes


class Cell:
    """One simulated die-casting cell.

    Args:
        origin: aware local midnight of the first day.
    """

    def __init__(self, seed: int, origin: datetime) -> None:
        self._seed = seed
        self._origin = origin

    def faults(self, start: datetime, end: datetime) -> tuple[Fault, ...]:
        """Return the ground truth: the faults that touch the span."""
        return tuple(faults_between(self._seed, self._origin, start, end))

    def days(self) -> Iterator[Day]:
        """Return the days from the origin on, without end."""
        state = _State()
        number = 0
        while True:
            start = self._origin + timedelta(days=number)
            day, state = self._day(start, number, state)
            yield day
            number += 1

    def _day(self, start: datetime, number: int, state: _State) -> tuple[Day, _State]:
        random = np.random.default_rng([self._seed, number])
        faults = self.faults(start, start + timedelta(days=1))
        works = shifts.running(start.weekday(), random)
        is_open = shifts.is_open(start.weekday()).astype(float)
        share = works.astype(float)
        weather = wander(random.standard_normal(MINUTES), 300.0, 1.0, state.weather)
        dosing = wander(random.standard_normal(MINUTES), 120.0, 0.7, state.dosing)
        # Whoever begins a shift sets the cooling by hand: at 08:00 and at 20:00.
        settings = thermal.NOMINAL_FLOW * random.uniform(0.96, 1.04, 2)
        valve = np.concatenate(
            [np.full(480, state.valve), np.full(720, settings[0]), np.full(240, settings[1])]
        )
        given = _utilities(start, weather, valve, state.supply, faults)
        heater = is_open * (1.0 - share)
        warm = state.warmth
        melt, furnace_kw = thermal.furnace(share, warm.melt, 1.0 + 0.15 * random.standard_normal(MINUTES))
        fixed, moving = thermal.halves(share, given.flow, given.water_in, given.air, heater, warm)
        sleeve = thermal.sleeve(share, given.air, warm.sleeve)
        oil = thermal.oil(share, is_open, given.air, warm.oil)
        power = (
            _IDLE_KW
            + furnace_kw
            + is_open * (4.0 + _CHILLER_KW * given.chiller)
            + share * _HYDRAULIC_KW
            + heater * _HEATER_KW
        )
        shots = make_shots(works, (fixed + moving) / 2.0, given.accumulator, power, dosing, random)
        true = {
            "melt": melt,
            "fixed": fixed,
            "moving": moving + _offset(start, faults, random),
            "flow": given.flow,
            "water_in": given.water_in,
            "water_out": thermal.water_out(fixed, moving, given.flow, given.water_in),
            "sleeve": sleeve,
            "oil": oil,
            "accumulator": given.accumulator,
            "power": power,
        }
        held = {
            key: _held(shots, key, first) for key, first in zip(SHOT_VALUES, state.registers, strict=True)
        }
        readings = {
            each.key: _sensed((true | held)[each.key], each.noise, each.digits, random) for each in SIGNALS
        }
        left = _State(
            warmth=replace(
                warm,
                **{
                    name: float(values[-1])
                    for name, values in (
                        ("melt", melt),
                        ("fixed", fixed),
                        ("moving", moving),
                        ("sleeve", sleeve),
                        ("oil", oil),
                    )
                },
            ),
            weather=float(weather[-1]),
            dosing=float(dosing[-1]),
            valve=float(settings[1]),
            supply=float(given.water_in[-1]),
            registers=tuple(float(held[key][-1]) for key in SHOT_VALUES),
        )
        return Day(start, readings, shots, faults), left


def _utilities(
    start: datetime, weather: Minutes, valve: Minutes, supply: float, faults: tuple[Fault, ...]
) -> _Utilities:
    clock = np.arange(MINUTES) / MINUTES
    # The warmest hour of a hall is the middle of the afternoon.
    air = 22.0 + weather + 3.0 * np.cos(2.0 * np.pi * (clock - 15.0 / 24.0))
    flow = valve + 0.15 * weather
    accumulator = np.full(MINUTES, _CHARGED_MPA)
    tripped = np.zeros(MINUTES)
    warming = np.zeros(MINUTES)
    for fault in faults:
        if fault.kind is FaultKind.FILTER_CLOGGING:
            # A filter takes dirt long before the flow shows it: the loss grows faster towards the end.
            flow = flow * (1.0 - fault.size * fault.progress(start) ** 1.3)
        elif fault.kind is FaultKind.ACCUMULATOR_LOSS:
            accumulator = accumulator * (1.0 - fault.size * fault.progress(start) ** 0.7)
        elif fault.kind is FaultKind.CHILLER_TRIP:
            tripped = np.maximum(tripped, fault.present(start))
            warming = warming + fault.size * fault.present(start)
    water_in = follow(_CHILLED_C + 0.1 * (air - 22.0) + warming, 20.0, supply)
    return _Utilities(air, flow, water_in, accumulator, 1.0 - tripped)


def _offset(start: datetime, faults: tuple[Fault, ...], random: np.random.Generator) -> Minutes:
    """Return what the thermocouple of the moving half says too much, K: a loose one reads low, and flutters."""
    wrong = np.zeros(MINUTES)
    flutter = 1.0 + _FLUTTER * random.standard_normal(MINUTES)
    for fault in faults:
        if fault.kind is FaultKind.THERMOCOUPLE_OFFSET:
            wrong = wrong + fault.size * fault.present(start) * flutter
    return wrong


def _held(shots: Shots, key: str, before: float) -> Minutes:
    """Return the value of the last shot at the end of each minute."""
    values: NDArray[np.float64] = np.concatenate([[before], getattr(shots, key)])
    return np.asarray(values[np.searchsorted(shots.at, np.arange(1, MINUTES + 1), side="right")])


def _sensed(true: Minutes, noise: float, digits: int, random: np.random.Generator) -> Minutes:
    return np.round(true + noise * random.standard_normal(MINUTES), digits)
