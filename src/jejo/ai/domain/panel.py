"""Several detectors, one verdict: each with its own limit and its part of the false-alarm budget."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from jejo.ai.domain.anomaly import Detector, Rows, Scores
from jejo.ai.domain.limits import Limit, held_out_scores, learn_limit
from jejo.kernel.errors import Invalid

BUDGET = 0.001
"""The usual budget: one row in a thousand."""
_LEAST_ROWS = 40
"""Four of five blocks must still be enough for a detector to learn from."""
_COMPARED = 2000
"""Usual rows whose contributions are worked out, for comparison."""


class Panel:
    """Detectors fitted on the same usual rows; any of them may raise an alarm.

    Args:
        makers: name → constructor of a member.
        demands: name → margin that counts as the panel's limit, where it is not 1: more for a member whose own
            limit is the less certain.
        budget: share of usual rows that may exceed the limit of any member, before persistence.
    """

    def __init__(
        self,
        makers: Mapping[str, Callable[[], Detector]],
        demands: Mapping[str, float] | None = None,
        budget: float = BUDGET,
    ) -> None:
        self._budget = budget
        self._makers = dict(makers)
        self._demands = np.array([(demands or {}).get(name, 1.0) for name in self._makers])
        self._members: list[tuple[Detector, Limit]] = []
        self._usual_parts: list[NDArray[np.float64]] = []

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the members, in the order of the columns of `margins`."""
        return tuple(self._makers)

    def fit(self, rows: Rows, starts: Sequence[int] = ()) -> None:
        """Fit every member and learn its limit.

        Raises:
            Invalid: `ai.too-few-rows`, `ai.missing-values`.
        """
        if len(rows) < _LEAST_ROWS:
            raise Invalid("ai.too-few-rows", rows=len(rows), needed=_LEAST_ROWS)
        budget = self._budget / len(self._makers)
        self._members, self._usual_parts = [], []
        for make in self._makers.values():
            member = make()
            member.fit(rows, starts)
            self._members.append((member, learn_limit(held_out_scores(make, rows, starts), budget)))
            self._usual_parts.append(member.contributions(rows[:_COMPARED]).mean(axis=0))

    def margins(self, rows: Rows) -> NDArray[np.float64]:
        """Return each member's margin, shape (n, members): 0 is usual, 1 what alarms; rows follow each other."""
        margins = np.stack([limit.margin(member.score(rows)) for member, limit in self._members], axis=1)
        return np.asarray(margins / self._demands)

    def verdict(self, margins: NDArray[np.float64]) -> Scores:
        """Return one margin per row, shape (n,): that of the member which finds it strangest."""
        return np.asarray(margins.max(axis=1))

    def shares(self, rows: Rows, weights: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return each signal's part of what is stranger than usual, shape (n, d), rows add up to 1 or are 0.

        Args:
            weights: shape (n, members): how much each member has to say, for example its margin beyond the limit.
        """
        total = np.zeros(rows.shape)
        for column, (member, _) in enumerate(self._members):
            if weights[:, column].any():
                beyond = np.maximum(member.contributions(rows) - self._usual_parts[column], 0.0)
                total += weights[:, [column]] * _rows_to_one(beyond)
        return _rows_to_one(total)


def _rows_to_one(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    whole = parts.sum(axis=1, keepdims=True)
    return np.asarray(np.divide(parts, whole, out=np.zeros_like(parts), where=whole > 0), dtype=np.float64)
