"""Every visible text exists in both languages, with the same placeholders, and every code has its text."""

import re
import string
from pathlib import Path

import pytest

import jejo
from jejo.kernel.texts import texts

SOURCE = Path(jejo.__file__).parent
KOREAN, ENGLISH = texts("ko"), texts("en")
PARTICLE = re.compile(r"\}(은|는|이|가|을|를|와|과|로|으로|라|이라|이나)(?=[\s.,!?)]|$)")
RAISED = re.compile(
    r'(?:Invalid|Unauthenticated|Forbidden|NotFound|Conflict|Unavailable)\(\s*"([a-z_]+)\.([a-z0-9-]+)"'
)


def placeholders(text):
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def entries(catalogue):
    return catalogue._entries


def test_both_languages_have_the_same_keys():
    assert entries(KOREAN).keys() == entries(ENGLISH).keys()


@pytest.mark.parametrize("key", sorted(entries(KOREAN)))
def test_both_languages_have_the_same_placeholders(key):
    assert placeholders(entries(KOREAN)[key]) == placeholders(entries(ENGLISH)[key])
    assert entries(KOREAN)[key].strip()
    assert entries(ENGLISH)[key].strip()


def test_no_particle_follows_a_placeholder():
    assert {key: text for key, text in entries(KOREAN).items() if PARTICLE.search(text)} == {}


def test_every_raised_code_has_message_and_hint():
    missing = set()
    for file in SOURCE.rglob("*.py"):
        for room, what in RAISED.findall(file.read_text(encoding="utf-8")):
            for part in ("message", "hint"):
                if (key := f"{room}.errors.{what}.{part}") not in KOREAN:
                    missing.add(f"{file.name}: {key}")
    assert missing == set()
