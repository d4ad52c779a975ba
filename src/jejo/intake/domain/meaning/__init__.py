"""What each column of a table means: role, concept and unit, from its header and its values."""

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import polars as pl

from jejo.intake.domain.meaning.header import without_brackets
from jejo.intake.domain.meaning.matching import NOTHING, SURE, ConceptLookup, Match, Matcher
from jejo.intake.domain.meaning.roles import Roles
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


class _Reader:
    """Names and rules, made once for each knowledge."""

    def __init__(self, concepts: ConceptLookup) -> None:
        self.matcher = Matcher(concepts)
        self.roles = Roles(concepts.header_words().roles)


_READERS: WeakKeyDictionary[ConceptLookup, _Reader] = WeakKeyDictionary()
_MOMENTS = frozenset({"timestamp", "measurement_timestamp", "manufacture_date"})


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
    if (reader := _READERS.get(concepts)) is None:
        reader = _READERS[concepts] = _Reader(concepts)
    moments = [name for name, kind in frame.schema.items() if kind.is_temporal()]
    given = {time: Role.TIME, label: Role.LABEL}
    return tuple(
        _meaning(column, reader, given.get(column.name), is_only_moment=moments == [column.name])
        for column in frame
    )


def _meaning(column: pl.Series, reader: _Reader, given: Role | None, *, is_only_moment: bool) -> Meaning:
    values = Values(column)
    match = _fitting(reader.matcher.match(column.name), values, reader)
    words = reader.matcher.words.of(without_brackets(column.name))
    role, sure = reader.roles.of(words, match, values)
    if given is not None:
        role, sure = given, 1.0
    concept, score = (match.concept, match.score) if match.score >= SURE else (None, 0.0)
    if concept is None and (
        told := _told_by_values(role, values, reader, is_only_moment and len(words) == 1)
    ):
        concept, score = reader.matcher.concept(told), 0.75
    unit = match.unit.ucum if match.unit is not None else None
    if concept is None:
        # Of an unknown signal it is at least known that it is one.
        return Meaning(role, None, None, unit, min(sure, 0.5) if role is Role.SIGNAL else sure)
    irdi = concept.irdi.code if concept.irdi is not None else None
    return Meaning(role, concept.id, irdi, unit, round(max(SURE, min(score, sure)), 2))


def _told_by_values(role: Role, values: Values, reader: _Reader, is_the_moment: bool) -> str | None:
    """Return the concept that the values alone tell, where the header is silent."""
    if values.is_text and reader.matcher.is_state(values.words):
        return "machine_status"
    if role is Role.LABEL and reader.roles.has_verdicts(values):
        return "quality_label"
    if role is Role.TIME and is_the_moment and values.rows:
        return "timestamp"
    return None


def _fitting(match: Match, values: Values, reader: _Reader) -> Match:
    """Return the match, or nothing where the values contradict it."""
    concept = match.concept
    if concept is None:
        return match
    is_quantity = bool(reader.matcher.dimensions(concept))
    is_moment = concept.id in _MOMENTS
    # A column of verdicts is the verdict, whatever it is called: a `TAG` of OK and NG is no sensor tag.
    is_other_verdict = concept.group != "label" and reader.roles.has_verdicts(values)
    if (
        (is_quantity and (values.is_time or values.is_boolean or (values.is_text and not values.is_empty)))
        or (is_moment and values.is_number and values.rows > 0)
        or (values.is_time and not is_moment)
        or is_other_verdict
    ):
        return NOTHING
    if concept.span is not None and values.span is not None:
        low, high = values.span
        if low < concept.span[0] or high > concept.span[1]:
            return Match(None, match.unit, 0.0)
    return match
