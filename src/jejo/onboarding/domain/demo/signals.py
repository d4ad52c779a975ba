"""What the simulated cell is called and what it measures. Every name of a thing says that it is simulated."""

from dataclasses import dataclass

SITE = "데모 공장 (가상)"
LINE = "주조 라인 (가상)"
EQUIPMENT = "다이캐스팅 1호기 (가상)"
SHOTS = "다이캐스팅 1호기 샷 기록 (가상)"


@dataclass(frozen=True, slots=True)
class Measured:
    """A signal of the cell.

    Args:
        key: name within the simulation.
        name: as a Korean controller would call it.
        concept: id of the concept table, or None where the table has none that fits.
        unit: UCUM code; `shown` is how a file header writes it.
        noise: standard deviation of the sensor, in the unit.
        digits: decimals that the controller gives.
    """

    key: str
    name: str
    concept: str | None
    unit: str
    shown: str
    noise: float
    digits: int


SIGNALS = (
    Measured("melt", "용탕 온도", "melt_temperature", "Cel", "℃", 0.5, 1),
    Measured("fixed", "금형 고정측 온도", "mold_temperature", "Cel", "℃", 0.6, 1),
    Measured("moving", "금형 가동측 온도", "mold_temperature", "Cel", "℃", 0.6, 1),
    Measured("flow", "냉각수 유량", "coolant_flow", "L.min-1", "L/min", 0.12, 2),
    Measured("water_in", "냉각수 공급 온도", "coolant_temperature", "Cel", "℃", 0.15, 2),
    Measured("water_out", "냉각수 출구 온도", "coolant_temperature", "Cel", "℃", 0.15, 2),
    Measured("sleeve", "슬리브 온도", "sleeve_temperature", "Cel", "℃", 0.6, 1),
    Measured("oil", "작동유 온도", "oil_temperature", "Cel", "℃", 0.15, 2),
    Measured("accumulator", "축압기 압력", "hydraulic_pressure", "MPa", "MPa", 0.03, 2),
    Measured("slow", "저속 구간 속도", "shot_speed", "m.s-1", "m/s", 0.0, 3),
    Measured("fast", "고속 구간 속도", "shot_speed", "m.s-1", "m/s", 0.0, 3),
    Measured("intensification", "증압 압력", "casting_pressure", "MPa", "MPa", 0.0, 2),
    Measured("biscuit", "비스킷 두께", "thickness", "mm", "mm", 0.0, 2),
    Measured("cycle", "사이클 타임", "cycle_time", "s", "s", 0.0, 2),
    Measured("power", "전력", "active_power", "kW", "kW", 0.4, 2),
)
"""The 1-minute signals, in the order of the equipment page."""

SHOT_VALUES = ("slow", "fast", "intensification", "biscuit", "cycle")
"""Values of the last shot, which the controller holds until the next."""
