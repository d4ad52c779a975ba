"""The child process: parse one file under limits, leave Arrow files and a manifest.

`python -m jejo.intake.readers FORMAT PATH FOLDER LIMITS`, the limits as a JSON object.
"""

import importlib
import importlib.util
import json
import resource
import sys
from pathlib import Path
from typing import cast

import polars as pl

from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Raw, Reader
from jejo.kernel.errors import Invalid, Problem
from jejo.kernel.plugins import Plugins


def main(arguments: list[str]) -> int:
    """Return 0 when `FOLDER/manifest.json` lists the sheets, 2 when it names a problem."""
    file_format, path, folder, told = arguments
    limits = Limits(**json.loads(told))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 5))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        raw = _reader(file_format).read(Path(path), limits)
        _check_texts(raw, limits)
        _hand_over(raw, Path(folder))
    except Problem as problem:
        return _refuse(problem, Path(folder))
    except MemoryError:
        return _refuse(Invalid("intake.too-large-to-read", name=Path(path).name), Path(folder))
    except RecursionError:
        return _refuse(Invalid("intake.unreadable", name=Path(path).name), Path(folder))
    return 0


def _reader(file_format: str) -> Reader:
    # Looking through all installed packages takes as long as a small file: only for formats that are not our own.
    name = f"jejo.intake.readers.{file_format}"
    if importlib.util.find_spec(name) is not None:
        return cast(Reader, importlib.import_module(name).plugin)
    return Plugins[Reader]("jejo.intake.readers").get(file_format)


def _check_texts(raw: Raw, limits: Limits) -> None:
    total = 0
    for sheet in raw.sheets:
        for column in sheet.frame.get_columns():
            if column.dtype == pl.String:
                total += int(column.str.len_bytes().sum())
        if total > limits.text_bytes:
            raise Invalid("intake.too-large", limit=limits.text_bytes // 1_000_000)


def _refuse(problem: Problem, folder: Path) -> int:
    manifest = {"problem": problem.code, "kind": type(problem).__name__, "facts": problem.facts}
    (folder / "manifest.json").write_text(json.dumps(manifest, default=str), encoding="utf-8")
    return 2


def _hand_over(raw: Raw, folder: Path) -> None:
    sheets = []
    for number, sheet in enumerate(raw.sheets):
        frame = sheet.frame if sheet.named else sheet.frame.with_columns(pl.all().cast(pl.String))
        frame.write_ipc(folder / f"{number}.arrow", compression="uncompressed")
        sheets.append(
            {
                "name": sheet.name,
                "named": sheet.named,
                "decimal_comma": sheet.decimal_comma,
                "merges": [[each.top, each.left, each.bottom, each.right] for each in sheet.merges],
            }
        )
    manifest = {
        "encoding": raw.encoding,
        "sheets": sheets,
        "steps": [[each.code, dict(each.facts)] for each in raw.steps],
        "findings": [[each.code, dict(each.facts), each.rows] for each in raw.findings],
    }
    (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
