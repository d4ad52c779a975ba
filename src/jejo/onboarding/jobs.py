"""Long work of the ten-minute path.

A diagnosis runs in a process of its own: its memory is given back, and cancelling ends it within a second. The demo
factory lives in a thread beside the server.
"""

import json
import logging
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import IO, TYPE_CHECKING

from jejo.accounts.domain import Scope
from jejo.kernel.errors import Conflict, Invalid, NotFound, Problem, Unavailable
from jejo.kernel.jobs import Payload, Report, Work
from jejo.onboarding.domain.wishes import Stage

if TYPE_CHECKING:
    from jejo.onboarding.service.demo import DemoService

log = logging.getLogger(__name__)

_KINDS: dict[str, type[Problem]] = {
    kind.__name__: kind for kind in (Conflict, Invalid, NotFound, Unavailable)
}
_QUIET_S = 1.0
"""So long the process may say nothing before we look whether somebody cancelled it."""


FIRST_PAGE = timedelta(seconds=2)
"""What the demo factory leaves to the server before it takes a processor."""


def diagnosis_work(environment: Mapping[str, str]) -> Work:
    """Return the work registered as `onboarding.diagnose`.

    Args:
        environment: of the process; carries the settings as `JEJO_*`.
    """

    def work(job: str, payload: Payload, report: Report) -> None:
        with subprocess.Popen(
            [sys.executable, "-m", "jejo", "onboarding", "work", job],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            env=dict(environment),
        ) as process:
            told: queue.SimpleQueue[str] = queue.SimpleQueue()
            reading = threading.Thread(target=_forward, args=(process.stdout, told))
            reading.start()
            try:
                _follow(process, json.dumps(dict(payload)), told, report)
            finally:
                # Also when it was cancelled, told a problem, or this server is going down.
                process.kill()
                reading.join()

    return work


def _follow(
    process: "subprocess.Popen[str]", payload: str, told: "queue.SimpleQueue[str]", report: Report
) -> None:
    assert process.stdin is not None  # noqa: S101  # it is a pipe
    process.stdin.write(payload)
    process.stdin.close()
    stage, done = Stage.RECEIVED.value, 0.0
    while True:
        try:
            line = told.get(timeout=_QUIET_S)
        except queue.Empty:
            report(stage, done)
            continue
        if not line:
            break
        said = json.loads(line)
        if "problem" in said:
            problem = said["problem"]
            raise _KINDS.get(problem["kind"], Unavailable)(problem["code"], **problem["facts"])
        stage, done = said["stage"], said["done"]
        report(stage, done)
    if code := process.wait():
        raise Unavailable("onboarding.work-died", exit=code)


def _forward(source: IO[str], told: "queue.SimpleQueue[str]") -> None:
    for line in source:
        told.put(line)
    told.put("")


@contextmanager
def demonstrating(service: Callable[[], "DemoService"], scope: Scope, every: timedelta) -> Iterator[None]:
    """Fill the demo factory beside the server, then let it go on living, until the block ends.

    Args:
        service: called in the thread, so that starting it costs nothing.
    """
    is_over = threading.Event()

    def loop() -> None:
        is_filled = False
        is_over.wait(FIRST_PAGE.total_seconds())
        while not is_over.is_set():
            try:
                if is_filled:
                    service().stream(scope)
                else:
                    filled = service().fill(scope)
                    log.info("demo factory is there", extra={"added": filled.readings})
                    is_filled = True
            except Exception:
                # What is kept stays; the next round carries on from there.
                log.exception("demo factory did not go on", extra={"organisation": scope.organisation})
            is_over.wait(every.total_seconds())

    # Filling cannot be interrupted: a daemon does not hold up the end of the process.
    thread = threading.Thread(target=loop, name="demo", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join(timeout=5)
