"""How units are written in headers, unit rows and cells; what they mean is for `meaning` to say."""

import re
from typing import Final

_WORDS: Final = (
    r"%RH|%rh|RH%|%|℃|°C|℉|°F|ºC|deg\.?C|degC|K|kPa|MPa|Mpa|mpa|hPa|Pa|㎪|㎫|kgf/㎠|kgf/cm2|kgf/cm²|kg/cm2|kg/㎠|kg/cm²|mbar|bar|BAR|psi"
    r"|mmHg|mmAq|mmH2O|㎛|㎜|㎝|µm|μm|um|nm|mm/s|㎜/s|mm/min|mm/sec|cm/s|m/s|m/min|mpm|mm/rev|mm2|mm²|㎟|㎡|mm|cm|km|m2|m²|m3/h|㎥/h|Nm3/h|m³/h"
    r"|m3|m³|㎥|㎣|cm3|cm³|cc|L/min|ℓ/min|l/min|LPM|lpm|L/h|㎖|mL|ml|ℓ|L|㎏|kg/h|kg/m3|kg|㎎|mg|ton/h|ton|톤|TON|g/s|g/cm3|g|t"
    r"|N·m|N\.m|Nm|kgf·cm|kgf\.cm|kgf|tonf|kN|N|rpm|RPM|r/min|spm|SPM|㎐|Hz|kHz|㎑|MHz|kWh|KWH|kwh|㎾h|kVarh|kVAh|kW|KW|㎾|MW|W|kVA|VA|kVar|kV|㎸|mV|V|mA|kA|A|Ω|dB\(A\)|dB|lux|lx"
    r"|msec|ms|sec|초|s|min|분|시간|hr|h|일|회|EA|ea|Ea|개|매|장|대|건|명|ppm|PPM|ppb|pH|cP|cps|mPa·s|mPas|Pa·s|μS/cm|㎲|㎳|tCO2|tCO₂|원|천원|shot|타|rev|G|mm/s2|m/s2|m/s²"
)
UNIT: Final = re.compile(rf"^[(\[（{{<]?\s*(?:{_WORDS})\s*[)\]）}}>]?$")
"""A cell that is a unit and nothing else."""

SUFFIX: Final = rf"(?P<unit>{_WORDS})"
"""A unit after a number; used inside a longer pattern."""

BRACKETED: Final = re.compile(r"[(\[（]\s*([^()\[\]（）]+)\s*[)\]）]\s*$")
"""The unit at the end of a header."""


def is_unit(cell: str) -> bool:
    """Return whether a cell is a unit and nothing else.

    >>> is_unit("(℃)"), is_unit("mm/s"), is_unit("온도")
    (True, True, False)
    """
    return UNIT.match(cell.strip()) is not None


def with_unit(name: str, unit: str) -> str:
    """Return a header with its unit in brackets, unless it has one already.

    >>> with_unit("온도", "[℃]")
    '온도 (℃)'
    """
    bare = unit.strip().strip("()[]（）{}<>").strip()
    found = BRACKETED.search(name)
    if not bare or bare in {"-", "–", "—"} or (found and is_unit(found.group(1))):
        return name
    return f"{name} ({bare})"
