"""Every code that the room can answer with has a text in both languages, and no text is left over."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from jejo.assessment import domain
from jejo.assessment.domain import Criterion, State
from jejo.assessment.domain.actions import ADDITIONS, DESCRIPTIONS, REPAIRS, STARTS
from jejo.assessment.service.packages import Requirements, read
from jejo.kernel.texts import Language, texts

SOURCES = sorted(Path(domain.__file__).parent.glob("*.py"))


def codes(kind: str) -> set[str]:
    """First arguments of all calls of `kind` in the room's domain."""
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == kind:
                first = node.args[0]
                if isinstance(first, ast.Constant) and isinstance(first.value, str):
                    found.add(first.value)
    return found


def expected() -> Iterator[str]:
    for criterion in Criterion:
        yield f"criteria.{criterion.value}"
    for state in State:
        yield f"states.{state.value}"
    for severity in ("bad", "warn", "info"):
        yield f"severities.{severity}"
    for code in codes("Measure"):
        yield f"measures.{code}"
    for code in codes("Issue"):
        yield f"issues.{code}.message"
        yield f"issues.{code}.hint"
    for code in codes("Action") | {
        *REPAIRS.values(),
        *ADDITIONS.values(),
        *DESCRIPTIONS.values(),
        *STARTS.values(),
    }:
        yield f"actions.{code}"
    package = read("readiness", Requirements)
    for cell in package.cells:
        for route in cell.routes:
            yield f"routes.{route.code}"
            for need in route.needs:
                yield f"missing.{need.measure}.none"
                if need.measure not in package.never:
                    yield f"missing.{need.measure}.few"
    yield "errors.bad-package.message"
    yield "errors.bad-package.hint"


@pytest.mark.parametrize("language", ["ko", "en"])
def test_texts_are_exactly_those_of_the_codes(language: Language) -> None:
    room = {
        key.removeprefix("assessment.") for key in texts(language)._entries if key.startswith("assessment.")
    }
    assert room == set(expected())
