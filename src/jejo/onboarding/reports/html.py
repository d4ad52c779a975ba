"""The report as one HTML file that opens anywhere without a network, reads on a phone and prints on A4."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import ClassVar

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from jejo.onboarding.domain.chart import Chart
from jejo.onboarding.domain.document import ReportDocument
from jejo.onboarding.reports._compose import compose


class HtmlFile:
    """Renders the report as a self-contained page: own style, drawn charts, no script.

    A policy in the page forbids everything but its own style, so that not even a hole in the escaping of a
    hostile file could run or load anything.
    """

    media_type: ClassVar[str] = "text/html; charset=utf-8"
    suffix: ClassVar[str] = "html"

    def render(self, document: ReportDocument, charts: Mapping[int, Sequence[Chart]]) -> bytes:
        """Return the file, UTF-8."""
        template, style = _template()
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        page = template.render(
            sheet=compose(document, charts, chart_size=(960, 180)),
            style=Markup(style),  # noqa: S704 - our own style sheet, no foreign text in it
            style_hash=f"sha256-{digest}",
        )
        return page.encode("utf-8")


@cache
def _template() -> tuple[Template, str]:
    folder = files("jejo.onboarding") / "templates"
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    # Drawings escape their texts themselves.
    environment.filters["drawn"] = Markup
    template = environment.from_string((folder / "report_file.html").read_text(encoding="utf-8"))
    return template, (folder / "report_file.css").read_text(encoding="utf-8").strip()


plugin = HtmlFile
