"""The report as PDF: A4, tagged for screen readers (PDF/UA-1) and for archives (PDF/A-2a)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, ClassVar

import orjson
import typst

from jejo.kernel.errors import Unavailable
from jejo.onboarding.domain.chart import Chart
from jejo.onboarding.domain.document import ReportDocument
from jejo.onboarding.reports._compose import compose, safe
from jejo.onboarding.reports._glyphs import covered

_REPLACEMENT = "□"
BREAK = "\u200b"
"""Zero-width space: a line may break here."""
_LONGEST = 18
_STRETCH = re.compile(rf"[^_./\\-]{{0,{_LONGEST - 1}}}[_./\\-]|.{{{_LONGEST}}}")


class PdfFile:
    """Renders the report with our typst template.

    The report enters as JSON values, never as markup, so that `#`, `$`, `*`, `@` and `178~186` print as they are.

    Args:
        fonts: folder with Pretendard as OTF, Regular and Bold; where set-up puts it if not given.
    """

    media_type: ClassVar[str] = "application/pdf"
    suffix: ClassVar[str] = "pdf"

    def __init__(self, fonts: Path | None = None) -> None:
        self._fonts = fonts or Path(str(files("jejo"))) / "web" / "static" / "vendor" / "fonts"

    def render(self, document: ReportDocument, charts: Mapping[int, Sequence[Chart]]) -> bytes:
        """Return the file.

        Raises:
            Unavailable: `onboarding.no-fonts` when the font folder holds no Pretendard.
        """
        fonts, _ = _loaded(self._fonts)
        return bytes(
            typst.compile(
                template(),
                font_paths=fonts,
                ignore_system_fonts=True,
                sys_inputs=self.inputs(document, charts),
                pdf_standards=["ua-1", "a-2a"],
            )
        )

    def inputs(self, document: ReportDocument, charts: Mapping[int, Sequence[Chart]]) -> dict[str, str]:
        """Return what the template is given: the report as one JSON text.

        Raises:
            Unavailable: `onboarding.no-fonts` when the font folder holds no Pretendard.
        """
        _, letters = _loaded(self._fonts)
        # 640 units over 182 mm of paper make a text of 12 units about 9.7 points.
        sheet = compose(document, charts, chart_size=(640, 150))
        changed = False

        def printed(text: str) -> str:
            nonlocal changed
            # A letter without a glyph would be an empty box, which the archive standard refuses.
            if letters.issuperset(text):
                return text
            changed = True
            return "".join(each if each in letters else _REPLACEMENT for each in text)

        report: dict[str, Any] = asdict(safe(sheet, lambda text: breakable(printed(text))))
        for table in report["tables"]:
            for chart in table["charts"]:
                chart["svg"] = printed(chart["svg"])
        report["has_replaced_letters"] = changed
        return {"report": orjson.dumps(report).decode()}


def breakable(text: str) -> str:
    """Return a text whose long words may break at the end of a line, as file and column names must.

    >>> breakable("a_short_name " + 30 * "x").replace(BREAK, "|")
    'a_short_name xxxxxxxxxxxxxxxxxx|xxxxxxxxxxxx'
    """
    return " ".join(
        word
        if len(word) <= _LONGEST
        else _STRETCH.sub(lambda found: f"{found[0]}{BREAK}", word).rstrip(BREAK)
        for word in text.split(" ")
    )


def template() -> bytes:
    """Return the typst template."""
    return (files("jejo.onboarding") / "data" / "report.typ").read_bytes()


@cache
def _loaded(folder: Path) -> tuple[typst.Fonts, frozenset[str]]:
    found = sorted(folder.glob("*.otf")) + sorted(folder.glob("*.ttf")) if folder.is_dir() else []
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])
    if not found or "Pretendard" not in fonts.families():
        raise Unavailable("onboarding.no-fonts", folder=str(folder))
    letters = frozenset.intersection(*(covered(font.read_bytes()) for font in found))
    return fonts, letters


plugin = PdfFile
