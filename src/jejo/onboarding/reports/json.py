"""The report as JSON, for programs."""

from collections.abc import Mapping, Sequence

import orjson

from jejo.onboarding.domain.chart import Chart
from jejo.onboarding.domain.document import ReportDocument


class JsonReport:
    """UTF-8 JSON of the whole document; a number that is none is null."""

    media_type = "application/json"
    suffix = "json"

    def render(self, document: ReportDocument, charts: Mapping[int, Sequence[Chart]]) -> bytes:
        """Return the document; charts are not part of it."""
        return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


plugin = JsonReport
