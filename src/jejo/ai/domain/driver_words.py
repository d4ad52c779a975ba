"""Says drivers and leaks in plain words, through the texts of the reader's language."""

from jejo.ai.domain.drivers import Driver, LabelReport, Leak, Task
from jejo.kernel.texts import Texts


def describe_driver(
    driver: Driver, texts: Texts, unit: str | None = None, *, task: Task = Task.BINARY
) -> str:
    """Return one line: where the label is more likely, how often there and elsewhere, in how many rows.

    Args:
        unit: how the unit of the column is written for people, for example `°C`; left out for ratios and products.
        task: tells a rate from a mean.
    """
    name = texts.text(
        f"ai.drivers.names.{driver.kind}",
        column=driver.columns[0],
        other=driver.columns[-1],
        window=driver.window or 0,
    )
    mark = f" {unit}" if unit and driver.kind not in ("ratio", "product", "pause", "category") else ""
    place = texts.text(
        f"ai.drivers.ranges.{driver.direction}",
        name=name,
        low="" if driver.low is None else texts.show(driver.low) + mark,
        high="" if driver.high is None else texts.show(driver.high) + mark,
        category=driver.category or "",
    )
    # A mean keeps its digits: a hundredth may matter in its unit.
    inside, outside = (
        rate if task is Task.REGRESSION else _rounded(100 * rate)
        for rate in (driver.rate_inside, driver.rate_outside)
    )
    return texts.text(
        f"ai.drivers.rates.{task.value}",
        place=place,
        inside=inside,
        outside=outside,
        rows=driver.rows_inside,
        value=driver.label_value or "",
    )


def describe_leak(leak: Leak, texts: Texts) -> str:
    """Return one line: the column, and why it is the label in disguise."""
    facts = {name: _rounded(fact) if isinstance(fact, float) else fact for name, fact in leak.facts.items()}
    return texts.text(f"ai.leaks.{leak.why}", column=leak.column, **facts)


def describe_outcome(report: LabelReport, texts: Texts) -> str:
    """Return one line on how far the figures can be believed, or why there are none."""
    if report.not_computable is not None:
        return texts.text(f"ai.labels.{report.not_computable}", **report.not_computable_facts)
    main = {Task.BINARY: "pr_auc", Task.MULTICLASS: "macro_f1", Task.REGRESSION: "r2"}[report.task]
    figure = report.metrics_without_leaks[main]
    base = report.base_rate if report.base_rate_without_leaks is None else report.base_rate_without_leaks
    return texts.text(
        f"ai.drivers.outcome.{'none' if report.no_skill else 'some'}.{report.task.value}",
        value=_rounded(figure.value),
        low=_rounded(figure.low),
        high=_rounded(figure.high),
        base=_rounded(base),
        validation=texts.text(f"ai.drivers.validation.{report.validation}"),
    )


def _rounded(value: float) -> float:
    """Return the number with as many digits as a reader can use."""
    return round(value, 1) if abs(value) >= 1 else round(value, 3)
