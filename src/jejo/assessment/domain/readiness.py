"""Which of the 35 manufacturing-AI cells the data can carry now, nearly, or not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from jejo.assessment.domain.answers import Missing, Readiness, State
from jejo.assessment.domain.holdings import Holdings
from jejo.kernel.errors import Fact

_ADDABLE = 2


@dataclass(frozen=True, slots=True)
class Need:
    """One requirement of a route.

    Args:
        measure: code of the figure; texts `assessment.missing.<measure>.none` and `.few`.
        at_least: smallest sufficient amount.
        is_core: without it another kind of data would have to be gathered first.
        after: measure that must be met before this one is asked for.
    """

    measure: str
    at_least: float
    is_core: bool = False
    after: str | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """One use of a cell, with what it needs; text `assessment.routes.<code>`."""

    code: str
    needs: tuple[Need, ...]


@dataclass(frozen=True, slots=True)
class CellNeeds:
    """The routes to one cell; the best one counts.

    Args:
        records: measures that count kinds of records, which may lie in different tables.
    """

    cell: str
    routes: tuple[Route, ...]
    records: frozenset[str] = frozenset()


def readiness_of(cell: CellNeeds, holdings: Sequence[Holdings]) -> Readiness:
    """Judge one cell by its best route and table.

    Args:
        holdings: one per table. The core must be in one table; whatever else may be in another.
    Returns:
        `ready` when nothing is missing; `nearly` when the core is there and at most two other things are
        missing; else `no`. What is missing is named with amounts.
    """
    anywhere: dict[str, float] = {}
    for held in holdings:
        for measure in held.keys() & cell.records:
            anywhere[measure] = max(anywhere.get(measure, 0.0), held[measure])
    answers = [_judged(cell.cell, route, held, anywhere) for route in cell.routes for held in (*holdings, {})]
    order = (State.READY, State.NEARLY, State.NO)
    return min(answers, key=lambda answer: (order.index(answer.state), len(answer.missing)))


def _judged(cell: str, route: Route, own: Holdings, anywhere: Holdings) -> Readiness:
    unmet: dict[str, Need] = {}
    held = {**own, **anywhere}
    for need in route.needs:
        if (own if need.is_core else held).get(need.measure, 0.0) < need.at_least:
            # The core comes first and says what is missing at all; a larger amount adds nothing to it.
            unmet.setdefault(need.measure, need)
    asked = [need for need in unmet.values() if need.after not in unmet]
    missing = tuple(Missing(*_named(need, held)) for need in asked)
    if not missing:
        return Readiness(cell, State.READY, route=route.code)
    is_far = any(need.is_core for need in asked) or len(asked) > _ADDABLE
    return Readiness(cell, State.NO if is_far else State.NEARLY, missing, route.code)


def _named(need: Need, held: Holdings) -> tuple[str, Mapping[str, Fact]]:
    amount = held.get(need.measure, 0.0)
    if not amount:
        return f"{need.measure}.none", {"need": _shown(need.measure, need.at_least)}
    return f"{need.measure}.few", {
        "have": _shown(need.measure, amount),
        "need": _shown(need.measure, need.at_least),
    }


def _shown(measure: str, amount: float) -> Fact:
    return timedelta(days=amount) if measure == "span" else round(amount, 2)
