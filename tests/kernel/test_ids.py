from jejo.kernel.ids import new_id, sha256_hex


def test_ids_are_unique_and_sort_by_time(monkeypatch):
    moments = iter(range(1_000_000_000, 10_000_000_000, 1_000_000))
    monkeypatch.setattr("time.time_ns", lambda: next(moments))
    made = [new_id() for _ in range(1000)]
    assert len(set(made)) == 1000
    assert made == sorted(made)
    assert {len(each) for each in made} == {26}


def test_digest_is_that_of_the_joined_chunks():
    assert sha256_hex([b"ab", b"c"]) == sha256_hex([b"abc"])
    assert sha256_hex([]).startswith("e3b0c442")
