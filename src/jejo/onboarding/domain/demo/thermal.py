"""Heat of the cell: holding furnace, mould halves with cooling water, sleeve, hydraulic oil."""

from dataclasses import dataclass

import numpy as np

from jejo.onboarding.domain.demo.dynamics import MINUTES, Minutes, first_order, follow

SETPOINT_C = 680.0
NOMINAL_FLOW = 24.0
"""Cooling water of both mould halves, L/min."""
_WATER_J_PER_L_K = 4186.0
_MOULD_J_PER_K = 150_000.0
_WATER_W_PER_K = 54.0
_AIR_W_PER_K = 8.0
_FIXED_W, _MOVING_W = 13_300.0, 12_700.0
"""What the melt brings into a half at nominal cycle, the spray's part taken off: 3 kg of ADC12 give 690 kJ/kg,
half of it leaves with the part, the sprue and the spray."""
_HEATER_W = 7_500.0
_MELT_MINUTES = 14.0
_CHARGE_EVERY, _CHARGE_DROP = 35, 5.0
_FURNACE_J_PER_K, _FURNACE_LOSS_W = 900_000.0, 24_000.0


@dataclass(frozen=True, slots=True)
class Warmth:
    """Temperatures at the end of a day, ℃: where the next one begins."""

    melt: float = SETPOINT_C
    fixed: float = 30.0
    moving: float = 30.0
    sleeve: float = 30.0
    oil: float = 25.0


def furnace(works: Minutes, start: float, jitter: Minutes) -> tuple[Minutes, Minutes]:
    """Return melt temperature (℃) and heater power (kW): holding control against charges of cooler melt.

    Args:
        works: share of nominal production per minute; every 35 working minutes a charge comes from the melting shop.
        jitter: size of each charge relative to the usual one, per minute.
    """
    worked = np.cumsum(works)
    charge = np.diff(np.floor(worked / _CHARGE_EVERY), prepend=0.0) * _CHARGE_DROP * jitter
    keep = float(np.exp(-1.0 / _MELT_MINUTES))
    below = first_order(np.full(MINUTES, keep), -charge, start - SETPOINT_C)
    # The controller gives back within its time constant what the charge took.
    heating = -below * _FURNACE_J_PER_K * (1.0 - keep) / 60.0
    return SETPOINT_C + below, (_FURNACE_LOSS_W + heating) / 1000.0


def mould_half(
    shots: Minutes,
    flow: Minutes,
    water_in: Minutes,
    air: Minutes,
    heater: Minutes,
    start: float,
    *,
    melt_w: float,
) -> Minutes:
    """Return the temperature of one half, ℃: heat of the shots against water and air, a minute at a time.

    Args:
        shots: share of nominal production; flow: L/min through both halves; heater: 1 where it is on.
    Source:
        Dittus & Boelter, 1930: turbulent heat transfer grows with flow to the power 0.8.
    """
    water = _WATER_W_PER_K * (flow / NOMINAL_FLOW) ** 0.8
    conductance = water + _AIR_W_PER_K
    target = (melt_w * shots + _HEATER_W * heater + water * water_in + _AIR_W_PER_K * air) / conductance
    keep = np.exp(-conductance * 60.0 / _MOULD_J_PER_K)
    return first_order(keep, (1.0 - keep) * target, start)


def halves(
    shots: Minutes, flow: Minutes, water_in: Minutes, air: Minutes, heater: Minutes, start: Warmth
) -> tuple[Minutes, Minutes]:
    """Return the temperatures of the fixed and the moving half, ℃."""
    return (
        mould_half(shots, flow, water_in, air, heater, start.fixed, melt_w=_FIXED_W),
        mould_half(shots, flow, water_in, air, heater, start.moving, melt_w=_MOVING_W),
    )


def water_out(fixed: Minutes, moving: Minutes, flow: Minutes, water_in: Minutes) -> Minutes:
    """Return the temperature of the returning water, ℃: what both halves gave over the flow."""
    given = _WATER_W_PER_K * (flow / NOMINAL_FLOW) ** 0.8 * (fixed + moving - 2.0 * water_in)
    return water_in + given / (flow / 60.0 * _WATER_J_PER_L_K)


def sleeve(shots: Minutes, air: Minutes, start: float) -> Minutes:
    """Return the temperature of the shot sleeve, ℃."""
    return follow(air + 165.0 * shots, 18.0, start)


def oil(shots: Minutes, is_open: Minutes, air: Minutes, start: float) -> Minutes:
    """Return the temperature of the hydraulic oil, ℃."""
    return follow(air + 8.0 * is_open + 12.0 * shots, 60.0, start)
