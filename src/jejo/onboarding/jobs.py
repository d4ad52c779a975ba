"""Runs a diagnosis in a process of its own: its memory is given back, and cancelling ends it at once."""

import json
import logging
import subprocess
import sys
from collections.abc import Callable, Mapping

from jejo.kernel.errors import Conflict, Invalid, NotFound, Problem, Unavailable
from jejo.kernel.jobs import Cancelled, Payload, Report, Work
from jejo.onboarding.domain.wishes import Stage

log = logging.getLogger(__name__)

_KINDS: dict[str, type[Problem]] = {
    kind.__name__: kind for kind in (Conflict, Invalid, NotFound, Unavailable)
}

BEAT = "beat"
"""Line that only shows that the work goes on, so that a cancel is noticed within a second."""


def diagnosis_work(environment: Mapping[str, str]) -> Work:
    """Return the work registered as `onboarding.diagnose`.

    Args:
        environment: of the process; carries the settings as `JEJO_*`.
    """

    def work(job: str, payload: Payload, report: Report) -> None:
        command = [sys.executable, "-m", "jejo", "onboarding", "work", job]
        with subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=dict(environment),
        ) as process:
            assert process.stdin is not None  # noqa: S101  # both are pipes
            assert process.stdout is not None  # noqa: S101
            try:
                process.stdin.write(json.dumps(dict(payload)))
                process.stdin.close()
                _follow(process.stdout.readline, report)
            except Cancelled:
                process.kill()
                raise
        if process.returncode:
            log.error("diagnosis process died", extra={"job": job, "exit": process.returncode})
            raise Unavailable("onboarding.work-died", exit=process.returncode)

    return work


def _follow(readline: Callable[[], str], report: Report) -> None:
    stage, done = Stage.RECEIVED.value, 0.0
    while line := readline():
        told = json.loads(line)
        if "problem" in told:
            problem = told["problem"]
            raise _KINDS.get(problem["kind"], Unavailable)(problem["code"], **problem["facts"])
        if told.get("stage") != BEAT:
            stage, done = told["stage"], told["done"]
        report(stage, done)
