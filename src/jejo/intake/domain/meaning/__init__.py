"""What each column of a table means: role, concept and unit, from its header and its values."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import polars as pl

from jejo.intake.domain.meaning.matching import NOTHING, SURE, ConceptLookup, Match, Matcher
from jejo.intake.domain.meaning.roles import role_of
from jejo.intake.domain.meaning.values import Values
from jejo.intake.domain.table import Role

__all__ = ["ConceptLookup", "Meaning", "meanings"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What one column means.

    Args:
        role: what the column is for.
        concept: `concept_id`, or None: unknown, or not a thing of the table.
        irdi: property IRDI of the concept, where evidence exists.
        unit: UCUM code, where the header gives a unit.
        confidence: 0 to 1, of role and concept together; a concept is given from 0.6 on.
    """

    role: Role
    concept: str | None
    irdi: str | None
    unit: str | None
    confidence: float


_MATCHERS: WeakKeyDictionary[ConceptLookup, Matcher] = WeakKeyDictionary()


def meanings(
    frame: pl.DataFrame, concepts: ConceptLookup, *, time: str | None = None, label: str | None = None
) -> tuple[Meaning, ...]:
    """Return the meaning of every column, in the order of the frame.

    Args:
        frame: typed columns; headers as in the file, merged levels joined by ` › `. Without rows, headers alone
            decide.
        time: name of the column that the user calls the time.
        label: name of the column that the user calls the label.
    """
    if (matcher := _MATCHERS.get(concepts)) is None:
        matcher = _MATCHERS[concepts] = Matcher(concepts)
    moments = [name for name in frame.columns if frame.schema[name].is_temporal()]
    return tuple(
        _meaning(
            column, matcher, named=_given(column.name, time, label), only_moment=moments == [column.name]
        )
        for column in frame
    )


def _given(name: str, time: str | None, label: str | None) -> Role | None:
    return Role.TIME if name == time else Role.LABEL if name == label else None


def _meaning(column: pl.Series, matcher: Matcher, *, named: Role | None, only_moment: bool) -> Meaning:
    values = Values(column)
    match = _fitting(matcher.match(column.name), values, matcher)
    role, sure = role_of(matcher.words.of(column.name), match, values)
    if named is not None:
        role, sure = named, 1.0
    concept, score = (match.concept, match.score) if match.score >= SURE else (None, 0.0)
    if concept is None and role is Role.TIME and only_moment:
        concept, score = matcher.concept("timestamp"), 0.7
    if concept is None and role is Role.LABEL and values.has_verdicts:
        concept, score = matcher.concept("quality_label"), 0.8
    unit = match.unit.ucum if match.unit is not None else None
    if concept is None:
        unknown = round(min(sure, 0.5), 2) if role is Role.SIGNAL else sure
        return Meaning(role, None, None, unit, unknown)
    irdi = concept.irdi.code if concept.irdi is not None else None
    return Meaning(role, concept.id, irdi, unit, round(max(SURE, min(score, max(sure, SURE))), 2))


def _fitting(match: Match, values: Values, matcher: Matcher) -> Match:
    """Return the match, or nothing where the values contradict it."""
    concept = match.concept
    if concept is None:
        return match
    is_quantity = bool(matcher.dimensions(concept))
    if is_quantity and (values.is_time or values.is_boolean or (values.is_text and not values.is_empty)):
        return NOTHING
    if (
        concept.id in {"timestamp", "measurement_timestamp", "manufacture_date"}
        and values.is_number
        and values.rows
    ):
        return NOTHING
    if values.is_time and concept.id not in {"timestamp", "measurement_timestamp", "manufacture_date"}:
        return NOTHING
    # A column of verdicts is the verdict, whatever it is called: a `TAG` of OK and NG is no sensor tag.
    if values.has_verdicts and concept.group != "label":
        return NOTHING
    if concept.span is not None and values.span is not None and match.unit is None:
        low, high = values.span
        if low < concept.span[0] or high > concept.span[1]:
            return Match(None, None, 0.0)
    return match
