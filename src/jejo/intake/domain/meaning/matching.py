"""From the words of a header to a concept: exact name, longest name at the end, nearly the same name."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from jejo.intake.domain.meaning.header import LEVEL, Reading, Words, key, readings, unfold
from jejo.knowledge.domain import Concept, HeaderWords, Unit

SURE = 0.6
"""Below this a suggestion is not made: the meaning is unknown."""

_EXACT, _PLAIN, _ORDER, _MIXED, _END, _TAG, _NEAR, _BY_UNIT, _FORMULA = (
    0.97,
    0.93,
    0.88,
    0.85,
    0.62,
    0.65,
    0.66,
    0.7,
    0.75,
)
# How much less a name on several header levels, beside a remark, or for which the unit chose the concept.
_LEVELS, _ASIDE, _SIBLING = 0.95, 0.95, 0.95
_NEAR_RATIO, _NEAR_LENGTH, _END_LENGTH = 88.0, 6, 4
# What such concepts are called says nothing once words are taken from it: sensor id → id.
_WHOLE_NAMES = frozenset({"identity", "label", "event", "control", "rating"})


class ConceptLookup(Protocol):
    """What is needed of the knowledge room."""

    def concepts(self) -> Sequence[Concept]: ...

    def header_words(self) -> HeaderWords: ...

    def unit(self, alias: str, kind: str | None = None) -> Unit | None: ...

    def dimensions(self, concept: Concept) -> frozenset[str]: ...


@dataclass(frozen=True, slots=True)
class Match:
    """A concept that a header may mean; score 0 to 1. Without concept, the unit that was found all the same."""

    concept: Concept | None
    unit: Unit | None
    score: float


NOTHING = Match(None, None, 0.0)


@dataclass(frozen=True, slots=True)
class _Name:
    """What a name alone says; `denied`: its last word makes something else of it, so the unit says nothing either."""

    concept: Concept | None = None
    score: float = 0.0
    denied: bool = False


class Matcher:
    """All names of all concepts, ready for headers."""

    def __init__(self, lookup: ConceptLookup) -> None:
        self._lookup = lookup
        self._hints = lookup.header_words()
        self.words = Words(self._hints)
        self._ordinary = frozenset(self._hints.ordinary)
        self._siblings = {each: group for group in self._hints.siblings for each in group}
        self._concepts = {concept.id: concept for concept in lookup.concepts()}
        self._dimensions = {concept.id: lookup.dimensions(concept) for concept in lookup.concepts()}
        self._alone = {key(self.words.of(unfold(name))) for name in self._hints.alone}
        self._exact: dict[str, Concept] = {}
        self._unordered: dict[tuple[str, ...], Concept] = {}
        plain: dict[str, Concept] = {}
        for concept in lookup.concepts():
            for name in concept.names:
                spelled = self.words.of(unfold(name))
                self._exact.setdefault(key(spelled), concept)
                if concept.group in _WHOLE_NAMES:
                    continue
                if len(spelled) > 1:
                    self._unordered.setdefault(tuple(sorted(spelled)), concept)
                short = key(self.words.plain(spelled))
                if len(short.strip()) > 2 or not short.isascii():
                    plain.setdefault(short, concept)
        self._names = plain | self._exact
        self._long_names = [name for name in self._names if len(name) >= _NEAR_LENGTH]

    def concept(self, concept_id: str) -> Concept:
        """Return a concept by its id."""
        return self._concepts[concept_id]

    def dimensions(self, concept: Concept) -> frozenset[str]:
        """Return the dimensions of a concept's units; empty for what is not a quantity."""
        return self._dimensions[concept.id]

    def is_state(self, values: frozenset[str]) -> bool:
        """Return whether texts, in lower case, tell whether a machine runs."""
        return len(values) > 1 and values <= set(self._hints.states)

    def match(self, header: str) -> Match:
        """Return what a header means most probably."""
        best = NOTHING
        for candidate in self._candidates(header):
            if (candidate.score, candidate.unit is not None) > (best.score, best.unit is not None):
                best = candidate
        return best

    def _candidates(self, header: str) -> Iterator[Match]:
        levels = [level for level in header.split(LEVEL.strip()) if level.strip()]
        if len(levels) < 2:
            for reading in readings(header, self._lookup, self._ordinary):
                yield self._judged(reading)
            return
        # A unit may stand on any level, the name be spread over all of them; a last level that only numbers
        # or places what the level above names, adds nothing.
        chosen = []
        for level in levels:
            ways = tuple(readings(level, self._lookup, self._ordinary))
            chosen.append(ways[-1] if ways[-1].sure else ways[0])
        unit = next((each.unit for each in reversed(chosen) if each.sure), None)
        for text in (" ".join(each.text for each in chosen), chosen[-1].text):
            found = self._judged(Reading(text, unit, unit is not None))
            yield Match(found.concept, found.unit, found.score * _LEVELS)

    def _judged(self, reading: Reading) -> Match:
        """Return the concept of one reading, or only its unit, with what the unit says about the concept."""
        name = self._named(reading)
        if reading.unit is None:
            return Match(name.concept, None, name.score) if name.concept else NOTHING
        spelled = self._lookup.unit(reading.unit)
        if name.concept is None:
            concept = None if name.denied else self._by_unit(spelled)
            return Match(concept, spelled, _BY_UNIT if concept else 0.0) if reading.sure else NOTHING
        for concept_id in (name.concept.id, *self._siblings.get(name.concept.id, ())):
            concept = self._concepts[concept_id]
            unit = self._lookup.unit(reading.unit, concept.kind)
            if unit is not None and unit.dimension in self._dimensions[concept_id]:
                is_named = concept is name.concept
                return Match(
                    concept, unit, min(0.98, name.score + 0.03) if is_named else name.score * _SIBLING
                )
        # A name that contradicts its unit: one of the two is misread, so neither is believed.
        return Match(None, spelled, 0.0) if reading.sure else NOTHING

    def _by_unit(self, unit: Unit | None) -> Concept | None:
        if unit is None:
            return None
        told = self._hints.units.get(unit.ucum) or self._hints.units.get(unit.dimension)
        return self._concepts[told] if told else None

    def _named(self, reading: Reading) -> _Name:
        words = self.words.of(reading.text)
        if not words:
            return _Name()
        discount = _ASIDE if reading.aside else 1.0
        if reading.text in self._hints.gases:
            return _Name(self._concepts["gas_concentration"], _FORMULA)
        if found := self._exact.get(key(words)):
            return _Name(found, _EXACT * discount)
        # PT-101, TS3: first letter what is measured, second that it is (ISA-5.1). A PT100 is a thermometer.
        tag = self._hints.instrument_letters.get(words[0])
        if tag and len(words) == 2 and words[1].isdigit() and words != ("pt", "100"):
            return _Name(self._concepts[tag], _TAG)
        return self._by_parts(words, discount)

    def _by_parts(self, words: tuple[str, ...], discount: float) -> _Name:
        numbered = any(word.isdigit() for word in words)
        plain = self.words.plain(words)
        unnumbered = tuple(word for word in words if not word.isdigit())
        if (found := self._exact.get(key(unnumbered))) and found.group not in _WHOLE_NAMES:
            return _Name(found, _PLAIN * discount)
        if (found := self._names.get(key(plain))) and not (numbered and found.group in _WHOLE_NAMES):
            return _Name(found, _PLAIN * discount)
        if found := self._unordered.get(tuple(sorted(plain))):
            return _Name(found, _ORDER * discount)
        korean = tuple(word for word in plain if not word.isascii())
        if korean and korean != plain and (found := self._names.get(key(korean))):
            return _Name(found, _MIXED * discount)
        ends = [end for end in (self._at_end(unnumbered), self._at_end(plain)) if end.concept]
        if ends:
            best = max(ends, key=lambda end: end.score)
            return _Name(best.concept, best.score * discount)
        return _Name(denied=True) if self.words.is_blocked(plain) else self._nearly(key(plain))

    def _at_end(self, words: tuple[str, ...]) -> _Name:
        """Return the concept with the longest name that ends the header: there the thing itself is named."""
        text = key(words)
        for start in range(1, len(text) - 1):
            ending = text[start:]
            # English names start at a word; a Korean one of a single syllable ends too many other words.
            if (ending[0].isascii() and ending[0] != " ") or (ending.isascii() and len(ending) < _END_LENGTH):
                continue
            if ending not in self._alone and (found := self._exact.get(ending)):
                return _Name(found, _END + 0.25 * len(ending) / len(text))
        return _Name()

    def _nearly(self, text: str) -> _Name:
        if len(text) < _NEAR_LENGTH:
            return _Name()
        # 60 ms to import; a file of known names never needs it.
        from rapidfuzz import fuzz, process

        found = process.extractOne(text, self._long_names, scorer=fuzz.ratio, score_cutoff=_NEAR_RATIO)
        return _Name(self._names[found[0]], _NEAR) if found else _Name()
