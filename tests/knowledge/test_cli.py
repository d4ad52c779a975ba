"""`jejo knowledge …`."""

import json

import pytest
from typer.testing import CliRunner

from jejo.knowledge.cli import commands
from jejo.knowledge.service import KnowledgeService

KNOWLEDGE = KnowledgeService()


def run(*arguments: str) -> str:
    result = CliRunner().invoke(commands(lambda: KNOWLEDGE), list(arguments))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize(
    ("verb", "count"),
    [("concepts", len(KNOWLEDGE.concepts())), ("processes", 26), ("cells", 35), ("packages", 5)],
)
def test_json_lists_everything(verb, count):
    assert len(json.loads(run(verb, "--json"))) == count


@pytest.mark.parametrize("verb", ["concepts", "units", "processes", "cells", "packages"])
def test_tables_have_korean_heads(verb):
    assert any(word in run(verb) for word in ("식별자", "UCUM"))


def test_help_reads_no_package():
    def never() -> KnowledgeService:
        raise AssertionError

    assert CliRunner().invoke(commands(never), ["--help"]).exit_code == 0
