"""Numbers, times and texts of a file form in the reader's language."""

import math
from datetime import datetime

from jejo.kernel.clock import SEOUL
from jejo.kernel.errors import Fact
from jejo.kernel.texts import Texts


class Wording:
    """Writes texts below `onboarding.file` and formats figures.

    >>> from jejo.kernel.texts import texts
    >>> Wording(texts("en")).percent(0.9996)
    '99.9%'
    """

    def __init__(self, say: Texts) -> None:
        self.say = say

    def __call__(self, key: str, /, **facts: Fact) -> str:
        return self.say.text(f"onboarding.file.{key}", **facts)

    def known(self, group: str, code: str) -> str:
        """Return the text of a code, or the code itself where a newer room sends one unknown here."""
        key = f"{group}.{code}"
        return self(key) if f"onboarding.file.{key}" in self.say else code

    def number(self, value: Fact) -> str:
        """Return a figure as the reader expects it; endless is ∞, none is –."""
        if isinstance(value, float) and not math.isfinite(value):
            return "–" if math.isnan(value) else "∞" if value > 0 else "−∞"
        return self.say.show(value)

    def score(self, value: float) -> str:
        """Return a score of 0–100 without decimals."""
        return "–" if math.isnan(value) else self.number(round(value))

    def percent(self, share: float) -> str:
        """Return a share 0–1 as per cent; only exactly all is 100 % and only exactly none is 0 %."""
        value = 100 * share
        if value != value:
            return "–"
        if 0 < value < 0.01:
            return "<0.01%"
        if 99 < value < 100:
            return f"{min(value, 99.94):.1f}%" if value < 99.95 else "99.9%"
        if 0 < abs(value) < 1:
            return f"{value:.2g}%"
        return f"{value:.1f}%" if abs(value) < 10 and value != int(value) else f"{value:.0f}%"

    def change(self, value: float, unit: str) -> str:
        """Return a difference with its sign and unit."""
        sign = "+" if value > 0 else "−" if value < 0 else "±"
        return f"{sign}{self.number(abs(value))} {unit}".rstrip()

    def size(self, count: int) -> str:
        """Return a file size."""
        for unit, step in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
            if count >= step:
                return f"{count / step:.1f} {unit}"
        return f"{count} B"

    def moment(self, iso: str) -> str:
        """Return a point in time in words, Korean wall-clock time."""
        return self.say.show(datetime.fromisoformat(iso))

    def span(self, start: str, end: str) -> str:
        """Return two points in time; the day once where it is the same."""
        first, last = (datetime.fromisoformat(each) for each in (start, end))
        shown = [self.moment(start), self.moment(end)]
        if self._local(first).date() == self._local(last).date():
            day = self.say.show(self._local(first).date())
            shown[1] = shown[1].removeprefix(day).strip()
        return " ~ ".join(shown) if first != last else shown[0]

    @staticmethod
    def _local(moment: datetime) -> datetime:
        return moment.astimezone(SEOUL) if moment.tzinfo else moment
