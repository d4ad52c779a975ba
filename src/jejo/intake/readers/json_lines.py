"""JSON lines, and one JSON array of objects: keys become columns."""

import json
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from jejo.intake.domain.encoding import decode
from jejo.intake.domain.limits import Limits
from jejo.intake.domain.raw import Raw, Sheet
from jejo.intake.domain.table import Finding
from jejo.kernel.errors import Invalid


class JsonLines:
    """Reads objects, one per line or in one array; nested objects become `outer.inner`, lists JSON text."""

    def read(self, path: Path, limits: Limits) -> Raw:
        """Return one sheet named after the file; every value as text, types are found later."""
        decoded = decode(path.read_bytes())
        text = decoded.text.lstrip("\ufeff").strip()
        try:
            rows, broken = _objects(text, path.name)
        except RecursionError as deep:
            raise Invalid("intake.unreadable", name=path.name) from deep
        names = list(dict.fromkeys(name for row in rows for name in row))
        if not names:
            raise Invalid("intake.no-table", name=path.name)
        if len(names) > limits.columns:
            raise Invalid("intake.too-many-columns", limit=limits.columns)
        if len(names) * len(rows) > limits.cells:
            raise Invalid("intake.too-many-cells", limit=limits.cells)
        frame = pl.DataFrame(
            [pl.Series(name, [row.get(name) for row in rows], pl.String) for name in names],
        )
        findings = (Finding("text.broken-lines", {"count": broken}, rows=broken),) if broken else ()
        return Raw(decoded.encoding, (Sheet(path.stem, frame, named=True),), findings=findings)


def _objects(text: str, name: str) -> tuple[list[dict[str, str | None]], int]:
    whole = _parsed(text)
    if isinstance(whole, list):
        return [_flat(each) for each in whole if isinstance(each, dict)], sum(
            not isinstance(each, dict) for each in whole
        )
    if isinstance(whole, dict):
        inner = [
            each for each in whole.values() if isinstance(each, list) and each and isinstance(each[0], dict)
        ]
        # One object that wraps its rows: {"data": [{…}, …]}.
        return ([_flat(each) for each in inner[0] if isinstance(each, dict)] if inner else [_flat(whole)]), 0
    rows: list[dict[str, str | None]] = []
    broken = 0
    for line in text.split("\n"):
        if not line.strip():
            continue
        value = _parsed(line)
        if isinstance(value, dict):
            rows.append(_flat(value))
        else:
            broken += 1
    if broken > len(rows):
        raise Invalid("intake.unreadable", name=name)
    return rows, broken


def _parsed(text: str) -> object:
    try:
        value: object = json.loads(text)
    except ValueError:
        return None
    return value


def _flat(value: dict[str, object]) -> dict[str, str | None]:
    return dict(_leaves(value, ""))


def _leaves(value: dict[str, object], path: str) -> Iterator[tuple[str, str | None]]:
    for key, inner in value.items():
        if isinstance(inner, dict):
            yield from _leaves(inner, f"{path}{key}.")
        elif inner is None or isinstance(inner, str):
            yield f"{path}{key}", inner
        else:
            # Surrogates that JSON may escape but UTF-8 cannot hold must not stop the file.
            yield f"{path}{key}", json.dumps(inner, ensure_ascii=False).encode("utf-8", "replace").decode()


plugin = JsonLines()
