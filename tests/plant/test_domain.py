"""Names, contradictions, and which equipment is meant."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jejo.kernel.errors import Invalid, NotFound
from jejo.plant.domain import Equipment, Line, Signal, SignalSpec, Site, learned, tidy_name

NOW = datetime(2026, 3, 2, tzinfo=UTC)


def test_decomposed_and_composed_korean_are_one_name() -> None:
    assert SignalSpec("온도") == SignalSpec("온도")


def test_a_blank_name_is_refused() -> None:
    with pytest.raises(Invalid, match=r"plant\.no-name"):
        SignalSpec(" \t")


@pytest.mark.parametrize("sampling", [0.0, -1.0, float("nan"), float("inf")])
def test_an_impossible_sampling_is_refused(sampling: float) -> None:
    with pytest.raises(Invalid, match=r"plant\.bad-sampling"):
        SignalSpec("a", sampling_s=sampling)


@given(st.text(alphabet="a가 각\u00a0\t\u1100\u1161", min_size=1).filter(str.strip))
def test_a_tidy_name_stays_as_it_is(name: str) -> None:
    assert tidy_name(tidy_name(name)) == tidy_name(name)


FACT = st.sampled_from([None, "a", "b"])


@given(FACT, FACT, FACT, FACT)
def test_learning_never_forgets_and_reports_exactly_the_contradictions(
    unit: str | None, concept: str | None, new_unit: str | None, new_concept: str | None
) -> None:
    signal = Signal("1", "m", "s", concept=concept, unit=unit)
    better, changes = learned(signal, SignalSpec("s", concept=new_concept, unit=new_unit), NOW)
    assert better.unit == (new_unit or unit)
    assert better.concept == (new_concept or concept)
    expected = {"unit"} if None not in (unit, new_unit) and unit != new_unit else set()
    expected |= {"concept"} if None not in (concept, new_concept) and concept != new_concept else set()
    assert {change.attribute for change in changes} == expected


def test_an_unknown_signal_of_equipment_is_not_found() -> None:
    machine = Equipment("1", "m", Line("l", Site("s", ""), ""))
    with pytest.raises(NotFound, match=r"plant\.no-signal"):
        machine.signal("a")
