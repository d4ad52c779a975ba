"""Says an anomaly in plain words, through the texts of the reader's language."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from jejo.ai.domain.anomaly import Anomaly, Share, UsualRange
from jejo.kernel.texts import Texts

_CLEAR_CHANGE = 0.25
"""Part of the usual range by which a mean must move before it is called higher or lower."""
_NAMED = 3
_LEAST_SHARE = 0.1


def describe(
    anomaly: Anomaly,
    texts: Texts,
    start: datetime | int,
    end: datetime | int,
    usual: Sequence[UsualRange],
    units: Mapping[str, str] | None = None,
) -> str:
    """Return two or three short sentences: what changed by how much, in what way, what else took part.

    Args:
        start, end: times of the first and the last row, or row numbers as the reader counts them.
        usual: the report's ranges; a signal without one is named without figures.
        units: of signals, as written for people, where known.
    """
    ranges = {each.signal: each for each in usual}
    # Minutes are shown, not seconds: a short interval begins and ends at the same one.
    if texts.show(start) == texts.show(end):
        sentences = [texts.text("ai.anomalies.at", start=start)]
    else:
        sentences = [texts.text("ai.anomalies.when", start=start, end=end)]
    if anomaly.shares:
        unit = (units or {}).get(anomaly.shares[0].signal, "")
        sentences.append(_signal_sentence(anomaly.shares[0], ranges, texts, unit))
    sentences += [texts.text(f"ai.anomalies.kinds.{name}") for name in _kind(anomaly, texts)]
    others = [share.signal for share in anomaly.shares[1:_NAMED] if share.share >= _LEAST_SHARE]
    if others:
        sentences.append(texts.text("ai.anomalies.others", signals=others))
    return " ".join(sentences)


def _signal_sentence(share: Share, ranges: dict[str, UsualRange], texts: Texts, unit: str) -> str:
    usual = ranges.get(share.signal)
    if usual is None:
        return texts.text("ai.anomalies.changed.unknown", signal=share.signal)
    direction = "same"
    if abs(share.change) >= _CLEAR_CHANGE * (usual.high - usual.low):
        direction = "higher" if share.change > 0.0 else "lower"
    return texts.text(
        f"ai.anomalies.changed.{direction}",
        signal=share.signal,
        change=f"{texts.show(_rounded(abs(share.change)))} {unit}".rstrip(),
        low=_rounded(usual.low),
        high=_rounded(usual.high),
    )


def _kind(anomaly: Anomaly, texts: Texts) -> list[str]:
    """Return the detector whose finding is told, if its kind has words: one from outside has none."""
    return [name for name in anomaly.detectors[:1] if f"ai.anomalies.kinds.{name}" in texts]


def _rounded(value: float) -> float:
    """Three figures: a mean over an interval is no more exact."""
    return float(f"{value:.3g}")
