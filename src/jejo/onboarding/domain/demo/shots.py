"""Shots: when they happen, what the machine does in each, and which defect follows from which cause."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from jejo.onboarding.domain.demo.dynamics import Minutes

GOOD, MISRUN, SOLDERING, SHRINKAGE, POROSITY = "", "미충진", "소착", "수축", "기공"
"""Defect kinds; the good part has none."""

CAUSES: dict[str, frozenset[str]] = {
    MISRUN: frozenset({"fixed", "moving", "sleeve", "water_out"}),
    SOLDERING: frozenset({"fixed", "moving", "flow", "water_in", "water_out"}),
    SHRINKAGE: frozenset({"fixed", "moving", "flow", "water_in", "water_out"}),
    POROSITY: frozenset({"intensification", "accumulator", "fast", "biscuit"}),
}
"""Defect kind → the values that carry its cause: the cause itself and what moves with it by physics."""

NOMINAL_CYCLE_S = 58.0
_ACCUMULATOR_MPA = 15.0


@dataclass(frozen=True, slots=True)
class Shots:
    """The shots of a day; each array has one value per shot.

    Args:
        at: minutes since local midnight, ascending.
        defect: kind, empty for a good part.
    """

    at: NDArray[np.float64]
    cycle: NDArray[np.float64]
    slow: NDArray[np.float64]
    fast: NDArray[np.float64]
    intensification: NDArray[np.float64]
    biscuit: NDArray[np.float64]
    energy: NDArray[np.float64]
    defect: NDArray[np.str_]


def make_shots(
    works: NDArray[np.bool_],
    mould: Minutes,
    accumulator: Minutes,
    power: Minutes,
    dosing: Minutes,
    random: np.random.Generator,
) -> Shots:
    """Return the shots that fit into the working minutes.

    Args:
        mould: mean true temperature of the mould, ℃; accumulator: MPa; power: kW.
        dosing: slow deviation of the dosed melt, mm of biscuit.
    """
    worked_s = 60.0 * float(works.sum())
    count = int(worked_s // (NOMINAL_CYCLE_S - 3.0)) + 2
    cycle = NOMINAL_CYCLE_S + 0.5 * random.standard_normal(count)
    cycle = cycle[np.cumsum(cycle) < worked_s]
    # Working seconds become minutes of the day.
    whole, part = np.divmod(np.cumsum(cycle), 60.0)
    at = np.flatnonzero(works)[whole.astype(int)] + part / 60.0
    minute = at.astype(int)
    size = len(at)
    charged = accumulator[minute] / _ACCUMULATOR_MPA
    biscuit = 25.0 + dosing[minute] + 0.9 * random.standard_normal(size)
    # A skull in the ladle now and then doses too little.
    biscuit = biscuit - np.where(random.random(size) < 0.015, random.uniform(5.0, 9.0, size), 0.0)
    intensification = 78.0 * charged - 0.25 * (25.0 - biscuit) + 0.7 * random.standard_normal(size)
    return Shots(
        at=at,
        cycle=cycle,
        slow=0.25 + 0.004 * random.standard_normal(size),
        fast=3.2 * np.sqrt(charged) + 0.03 * random.standard_normal(size),
        intensification=intensification,
        biscuit=biscuit,
        energy=power[minute] * cycle / 3600.0,
        defect=defects(mould[minute], intensification, biscuit, random),
    )


def defects(
    mould: NDArray[np.float64],
    intensification: NDArray[np.float64],
    biscuit: NDArray[np.float64],
    random: np.random.Generator,
) -> NDArray[np.str_]:
    """Return the defect kind of each shot, drawn with the chance that its causes give it.

    Cold mould → misrun; hot mould → soldering and shrinkage; low pressure or a thin biscuit (no melt left to feed
    pressure through) → porosity; and a few without any cause.
    """
    hot = _rising(mould, 244.0, 5.0)
    chances = {
        MISRUN: 0.7 * _rising(-mould, -172.0, 5.0) + 0.001,
        SOLDERING: 0.2 * hot + 0.001,
        SHRINKAGE: 0.2 * hot + 0.001,
        POROSITY: 0.7 * np.maximum(_rising(-intensification, -68.0, 1.5), _rising(-biscuit, -19.0, 0.6))
        + 0.002,
    }
    found = np.full(len(mould), GOOD, dtype="<U8")
    for kind, chance in chances.items():
        found[(random.random(len(mould)) < chance) & (found == GOOD)] = kind
    return found


def _rising(values: NDArray[np.float64], middle: float, width: float) -> NDArray[np.float64]:
    """Return a logistic curve: 0.5 at the middle, three quarters about one width above it."""
    return np.asarray(1.0 / (1.0 + np.exp(-(values - middle) / width)))
