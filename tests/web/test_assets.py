"""The browser parts: everything a template names exists, nothing comes from elsewhere."""

import gzip
import json
import re
from pathlib import Path

import pytest

import jejo
from jejo.web.assets import FOLDER
from jejo.web.frame import rooms_with_templates
from required import missing

SOURCE = Path(jejo.__file__).parent
ROOT = SOURCE.parents[1]
STANDALONE = {"report_file.html"}
"""Files that readers download: they carry their style inside and are never served as a page."""
TEMPLATES = [
    file
    for folder in rooms_with_templates().values()
    for file in folder.glob("*.html")
    if file.name not in STANDALONE
]
OWN = [FOLDER / name for name in ("frame.js", "upload.js", "chart.js", "jejo.css", "icon.svg")]


@pytest.fixture(scope="module")
def vendor() -> Path:
    if not (FOLDER / "vendor" / "stamp").is_file():
        missing("browser parts are missing: run python tools/fetch_assets.py")
    return FOLDER / "vendor"


def test_every_icon_of_templates_and_menus_is_in_the_sprite(vendor):
    sprite = (vendor / "icons.svg").read_text(encoding="utf-8")
    used = set()
    for file in TEMPLATES:
        for call in re.findall(r"parts\.icon\(([^)]*)\)", file.read_text(encoding="utf-8")):
            used |= set(re.findall(r'"([a-z0-9-]+)"', call))
    for file in SOURCE.rglob("*.py"):
        used |= set(re.findall(r'\bicon="([a-z0-9-]+)"', file.read_text(encoding="utf-8")))
    assert len(used) > 5
    assert {name for name in used if f'id="{name}"' not in sprite} == set()


def test_every_static_file_that_templates_name_exists(vendor):
    named = {
        path
        for file in TEMPLATES
        for path in re.findall(r"static\('([^']+)'\)", file.read_text(encoding="utf-8"))
    }
    assert "chart.js" in named
    assert {path for path in named if not (FOLDER / path).is_file()} == set()


def test_every_font_that_the_style_sheet_names_exists(vendor):
    sheet = vendor / "pretendard" / "pretendard.css"
    fonts = re.findall(r"url\(([^)]+)\)", sheet.read_text(encoding="utf-8"))
    assert len(fonts) > 50
    assert [font for font in fonts if not (sheet.parent / font.strip("'\"")).is_file()] == []


@pytest.mark.parametrize("file", TEMPLATES, ids=lambda file: file.name)
def test_templates_hold_no_inline_code_style_or_foreign_address(file):
    text = file.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert not re.search(r"(src|href)=\"(https?:)?//", text)


@pytest.mark.parametrize("file", OWN, ids=lambda file: file.name)
def test_own_files_name_no_other_machine_and_build_no_code(file):
    text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
    assert "://" not in text
    assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text)


def test_every_part_is_pinned_to_one_version_with_its_digest():
    pins = json.loads((ROOT / "package.json").read_text(encoding="utf-8"))
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    for name, version in {**pins["dependencies"], **pins["devDependencies"]}.items():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
        assert lock[f"node_modules/{name}"]["version"] == version
        assert lock[f"node_modules/{name}"]["integrity"].startswith("sha512-")
        assert "resolved" not in lock[f"node_modules/{name}"]


def test_scripts_and_styles_stay_within_the_budget(vendor):
    def weight(*files):
        return sum(len(gzip.compress(file.read_bytes())) for file in files)

    frame = FOLDER / "frame.js"
    assert weight(frame, FOLDER / "chart.js", vendor / "uPlot.iife.min.js") <= 60_000
    assert weight(frame, vendor / "htmx.min.js") <= 60_000
    sheets = (FOLDER / "jejo.css", vendor / "uPlot.min.css", vendor / "pretendard" / "pretendard.css")
    assert weight(*sheets) <= 20_000
