"""From the words of a header to a concept: exact name, longest name at the end, nearly the same name."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from rapidfuzz import fuzz, process

from jejo.intake.domain.meaning.header import LEVEL, Reading, Words, key, readings, unfold
from jejo.knowledge.domain import Concept, HeaderWords, Unit

EXACT, PLAIN, LEVELS = 0.97, 0.93, 0.9
_NEAR, _NEAR_RATIO, _NEAR_LENGTH = 0.66, 88.0, 5
_BY_UNIT_ALONE = 0.7
SURE = 0.6
"""Below this a suggestion is not made: the meaning is unknown."""


class ConceptLookup(Protocol):
    """What is needed of the knowledge room."""

    def concepts(self) -> Sequence[Concept]: ...

    def header_words(self) -> HeaderWords: ...

    def unit(self, alias: str, kind: str | None = None) -> Unit | None: ...

    def concept(self, concept_id: str) -> Concept:
        """Return a concept by its id."""
        return self._concepts[concept_id]

    def dimensions(self, concept: Concept) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Match:
    """A concept that a header may mean; score 0 to 1. Without concept, the unit that was found all the same."""

    concept: Concept | None
    unit: Unit | None
    score: float


NOTHING = Match(None, None, 0.0)


class Matcher:
    """All names of all concepts, ready for headers."""

    def __init__(self, lookup: ConceptLookup) -> None:
        self._lookup = lookup
        words = lookup.header_words()
        self.words = Words(words)
        self._by_unit = words.units
        self._tags = words.instrument_letters
        self._exact: dict[str, Concept] = {}
        self._plain: dict[str, Concept] = {}
        self._siblings: Mapping[str, tuple[str, ...]] = {
            each: group for group in words.siblings for each in group
        }
        self._concepts = {concept.id: concept for concept in lookup.concepts()}
        self._dimensions = {concept.id: lookup.dimensions(concept) for concept in lookup.concepts()}
        for concept in lookup.concepts():
            for name in concept.names:
                spelled = self.words.of(unfold(name))
                self._exact.setdefault(key(spelled), concept)
                self._plain.setdefault(key(self.words.plain(spelled)), concept)
        self._plain = {name: self._exact.get(name, concept) for name, concept in self._plain.items()}
        self._names = {
            name: concept for name, concept in (self._plain | self._exact).items() if len(name) > 3
        }

    def concept(self, concept_id: str) -> Concept:
        """Return a concept by its id."""
        return self._concepts[concept_id]

    def dimensions(self, concept: Concept) -> frozenset[str]:
        """Return the dimensions of a concept's units; empty for what is not a quantity."""
        return self._dimensions[concept.id]

    def match(self, header: str) -> Match:
        """Return what a header means most probably."""
        best = NOTHING
        for candidate in self._candidates(header):
            if (candidate.score, candidate.unit is not None) > (best.score, best.unit is not None):
                best = candidate
        return best

    def _candidates(self, header: str) -> Iterator[Match]:
        levels = [level for level in header.split(LEVEL.strip()) if level.strip()]
        if len(levels) > 1:
            per_level = [tuple(readings(level, self._lookup)) for level in levels]
            # A unit may stand on any level, the name be spread over all of them.
            units = [
                (each.unit, each.sure) for level in per_level for each in level if each.unit and each.sure
            ]
            unit, sure = units[-1] if units else (None, False)
            joined = " ".join(level[-1].text if level[-1].sure else level[0].text for level in per_level)
            yield self._discounted(self._judged(Reading(joined, unit, sure)), LEVELS)
            for level in reversed(per_level):
                text = level[-1].text if level[-1].sure else level[0].text
                yield self._discounted(self._judged(Reading(text, unit, sure)), LEVELS * LEVELS)
            return
        for reading in readings(header, self._lookup):
            yield self._judged(reading)

    @staticmethod
    def _discounted(match: Match, factor: float) -> Match:
        return Match(match.concept, match.unit, match.score * factor)

    def _judged(self, reading: Reading) -> Match:
        """Return the concept of one reading, or only its unit, with what the unit says about the concept."""
        concept, score = self._named(reading)
        if reading.unit is None:
            return Match(concept, None, score) if concept else NOTHING
        if concept is None:
            return self._by_unit_alone(reading, score)
        unit = self._lookup.unit(reading.unit, concept.kind)
        if unit is not None and unit.dimension in self._dimensions[concept.id]:
            return Match(concept, unit, min(0.98, score + 0.03))
        for sibling in self._siblings.get(concept.id, ()):
            other = self._concepts[sibling]
            there = self._lookup.unit(reading.unit, other.kind)
            if there is not None and there.dimension in self._dimensions[sibling]:
                return Match(other, there, score - 0.05)
        if not reading.sure:
            return NOTHING
        # A name that contradicts its unit: one of the two is misread, so neither is believed.
        return Match(None, self._lookup.unit(reading.unit), 0.0)

    def _by_unit_alone(self, reading: Reading, blocked: float) -> Match:
        unit = self._lookup.unit(reading.unit or "")
        if not reading.sure or unit is None:
            return NOTHING
        concept = self._concepts.get(self._by_unit.get(unit.dimension, ""))
        if concept is None or blocked < 0:
            return Match(None, unit, 0.0)
        return Match(concept, unit, _BY_UNIT_ALONE)

    def _named(self, reading: Reading) -> tuple[Concept | None, float]:
        """Return concept and score by name; a negative score says that the last word makes it something else."""
        words = self.words.of(reading.text)
        if not words:
            return None, 0.0
        whole = key(words)
        discount = 1.0 if not reading.aside else 0.95
        if found := self._exact.get(whole):
            return found, EXACT * discount
        plain = self.words.plain(words)
        if found := self._exact.get(key(plain)) or self._plain.get(key(plain)):
            return found, PLAIN * discount
        if plain[-1] in self.words.blockers or any(
            plain[-1].endswith(b) for b in self.words.blockers if not b.isascii()
        ):
            return None, -1.0
        if found := self._instrument(words):
            return found, 0.65
        found, score = self._at_end(plain)
        if found:
            return found, score * discount
        return self._nearly(key(plain))

    def _instrument(self, words: tuple[str, ...]) -> Concept | None:
        """Read an instrument tag: first letter what is measured, second that it is (ISA-5.1): PT-101, TS3."""
        if len(words) == 2 and words[1].isdigit() and words[0] in self._tags and "".join(words) != "pt100":
            return self._concepts[self._tags[words[0]]]
        return None

    def _at_end(self, words: tuple[str, ...]) -> tuple[Concept | None, float]:
        """Return the concept with the longest name that ends the header: there the thing itself is named."""
        text = key(words)
        for start in range(len(text) - 1):
            ending = text[start:]
            # English names start at a word; a Korean one of a single syllable ends too many other words.
            if ending[0] != " " and (ending[0].isascii() or len(ending) < 2):
                continue
            found = self._exact.get(ending) or self._plain.get(ending)
            if found and start and self._may_stand_at_end(found, ending):
                return found, 0.62 + 0.25 * len(ending) / len(text)
        return None, 0.0

    def _may_stand_at_end(self, concept: Concept, name: str) -> bool:
        # A short English word, or a word for time as such, ends too many other names.
        if concept.group in {"identity", "event", "label", "control"} and concept.kind is None:
            return len(name.strip()) >= 3 and concept.id not in {
                "timestamp",
                "sensor_tag",
                "process_value",
                "setpoint",
            }
        return not name.strip().isascii() or len(name.strip()) >= 4

    def _nearly(self, text: str) -> tuple[Concept | None, float]:
        if len(text.strip()) < _NEAR_LENGTH:
            return None, 0.0
        found = process.extractOne(text, self._names.keys(), scorer=fuzz.ratio, score_cutoff=_NEAR_RATIO)
        return (self._names[found[0]], _NEAR) if found else (None, 0.0)
