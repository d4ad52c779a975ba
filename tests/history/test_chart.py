"""What a chart shows: no spike is lost, gaps stay gaps, the bytes are as documented."""

import itertools
import struct

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from jejo.history.domain.chart import Series, encode_series, reduce_m4, usual_gap
from jejo.kernel.errors import Invalid

SECOND = 1_000_000


def ticks(count: int, start: int = 0) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return (start + np.arange(count, dtype=np.int64)) * SECOND


@given(st.integers(0, 2**32 - 1), st.integers(200, 2000))
@settings(max_examples=10, deadline=None)
def test_twenty_spikes_in_a_million_points_all_survive(seed: int, width: int) -> None:
    chance = np.random.default_rng(seed)
    values = chance.normal(size=1_000_000)
    at = chance.choice(values.size, 20, replace=False)
    # Neighbouring spikes of one column: the highest and the lowest must survive, so each gets its own sign and size.
    values[at] = chance.choice([-1, 1], 20) * np.linspace(100, 200, 20)
    times, shown = reduce_m4(ticks(values.size), values, width, 0, values.size * SECOND)
    assert times.size <= 8 * width
    columns = at * width // values.size
    for column in np.unique(columns):
        spikes = values[at[columns == column]]
        assert not spikes[spikes > 0].size or spikes.max() in shown
        assert not spikes[spikes < 0].size or spikes.min() in shown


@given(
    hnp.arrays(np.int64, st.integers(0, 300), elements=st.integers(0, 10_000), unique=True),
    st.integers(1, 40),
    st.randoms(use_true_random=False),
    st.floats(0, 1),
    st.sampled_from([None, 0, 50, 1000]),
)
@settings(max_examples=60, deadline=None)
def test_each_column_keeps_first_last_lowest_and_highest(times, width, chance, missing, gap) -> None:  # type: ignore[no-untyped-def]
    times = np.sort(times)
    values = np.array(
        [np.nan if chance.random() < missing else chance.randrange(100) for _ in times], dtype=float
    )
    start, end = 500, 9_500
    kept_times, kept = reduce_m4(times, values, width, start, end, gap)
    assert kept_times.size <= 8 * width
    assert (np.diff(kept_times) >= 0).all()
    known = {t: v for t, v in zip(times, values, strict=True) if start <= t < end and not np.isnan(v)}
    shown = {t: v for t, v in zip(kept_times, kept, strict=True) if not np.isnan(v)}
    assert shown.items() <= known.items()
    edges = [start + (end - start) * i // width for i in range(width + 1)]
    for low, high in itertools.pairwise(edges):
        inside = {t: v for t, v in known.items() if low <= t < high}
        if inside:
            drawn = {t: v for t, v in shown.items() if low <= t < high}
            assert {min(inside), max(inside)} <= drawn.keys()
            assert min(inside.values()) == min(drawn.values())
            assert max(inside.values()) == max(drawn.values())
    # The line is broken between two shown points exactly when something is missing between them.
    points = sorted(shown)
    for before, after in itertools.pairwise(points):
        numbers = [t for t in sorted(known) if before <= t <= after]
        has_nan = any(before < t < after for t in times if t not in known)
        is_far = gap is not None and any(b - a > gap for a, b in itertools.pairwise(numbers))
        has_break = np.isnan(kept[(kept_times >= before) & (kept_times <= after)]).any()
        assert has_break == (has_nan or is_far)


def test_few_points_stay_as_they_are() -> None:
    times, values = reduce_m4(ticks(5), np.arange(5.0), 800, 0, 5 * SECOND)
    assert times.tolist() == ticks(5).tolist()
    assert values.tolist() == [0, 1, 2, 3, 4]


def test_a_gap_is_broken_in_its_middle() -> None:
    times = np.concatenate([ticks(10), ticks(10, start=100)])
    shown_times, shown = reduce_m4(times, np.ones(20), 800, 0, 200 * SECOND, usual_gap(times))
    assert np.isnan(shown).tolist() == [False] * 10 + [True] + [False] * 10
    assert shown_times[10] == (9 * SECOND + 100 * SECOND) // 2


def test_two_rhythms_are_both_whole() -> None:
    times = np.concatenate([ticks(1000), 1000 * SECOND + 60 * ticks(1000)])
    assert not np.isnan(
        reduce_m4(times, np.ones(2000), 100, 0, int(times[-1]) + 1, usual_gap(times))[1]
    ).any()


@pytest.mark.parametrize("width", [0, -1, 10_001])
def test_an_impossible_width_is_refused(width: int) -> None:
    with pytest.raises(Invalid, match=r"history\.bad-width"):
        reduce_m4(ticks(3), np.ones(3), width, 0, 3 * SECOND)


@given(st.lists(st.integers(0, 5), max_size=6))
def test_the_bytes_are_as_documented(sizes: list[int]) -> None:
    series = [Series(f"s{i}", ticks(size, start=i), np.arange(size) / 2) for i, size in enumerate(sizes)]
    encoded = encode_series(series)
    magic, version, zero, count, offset = struct.unpack_from("<4sHHII", encoded)
    assert (magic, version, zero, count, offset % 8) == (b"JJTS", 1, 0, len(sizes), 0)
    assert list(struct.unpack_from(f"<{count}I", encoded, 16)) == sizes
    for each in series:
        times = np.frombuffer(encoded, "<f8", each.times.size, offset)
        values = np.frombuffer(encoded, "<f8", each.times.size, offset + times.nbytes)
        offset += 2 * times.nbytes
        assert (times == each.times / 1e6).all()
        assert (values == each.values).all()
    assert offset == len(encoded)
