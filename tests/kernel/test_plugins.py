import sys
from types import ModuleType

import pytest

from jejo.kernel.errors import NotFound, Unavailable
from jejo.kernel.plugins import Plugins


@pytest.fixture
def folder(tmp_path, monkeypatch):
    package = tmp_path / "shapes"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "circle.py").write_text("plugin = 'round'\n")
    (package / "square.py").write_text("import a_library_nobody_has\nplugin = 'edged'\n")
    (package / "_drawing.py").write_text("raise RuntimeError('never imported')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    yield Plugins("shapes")
    for name in [name for name in sys.modules if name.split(".")[0] == "shapes"]:
        del sys.modules[name]


def test_files_are_found_by_name_without_importing_them(folder):
    assert folder.names() == ["circle", "square"]
    assert not isinstance(sys.modules.get("shapes.circle"), ModuleType)
    assert folder.get("circle") == "round"


def test_an_unknown_name_is_answered_with_the_known_ones(folder):
    with pytest.raises(NotFound) as problem:
        folder.get("triangle")
    assert problem.value.facts["known"] == ["circle", "square"]


def test_a_missing_library_is_named(folder):
    with pytest.raises(Unavailable) as problem:
        folder.get("square")
    assert problem.value.facts["library"] == "a_library_nobody_has"
