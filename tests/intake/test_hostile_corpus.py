"""The whole hostile corpus through the real service: each file refused with a reason, or read without harm."""

import io
import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from intake.hostile_corpus import FILES
from intake.hostile_files import Hostile
from jejo.accounts.domain import LOCAL_OWNER
from jejo.intake.service import IntakeService, Limits
from jejo.intake.storage import FolderOriginals
from jejo.kernel.errors import Invalid
from jejo.kernel.texts import LANGUAGES, texts
from jejo.knowledge.service import KnowledgeService

pytestmark = pytest.mark.slow

_MOST_MB = 150
_MOST_S = 10
_HERE = Path(__file__)
_KNOWLEDGE = KnowledgeService()


def _processor_s() -> float:
    # Wall time would measure what else the machine does.
    return sum(os.times()[:4])


def read(hostile: Hostile, folder: Path):
    """Return the code a file is refused with, or the tables it was read as."""
    path = folder / hostile.file_name
    hostile.write(path)
    limits = replace(Limits(), **(hostile.lowered or {}))
    service = IntakeService(_KNOWLEDGE, FolderOriginals((folder / "kept").as_uri()), limits)
    begun = _processor_s()
    try:
        found = service.read(path, scope=LOCAL_OWNER)
    except Invalid as problem:
        if not all(all(texts(language).problem(problem)) for language in LANGUAGES):
            raise
        if list((folder / "kept").rglob("*")):
            raise AssertionError(f"kept although refused: {hostile.what}") from problem
        return problem.code, _processor_s() - begun
    return [table for intake in found for table in intake.tables], _processor_s() - begun


def write_all(place: Path) -> None:
    """Write the corpus; in a process of its own, as making a file may need more memory than reading it."""
    for number, hostile in enumerate(FILES):
        (place / str(number)).mkdir()
        hostile.write(place / str(number) / hostile.file_name)


def measure(place: Path, part: int, parts: int) -> None:
    """Read every `parts`-th file in this process; print what became of each and the growth of this process."""
    import resource

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "kept").mkdir()
        usual = Hostile("usual", "usual.csv", lambda path: path.write_bytes(b"a,b\n" + b"1,2\n" * 50))
        read(usual, Path(folder))
    for hostile in FILES[part::parts]:
        placed = replace(hostile, write=lambda path: None)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        found, seconds = read(placed, place / str(FILES.index(hostile)))
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        code = found if isinstance(found, str) else None
        kinds = [] if code else sorted({str(kind) for table in found for kind in table.frame.dtypes})
        line = {"what": hostile.what, "code": code, "kinds": kinds, "s": round(seconds, 2)}
        sys.stdout.write(
            json.dumps(line | {"grown_mb": (after - before) / 1000, "peak_mb": after / 1000}) + "\n"
        )


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    """Two processes share the corpus, as a server with two readers would."""
    command = [sys.executable, str(_HERE)]
    place = str(tmp_path_factory.mktemp("corpus"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(_HERE.parents[1]), *sys.path])}
    subprocess.run([*command, place], env=environment, check=True, timeout=120)
    running = [
        subprocess.Popen(
            [*command, place, str(part), "2"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment
        )
        for part in range(2)
    ]
    lines, growth = [], []
    for each in running:
        out, words = each.communicate(timeout=400)
        assert each.returncode == 0, words.decode()[-2_000:]
        mine = [json.loads(line) for line in out.splitlines()]
        growth.append(max(line["peak_mb"] for line in mine) - (mine[0]["peak_mb"] - mine[0]["grown_mb"]))
        lines += mine
    return {line["what"]: line for line in lines}, max(growth)


def test_every_file_of_the_corpus_is_another():
    assert len({each.what for each in FILES}) == len(FILES) >= 80


def test_every_hostile_file_is_refused_with_a_reason_or_read_without_harm(outcomes, capsys):
    found, _ = outcomes
    wrong = [
        (each.what, found[each.what]["code"])
        for each in FILES
        if (code := found[each.what]["code"]) not in each.codes and not (code is None and each.may_be_read)
    ]
    codes = Counter(line["code"] or "read" for line in found.values())
    with capsys.disabled():
        print(  # noqa: T201
            f"\n{len(FILES)} hostile files: {len(FILES) - codes['read']} refused, {codes['read']} read; {dict(codes)}"
        )
    assert wrong == []
    assert all(
        kind in ("String", "Float64", "Datetime(time_unit='us', time_zone='UTC')")
        for line in found.values()
        for kind in line["kinds"]
    )


def test_the_process_that_asks_stays_small(outcomes, capsys):
    found, growth = outcomes
    longest = max(found.values(), key=lambda line: line["s"])
    with capsys.disabled():
        print(  # noqa: T201
            f"\ngrowth of the asking process: {growth:.0f} MB; longest: {longest['s']} s ({longest['what']})"
        )
    assert growth <= _MOST_MB


def test_no_hostile_file_takes_long(outcomes):
    found, _ = outcomes
    assert [line for line in found.values() if line["s"] > _MOST_S] == []


@pytest.mark.parametrize("what", ["formula injection", "formula injection in a workbook"])
def test_formulas_stay_texts_also_in_exports(what, tmp_path):
    (hostile,) = (each for each in FILES if each.what == what)
    (table,), _ = read(hostile, tmp_path)
    words = next(name for name in table.frame.columns if table.frame[name].dtype == pl.String)
    assert any(cell.startswith("=") for cell in table.frame[words].drop_nulls())
    book = io.BytesIO()
    table.frame.write_excel(book)
    sheet = _sheet_of(book)
    assert b"<f>" not in sheet
    assert b"WEBSERVICE" not in sheet


def _sheet_of(book: io.BytesIO) -> bytes:
    import zipfile

    with zipfile.ZipFile(book) as archive:
        return archive.read("xl/worksheets/sheet1.xml")


def test_no_file_of_this_machine_comes_into_a_table(tmp_path):
    for hostile in FILES:
        if "entity" in hostile.what and hostile.may_be_read:
            found, _ = read(hostile, tmp_path)
            assert "root:" not in str(found)


if __name__ == "__main__":
    if len(sys.argv) == 2:
        write_all(Path(sys.argv[1]))
    else:
        measure(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
