"""The part of the sheet about the label: conditions, leaks, and how far to trust them."""

from jejo.onboarding.domain.document import DriverEntry, LabelEntry
from jejo.onboarding.reports._sheet import Bar, Cause, Figure, LabelPart, Pair
from jejo.onboarding.reports._wording import Wording

MOST_DRIVERS = 8


def label_part(label: LabelEntry, write: Wording) -> LabelPart:
    """Return what goes with the label, the figures to believe first."""
    is_share = label.task != "regression"
    drivers = label.drivers[:MOST_DRIVERS]
    believed = label.metrics_without_leaks or label.metrics
    names = [name for name in believed if not name.endswith(("_low", "_high"))]
    return LabelPart(
        title=label.column,
        text=label.text,
        facts=_facts(label, is_share, write),
        causes=tuple(_cause(driver, is_share, write) for driver in drivers),
        leaks=tuple(Pair(leak.column, leak.why) for leak in label.leaks),
        figures=tuple(_figure(name, label, believed, write) for name in names),
        figures_note=_note(label, believed, write),
        validation=write.known("validation", label.validation) if label.validation else "",
    )


def _rate(value: float, is_share: bool, write: Wording) -> str:
    return write.percent(value) if is_share else write.number(value)


def _facts(label: LabelEntry, is_share: bool, write: Wording) -> tuple[Pair, ...]:
    facts = [Pair(write("label_rows"), write.number(label.rows))]
    if label.base_rate is not None:
        facts.insert(0, Pair(write.known("base_rate", label.task), _rate(label.base_rate, is_share, write)))
    if label.positive is not None:
        facts.insert(0, Pair(write("positive"), label.positive))
    if label.leaks and label.rows_without_leaks is not None and label.rows_without_leaks != label.rows:
        facts.append(Pair(write("rows_without_leaks"), write.number(label.rows_without_leaks)))
        if label.base_rate_without_leaks is not None:
            rate = _rate(label.base_rate_without_leaks, is_share, write)
            facts.append(Pair(write("base_rate_without_leaks"), rate))
    return tuple(facts)


def _cause(driver: DriverEntry, is_share: bool, write: Wording) -> Cause:
    return Cause(
        bar=Bar(driver.name, 100 * driver.importance, write.percent(driver.importance), tone="brand"),
        text=driver.text,
        inside=_rate(driver.rate_inside, is_share, write),
        outside=_rate(driver.rate_outside, is_share, write),
        rows=write("rows", rows=driver.rows_inside),
    )


def _figure(name: str, label: LabelEntry, believed: dict[str, float], write: Wording) -> Figure:
    interval = "–"
    if f"{name}_low" in believed and f"{name}_high" in believed:
        ends = (believed[f"{name}_low"], believed[f"{name}_high"])
        interval = " ~ ".join(_score(name, end, write) for end in ends)
    leaky = label.metrics.get(name) if label.leaks else None
    return Figure(
        name=write.known("metrics", name),
        value=_score(name, believed[name], write),
        interval=interval,
        with_leaks="" if leaky is None else _score(name, leaky, write),
    )


def _score(name: str, value: float, write: Wording) -> str:
    # Errors are in the label's unit; every other measure runs up to 1, and more digits would feign precision.
    return write.number(value) if name == "mae" else f"{value:.3f}"


def _note(label: LabelEntry, believed: dict[str, float], write: Wording) -> str:
    chance = label.base_rate if label.base_rate_without_leaks is None else label.base_rate_without_leaks
    if "pr_auc" not in believed or chance is None:
        return ""
    shown = {"value": believed["pr_auc"], "chance": chance}
    return write("pr_auc_note", **{key: _score("pr_auc", value, write) for key, value in shown.items()})
