"""Writes docs/settings.md from the settings dataclass; `--check` only compares."""

import sys
from dataclasses import fields
from pathlib import Path

from jejo.kernel.settings import Settings

TARGET = Path(__file__).parents[1] / "docs" / "settings.md"
HEAD = """# Settings

From a TOML file named by `JEJO_SETTINGS`, then `JEJO_<NAME>` in the environment, then flags. Stores are URLs; an empty one means: below `home`.

| Name | Default | Unit | What |
|---|---|---|---|
"""


def page() -> str:
    """Return the page as it should be."""
    rows = (
        f"| `{each.name}` | {f'`{each.default}`' if each.default != '' else ''} | {each.metadata['unit']} | {each.metadata['help']} |"
        for each in fields(Settings)
    )
    return HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    if "--check" in sys.argv:
        raise SystemExit(
            0
            if TARGET.read_text(encoding="utf-8") == page()
            else "docs/settings.md is old: run tools/write_settings.py"
        )
    TARGET.write_text(page(), encoding="utf-8")
