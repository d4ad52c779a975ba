"""Units: one spelling, one unit; conversion there and back; no conversion between different quantities."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejo.kernel.errors import Invalid, NotFound
from jejo.knowledge.domain import Unit, alias_key
from jejo.knowledge.service import KnowledgeService

KNOWLEDGE = KnowledgeService()
UNITS = KNOWLEDGE.units()
PAIRS = [(a, b) for a in UNITS for b in UNITS if a.dimension == b.dimension and a is not b]


def ucum(alias: str, kind: str | None = None) -> str | None:
    unit = KNOWLEDGE.unit(alias, kind)
    return unit.ucum if unit else None


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.ucum)
def test_every_spelling_leads_to_its_unit_and_no_other(unit: Unit):
    for alias in (*unit.aliases, *unit.exact, unit.ucum):
        owners = {
            other.ucum
            for other in UNITS
            for spelling in (*other.exact, *other.aliases)
            if alias_key(spelling) == alias_key(alias)
        }
        assert owners <= {unit.ucum}
        assert ucum(alias) == unit.ucum


def test_symbols_lead_to_their_units_save_gravity_which_shares_its_letter_with_the_gram():
    assert [unit.ucum for unit in UNITS if ucum(unit.symbol) != unit.ucum] == ["[g]"]


@pytest.mark.parametrize(
    ("alias", "expected"),
    [
        ("Nm", "N.m"),  # number-metre
        ("G", "g"),  # gauss
        ("EA", "{#}"),  # exa-ampere
        ("RH", "%{RH}"),  # ronna-henry
        ("C", "Cel"),  # coulomb
        ("F", "[degF]"),  # farad
        ("MM", "mm"),  # megamolar
        ("R", None),  # gas constant
    ],
)
def test_spellings_that_a_unit_library_reads_as_something_else(alias, expected):
    assert ucum(alias) == expected


@pytest.mark.parametrize(
    ("spellings", "expected"),
    [
        ("℃ °C ºC degC ˚C", "Cel"),
        ("RPM rpm r/min 알피엠", "{#}.min-1"),
        ("LPM ℓ/min L/min l/min ℓ/분", "L.min-1"),
        ("MPa Mpa MPA ㎫", "MPa"),
        ("kgf/cm² kgf/㎠ ㎏/㎠ kg/cm2 KGF/CM2", "kgf.cm-2"),
        ("톤 ton t T tonne", "t"),
        ("N·m N.m Nm NM N-m", "N.m"),
        ("개 ea EA pcs shot SHOT", "{#}"),
        ("%RH RH%", "%{RH}"),
        ("PPM ppm", "[ppm]"),
        ("kWh KWH KWh ㎾h kW.h", "kW.h"),
        ("kVarh kvarh KVARH", "kV.A.h{reactive}"),
        ("초 sec s SEC S", "s"),
        ("분 min MIN", "min"),
        ("bar BAR", "bar"),
        ("psi PSI", "[psi]"),
        ("mmAq ㎜Aq mmH2O", "mm[H2O]"),
        ("SPM spm", "min-1"),
        ("um μm µm ㎛", "um"),
        ("㎜ mm MM", "mm"),
        ("㎏ kg KG", "kg"),
        ("㎾ kW KW", "kW"),
        ("㎐ Hz HZ", "Hz"),
        ("m/s m/sec", "m.s-1"),
        ("mm/s ㎜/s", "mm.s-1"),
        ("m/min mpm", "m.min-1"),
        ("cm³ cc ㏄ ㎤", "cm3"),
        ("tCO2 tCO2eq tCO₂", "t{CO2eq}"),
        ("mg/m³ mg/㎥ ㎎/㎥", "mg.m-3"),
        ("µg/m³ ㎍/㎥ ug/m3", "ug.m-3"),
        ("deg ° 도", "deg"),
    ],
)
def test_factory_spellings(spellings, expected):
    assert {ucum(spelling) for spelling in spellings.split()} == {expected}


@pytest.mark.parametrize(
    ("small", "big"),
    [("mW", "MW"), ("mPa.s", "Pa.s"), ("mV", "MV"), ("mΩ", "MΩ"), ("nm", "Nm"), ("mN", "MN")],
)
def test_case_counts_where_it_changes_the_unit(small, big):
    assert ucum(small) != ucum(big)


def test_the_quantity_decides_about_a_letter():
    assert ucum("g") == "g"
    assert ucum("g", "Acceleration") == "[g]"
    assert ucum("G", "Acceleration") == "[g]"
    assert ucum("mm/s", "LinearVelocity") == "mm.s-1"


@given(st.text(max_size=12))
def test_any_text_is_a_unit_or_none(text):
    found = KNOWLEDGE.unit(text)
    assert found is None or found in UNITS


@given(st.sampled_from(PAIRS), st.floats(-1e6, 1e6))
def test_conversion_comes_back(pair, value):
    source, target = pair
    there = KNOWLEDGE.convert(value, source.ucum, target.ucum)
    back = KNOWLEDGE.convert(there, target.ucum, source.ucum)
    # Degrees lose what 273.15 K is worth in the last places.
    size = max(abs(value), abs(source.offset / source.factor), abs(there * target.factor / source.factor))
    assert math.isclose(back, value, rel_tol=1e-9, abs_tol=1e-9 * max(size, 1e-30))


@given(st.sampled_from(UNITS), st.sampled_from(UNITS), st.floats(-1e6, 1e6))
def test_different_quantities_do_not_convert(source, target, value):
    if source.dimension == target.dimension:
        assert math.isfinite(KNOWLEDGE.convert(value, source.ucum, target.ucum))
        return
    with pytest.raises(Invalid, match="unit-mismatch"):
        KNOWLEDGE.convert(value, source.ucum, target.ucum)


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (25, "℃", "K", 298.15),
        (212, "℉", "℃", 100),
        (1, "bar", "psi", 14.503773773),
        (1, "kgf/cm²", "MPa", 0.0980665),
        (3600, "RPM", "Hz", 60),
        (60, "LPM", "㎥/h", 3.6),
        (1, "kWh", "MJ", 3.6),
        (1, "kgf.m", "Nm", 9.80665),
        (90, "km/h", "m/s", 25),
        (1, "%", "ppm", 10000),
        (760, "mmHg", "atm", 1),
    ],
)
def test_conversions_of_the_textbook(value, source, target, expected):
    assert KNOWLEDGE.convert(value, source, target) == pytest.approx(expected, rel=1e-6)


def test_torque_is_not_energy_and_an_unknown_unit_is_not_found():
    with pytest.raises(Invalid, match="unit-mismatch"):
        KNOWLEDGE.convert(1, "Nm", "J")
    with pytest.raises(NotFound, match="no-unit"):
        KNOWLEDGE.convert(1, "smoot", "m")


def test_every_unit_of_a_concept_fits_its_quantity_kind():
    for concept in KNOWLEDGE.concepts():
        for qudt in concept.units:
            assert KNOWLEDGE.unit_by_qudt(qudt).dimension in KNOWLEDGE.dimensions(concept)
