"""The work of a diagnosis follows a real process."""

import os
import time

import pytest

from jejo.kernel.errors import Invalid, Unavailable
from jejo.kernel.jobs import Cancelled
from jejo.onboarding import jobs


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Return a function that runs the work with a given program in place of `jejo`."""

    def run(program, report):
        folder = tmp_path / "jejo"
        folder.mkdir()
        (folder / "__init__.py").write_text("")
        (folder / "__main__.py").write_text(program)
        environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
        jobs.diagnosis_work(environment)("j1", {"uploads": []}, report)

    return run


SAY = "import json, sys, time\nsay = lambda **words: print(json.dumps(words), flush=True)\n"


@pytest.mark.slow
def test_progress_is_handed_on(work):
    told = []
    work(SAY + "say(stage='reading', done=0.5); say(stage='done', done=1)", lambda *words: told.append(words))
    assert told == [("reading", 0.5), ("done", 1)]


@pytest.mark.slow
def test_a_problem_keeps_its_kind_and_facts(work):
    program = SAY + "say(problem={'kind': 'Invalid', 'code': 'intake.empty', 'facts': {'name': 'a.csv'}})"
    with pytest.raises(Invalid) as problem:
        work(program, lambda *_: None)
    assert (problem.value.code, problem.value.facts) == ("intake.empty", {"name": "a.csv"})


@pytest.mark.slow
def test_a_dead_process_is_said(work):
    with pytest.raises(Unavailable, match="work-died"):
        work(SAY + "sys.exit(70)", lambda *_: None)


@pytest.mark.slow
def test_a_silent_process_is_ended_when_cancelled(work):
    def report(*_):
        raise Cancelled

    started = time.monotonic()
    with pytest.raises(Cancelled):
        work(SAY + "time.sleep(60)", report)
    assert time.monotonic() - started < 20
