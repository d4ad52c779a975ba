"""`docs/howto/backup.md` as a reader follows it: every command runs, and the second machine shows the same."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

import jejo
from history.building import START
from jejo.accounts.domain import LOCAL_OWNER
from upkeep.homes import a_house, close

HOWTO = Path(__file__).parents[2] / "docs" / "howto" / "backup.md"
EXAMPLE = Path(jejo.__file__).parent / "onboarding" / "data" / "example_injection_simulated.xlsx"

pytestmark = pytest.mark.slow


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def environment(tmp_path):
    return {**os.environ, "JEJO_HOME": str(tmp_path / "first"), "JEJO_PORT": str(free_port())}


def run(words, folder, environment, expected=0):
    settings = dict(word.split("=", 1) for word in words if re.match(r"[A-Z_]+=", word))
    command = [word for word in words if not re.match(r"[A-Z_]+=", word)]
    assert command[0] == "jejo"
    done = subprocess.run(
        [sys.executable, "-m", *command],
        cwd=folder,
        env={**environment, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == expected, done.stdout + done.stderr
    return done


def shown(home):
    house = a_house(home)
    reports = house.onboarding.reports(LOCAL_OWNER)
    kept = [
        house.onboarding.rendered(LOCAL_OWNER, each.id, language, form)
        for each in reports
        for language in ("ko", "en")
        for form in ("json", "html", "xlsx")
    ]
    signals = [signal.id for machine in house.plant.equipment(LOCAL_OWNER) for signal in machine.signals]
    end = START.replace(year=START.year + 9)
    readings = house.history.read(LOCAL_OWNER, signals, START.replace(year=2000), end)
    close(house)
    return reports, kept, readings.to_dicts()


def test_every_command_of_the_howto_runs_and_reports_stay_identical(tmp_path, environment):
    run(["jejo", "diagnose", str(EXAMPLE), "--json"], tmp_path, environment)
    before = shown(tmp_path / "first")
    assert before[0]
    assert before[1]
    assert before[2]
    blocks = re.findall(r"```sh\n(.*?)```", HOWTO.read_text(encoding="utf-8"), re.DOTALL)
    commands = [shlex.split(line) for block in blocks for line in block.splitlines()]
    assert len(commands) == 7
    for words in commands:
        run(words, tmp_path, environment)
    assert shown(tmp_path / "first") == before
    assert shown(tmp_path / "second") == before


def test_a_running_product_is_told_and_its_home_not_replaced(tmp_path, environment):
    run(["jejo", "upgrade"], tmp_path, environment)
    server = subprocess.Popen([sys.executable, "-m", "jejo", "up"], env=environment, cwd=tmp_path)
    try:
        address = f"http://127.0.0.1:{environment['JEJO_PORT']}/health/live"
        for _ in range(300):
            try:
                urllib.request.urlopen(address, timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        told = json.loads(run(["jejo", "doctor", "--json"], tmp_path, environment).stdout)
        assert [each["outcome"] for each in told if each["check"] == "port"] == ["running"]
        run(["jejo", "backup", "all.zip"], tmp_path, environment)
        refused = run(["jejo", "restore", "all.zip", "--yes"], tmp_path, environment, expected=5)
        assert "error[upkeep.in-use]" in refused.stderr
    finally:
        server.terminate()
        server.wait(timeout=20)
    run(["jejo", "restore", "all.zip", "--yes"], tmp_path, environment)
