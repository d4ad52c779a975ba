"""Long work that survives a restart: start, look, cancel; carried by DBOS on SQLite or PostgreSQL.

A job is one plain function. After a crash it runs again from its start, so it must be repeatable: what it
keeps, it keeps under the job's own id.
"""

import logging
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol

from jejo.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Problem, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from dbos import WorkflowStatus

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
"""What a job is asked to do: JSON values only."""


class JobState(StrEnum):
    """Where a job is in its life."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Job:
    """A job as seen from outside.

    Args:
        stage: word of the work for what it is doing; empty before it said anything.
        done: 0 to 1.
        problem: why it failed, where the user can understand it; None for a bug (it is in the log).
    """

    id: str
    payload: Payload
    state: JobState
    stage: str
    done: float
    started: datetime
    problem: Problem | None = None


class Cancelled(Exception):  # a wish of the user, not an error
    """Raised inside the work by its progress call once somebody cancelled it."""


class Report(Protocol):
    """How work tells its progress, and learns that it was cancelled."""

    def __call__(self, stage: str, done: float) -> None:
        """Raise `Cancelled` when the job was cancelled."""


Work = Callable[[str, Payload, Report], None]
"""Gets the job's id, its payload and the progress call."""


class Jobs(Protocol):
    """What services need of jobs."""

    def start(self, work: str, job: str, payload: Payload) -> None:
        """Start registered work under the id `job`; the same id again is a no-op."""

    def look(self, job: str) -> Job:
        """Return the job, or raise NotFound `kernel.no-job`."""

    def cancel(self, job: str) -> None:
        """Ask the job to stop; finished jobs stay as they are."""


_KINDS: dict[str, type[Problem]] = {
    kind.__name__: kind
    for kind in (Conflict, Forbidden, Invalid, NotFound, Problem, Unauthenticated, Unavailable)
}
_STATES = {"SUCCESS": JobState.DONE, "ERROR": JobState.FAILED, "CANCELLED": JobState.CANCELLED}


class DurableJobs:
    """Jobs on DBOS; `launch` also takes up again what a crash interrupted.

    Args:
        url: `sqlite:///…` or `postgresql+psycopg://…`.
        at_once: how many jobs run side by side in this process; the others wait.
    """

    def __init__(self, url: str, works: Mapping[str, Work], at_once: int = 2) -> None:
        self._url = url
        self._works = dict(works)
        self._at_once = at_once
        self._ready = threading.Event()

    def launch(self) -> None:
        """Open the store and take up interrupted jobs. Takes about two seconds: call it beside the server."""
        from dbos import DBOS

        DBOS(
            config={
                "name": "jejo",
                "system_database_url": self._url,
                "log_level": "WARNING",
                "application_version": "1",
                "executor_id": "jejo",
            }
        )

        @DBOS.step(name="work")
        def step(work: str, job: str, payload: dict[str, Any]) -> dict[str, Any]:
            return self._run(work, job, payload)

        @DBOS.workflow(name="job", max_recovery_attempts=5)
        def workflow(work: str, job: str, payload: dict[str, Any]) -> dict[str, Any]:
            return step(work, job, payload)

        self._workflow = workflow
        DBOS.launch()
        DBOS.register_queue(
            "jejo", worker_concurrency=self._at_once, polling_interval_sec=0.2, on_conflict="always_update"
        )
        self._ready.set()

    @property
    def is_ready(self) -> bool:
        """Whether the store is open."""
        return self._ready.is_set()

    def close(self) -> None:
        """Let go of the store; running jobs are taken up at the next launch."""
        from dbos import DBOS

        if self._ready.is_set():
            DBOS.destroy(destroy_registry=True)
            self._ready.clear()

    def start(self, work: str, job: str, payload: Payload) -> None:
        """Start registered work under the id `job`; the same id again is a no-op."""
        from dbos import DBOS, SetWorkflowID

        if work not in self._works:
            raise NotFound("kernel.no-plugin", name=work, known=sorted(self._works))
        self._wait()
        with SetWorkflowID(job):
            DBOS.enqueue_workflow("jejo", self._workflow, work, job, dict(payload))

    def look(self, job: str) -> Job:
        """Return the job, or raise NotFound `kernel.no-job`."""
        return self._seen(self._status(job))

    def cancel(self, job: str) -> None:
        """Ask the job to stop; finished jobs stay as they are."""
        from dbos import DBOS

        status = self._status(job)
        if status.status == "ENQUEUED":
            DBOS.cancel_workflow(job)
        elif self._seen(status).state is JobState.RUNNING:
            # A flag instead of DBOS's own cancelling: the work ends at its next progress call, in order.
            DBOS.update_workflow_attributes(job, {"cancelled": True}, merge=True)

    def _wait(self) -> None:
        if not self._ready.wait(timeout=30):
            raise Unavailable("kernel.jobs-not-ready")

    def _status(self, job: str) -> "WorkflowStatus":
        from dbos import DBOS

        self._wait()
        status = DBOS.get_workflow_status(job)
        if status is None:
            raise NotFound("kernel.no-job", job=job)
        return status

    def _run(self, work: str, job: str, payload: Payload) -> dict[str, Any]:
        def report(stage: str, done: float) -> None:
            from dbos import DBOS

            if (self._status(job).attributes or {}).get("cancelled"):
                raise Cancelled(job)
            DBOS.update_workflow_attributes(job, {"stage": stage, "done": done}, merge=True)

        try:
            self._works[work](job, payload, report)
        except Problem as problem:
            log.info("job failed", extra={"job": job, "code": problem.code})
            return {"kind": type(problem).__name__, "code": problem.code, "facts": problem.facts}
        except Cancelled:
            log.info("job cancelled", extra={"job": job})
            return {"cancelled": True}
        return {}

    def _seen(self, status: "WorkflowStatus") -> Job:
        told = status.attributes or {}
        arguments = (status.input or {"args": ("", "", {})})["args"]
        problem = None
        state = _STATES.get(status.status, JobState.RUNNING)
        output = status.output if state is JobState.DONE else None
        if output and output.get("cancelled"):
            state = JobState.CANCELLED
        elif output:
            state = JobState.FAILED
            problem = _KINDS[output["kind"]](output["code"], **output["facts"])
        return Job(
            id=status.workflow_id,
            payload=arguments[2],
            state=state,
            stage=str(told.get("stage", "")),
            done=1.0 if state is JobState.DONE else float(told.get("done", 0.0)),
            started=datetime.fromtimestamp((status.created_at or 0) / 1000, UTC),
            problem=problem,
        )
