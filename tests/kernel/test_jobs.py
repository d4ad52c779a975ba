"""Jobs run in a process of their own here, because DBOS keeps one store per process."""

import json
import subprocess
import sys
import textwrap
import time

import pytest

from jejo.kernel.jobs import JobState

PROGRAM = textwrap.dedent(
    """
    import json, sys, time
    from jejo.kernel.errors import Invalid
    from jejo.kernel.jobs import DurableJobs, JobState

    def work(job, payload, report):
        for step in range(payload["steps"]):
            report("reading", step / payload["steps"])
            time.sleep(0.1)
        if payload.get("bad"):
            raise Invalid("kernel.no-job", job=job)
        if payload.get("bug"):
            raise RuntimeError("a bug")

    url, do, job, payload = sys.argv[1:]
    jobs = DurableJobs(url, {"work": work})
    jobs.launch()
    if do != "look":
        jobs.start("work", job, json.loads(payload))
        jobs.start("work", job, json.loads(payload))
    for _ in range(150):
        seen = jobs.look(job)
        print(json.dumps([seen.state, seen.stage, seen.done, seen.problem and seen.problem.code]), flush=True)
        if do == "cancel" and seen.done > 0:
            jobs.cancel(job)
        if seen.state is not JobState.RUNNING:
            break
        time.sleep(0.1)
    jobs.close()
    """
)


@pytest.fixture
def run(tmp_path):
    def start(do, payload, job="j1"):
        return subprocess.Popen(
            [sys.executable, "-c", PROGRAM, f"sqlite:///{tmp_path}/jobs.db", do, job, json.dumps(payload)],
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    return start


def lines(process):
    return [json.loads(line) for line in process.communicate(timeout=60)[0].splitlines()]


@pytest.mark.slow
def test_a_job_tells_its_progress_and_ends(run):
    told = lines(run("start", {"steps": 8}))
    assert told[-1][0] == JobState.DONE
    assert told[-1][2] == 1.0
    assert {stage for _, stage, _, _ in told} >= {"reading"}


@pytest.mark.slow
def test_a_problem_reaches_the_reader_and_a_bug_only_the_log(run):
    assert lines(run("start", {"steps": 1, "bad": True}))[-1][0::3] == [JobState.FAILED, "kernel.no-job"]
    assert lines(run("start", {"steps": 1, "bug": True}, job="j2"))[-1][0::3] == [JobState.FAILED, None]


@pytest.mark.slow
def test_a_cancelled_job_stops(run):
    assert lines(run("cancel", {"steps": 100}))[-1][0] == JobState.CANCELLED


@pytest.mark.slow
def test_a_killed_job_is_taken_up_again(run):
    first = run("start", {"steps": 30})
    while '"reading"' not in first.stdout.readline():
        time.sleep(0.01)
    first.kill()
    first.communicate()
    assert lines(run("look", {}))[-1][0] == JobState.DONE
