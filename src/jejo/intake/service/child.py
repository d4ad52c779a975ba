"""Parses a file in a process of its own, under limits, so that a hostile file can only hurt that process."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import polars as pl

from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Merge, Raw, Sheet
from jejo.intake.domain.table import Finding, Step
from jejo.kernel.errors import Invalid, Problem, Unavailable

_POLL_S = 0.05
# What libraries say when the address space is used up; some abort, some raise.
_STARVED = (b"memory", b"Memory", b"ThreadPool", b"Resource temporarily", b"map segment", b"allocat")
_USUAL_BYTES_PER_S = 4_000_000


def parse(path: Path, file_format: str, limits: Limits, progress: Callable[[float], None]) -> Raw:
    """Return what the reader of a format finds in a file.

    Args:
        progress: called a few times a second with 0…1, by an estimate from the file's size.

    Raises:
        Invalid: what the reader says; `intake.too-large-to-read` or `intake.too-slow` when it ran into its limits;
            `intake.unreadable` when it died otherwise.
    """
    with tempfile.TemporaryDirectory(prefix="jejo-read-") as folder:
        command = [
            sys.executable,
            "-m",
            "jejo.intake.readers",
            file_format,
            str(path.absolute()),
            folder,
            json.dumps(asdict(replace(limits, memory_bytes=_memory_for(path, limits)))),
        ]
        # Each thread of the parser reserves address space; two are as fast as many here.
        environment = {**os.environ, "POLARS_MAX_THREADS": "2", "OMP_NUM_THREADS": "1"}
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=environment,
        ) as child:
            code, words = _wait(child, path, limits, progress)
        return _result(Path(folder), path.name, code, words)


def _memory_for(path: Path, limits: Limits) -> int:
    """Return the address space for a file: an old workbook is not packed, so a small one that asks for much is broken."""
    with path.open("rb") as file:
        is_old = file.read(4) == b"\xd0\xcf\x11\xe0"
    return (
        min(limits.memory_bytes, 1_500_000_000 + 30 * path.stat().st_size) if is_old else limits.memory_bytes
    )


def _wait(
    child: subprocess.Popen[bytes], path: Path, limits: Limits, progress: Callable[[float], None]
) -> tuple[int, bytes]:
    started = time.monotonic()
    expected = 0.5 + path.stat().st_size / _USUAL_BYTES_PER_S
    words = b""
    try:
        while True:
            try:
                _, words = child.communicate(timeout=_POLL_S)
                return child.returncode, words
            except subprocess.TimeoutExpired:
                spent = time.monotonic() - started
                progress(spent / (spent + expected))
                if spent > 2 * limits.cpu_seconds + 10:
                    return -signal.SIGXCPU, words
    finally:
        if child.poll() is None:
            child.kill()


def _result(folder: Path, name: str, code: int, words: bytes) -> Raw:
    manifest_file = folder / "manifest.json"
    if code in (0, 2) and manifest_file.is_file():
        manifest = json.loads(manifest_file.read_text(encoding="utf-8"))
        if "problem" in manifest:
            raise _problem(manifest, name)
        return _raw(manifest, folder)
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        raise Invalid("intake.too-slow", name=name)
    if code == -signal.SIGABRT or any(sign in words for sign in _STARVED):
        raise Invalid("intake.too-large-to-read", name=name)
    raise Invalid("intake.unreadable", name=name)


def _problem(manifest: dict[str, Any], name: str) -> Problem:
    kind = Unavailable if manifest["kind"] == "Unavailable" else Invalid
    return kind(manifest["problem"], **{"name": name, **manifest["facts"]})


def _raw(manifest: dict[str, Any], folder: Path) -> Raw:
    sheets = tuple(
        Sheet(
            name=each["name"],
            frame=pl.read_ipc(folder / f"{number}.arrow"),
            named=each["named"],
            merges=tuple(Merge(*merge) for merge in each["merges"]),
            decimal_comma=each["decimal_comma"],
        )
        for number, each in enumerate(manifest["sheets"])
    )
    return Raw(
        encoding=manifest["encoding"],
        sheets=sheets,
        steps=tuple(Step(code, facts, undoable=False) for code, facts in manifest["steps"]),
        findings=tuple(Finding(code, facts, rows) for code, facts, rows in manifest["findings"]),
    )
