"""Tables that stand one under the other in a sheet under the same header: one table with a column that says which."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import polars as pl

_NAMES: Final = ("구분", "표 구분", "표 구분 이름")
_LOOK_BACK: Final = 4


@dataclass(frozen=True, slots=True)
class Stacked:
    """The rows of all blocks.

    Args:
        frame: without titles and repeated headers; with a first column of titles where there is more than one.
        column: that column, or None: the header only repeats, as on printed pages.
        blocks: number of different titles.
    """

    frame: pl.DataFrame
    column: str | None
    blocks: int


def unstacked(frame: pl.DataFrame, again: pl.Series, titles: Sequence[str]) -> Stacked:
    """Return the rows without repeated headers, each block under its own title marked by it.

    Args:
        again: marks the rows that say the header again.
        titles: texts above the first header; the last one is the first block's title.
    """
    filled = frame.select(pl.sum_horizontal(pl.all().is_not_null())).to_series()
    headers = again.arg_true().to_list()
    starts = [row for row in headers if row - 1 not in headers]
    labels = [(0, titles[-1] if titles else "1")]
    dropped = set(headers)
    for row in starts:
        title: str | None = None
        for above in range(row - 1, max(-1, row - 1 - _LOOK_BACK), -1):
            count = filled[above]
            if count > 1 or (count == 1 and frame.width == 1):
                break
            if count == 1:
                title = title or next(str(cell) for cell in frame.row(above) if cell is not None)
                dropped.add(above)
        if title is not None:
            labels.append((row, title))
    different = len({label for _, label in labels})
    name = next((each for each in _NAMES if each not in frame.columns), None)
    keep = pl.Series([row not in dropped for row in range(frame.height)], dtype=pl.Boolean)
    if different < 2 or name is None:
        return Stacked(frame.filter(keep), None, 1)
    ends = [row for row, _ in labels[1:]] + [frame.height]
    column = [label for (row, label), end in zip(labels, ends, strict=True) for _ in range(end - row)]
    marked = frame.select(pl.Series(name, column, pl.String), pl.all())
    return Stacked(marked.filter(keep), name, different)
