"""What a column is for, from its header and its values."""

from jejo.intake.domain.meaning.matching import SURE, Match
from jejo.intake.domain.meaning.values import Values
from jejo.intake.domain.table import Role
from jejo.knowledge.domain import RoleWords

_ID_CONCEPTS = frozenset({"lot_number", "serial_number", "work_order", "article_number", "order_code"})
_KIND_CONCEPTS = frozenset(
    {"equipment_id", "mold_id", "shift", "recipe_id", "machine_status", "material_number", "manufacturer"}
    | {"sensor_tag", "alarm_code", "software_version", "measurement_quality"}
)
_LABEL_CONCEPTS = frozenset(
    {"quality_label", "defect_type", "scrap_quantity", "defect_rate", "rework_quantity"}
)


class Roles:
    """The rules for roles.

    Args:
        words: that tell what a column is for.
    """

    def __init__(self, words: RoleWords) -> None:
        self._label, self._label_alone = frozenset(words.label), frozenset(words.label_alone)
        self._person, self._person_ends = frozenset(words.person), frozenset(words.person_ends)
        self._person_name = frozenset(words.person_name)
        self._identifier, self._index = frozenset(words.identifier), frozenset(words.index)
        self._kind, self._elapsed = frozenset(words.kind), frozenset(words.elapsed)
        self._good, self._bad = frozenset(words.good), frozenset(words.bad)

    def has_verdicts(self, values: Values) -> bool:
        """Return whether the texts are verdicts: at least one that passes or fails, and hardly any other."""
        texts = values.words
        known = texts & (self._good | self._bad)
        # A column of nothing but `g` gives a unit, not a verdict.
        return bool(known) and len(texts - known) <= 1 and len(texts) <= 4 and texts != {"g"}

    def of(self, words: tuple[str, ...], match: Match, values: Values) -> tuple[Role, float]:
        """Return a column's role, and how sure it is, 0 to 1.

        Args:
            words: of the header, in full, with numbers.
            match: the concept the header may mean.
            values: what is in the column.
        """
        concept = match.concept.id if match.concept is not None and match.score >= SURE else None
        if values.private_share >= 0.5:
            return Role.PERSONAL, 0.97
        if concept == "operator_id" or self._is_person(words):
            # A pseudonym is personal data too, but it might be a machine's or a group's.
            is_certain = values.name_share >= 0.5 or not values.is_text or values.count == 0
            return Role.PERSONAL, 0.95 if is_certain else 0.75
        if self._person_name & set(words) and values.name_share >= 0.6:
            return Role.PERSONAL, 0.85
        if values.is_time:
            return Role.TIME, 0.97
        if values.is_empty:
            return Role.IGNORED, 0.95
        if (label := self._as_label(words, concept, values)) is not None:
            return label
        if values.is_number:
            return self._as_number(words, concept, values)
        return self._as_text(words, concept, values)

    def _is_person(self, words: tuple[str, ...]) -> bool:
        # 작업자 수 and "employee or third party" count or sort people, they do not name one.
        rest = tuple(word for word in words if word not in self._person_ends and not word.isdigit())
        return bool(rest) and ("".join(rest) in self._person or all(word in self._person for word in rest))

    def _as_label(
        self, words: tuple[str, ...], concept: str | None, values: Values
    ) -> tuple[Role, float] | None:
        if self.has_verdicts(values):
            return Role.LABEL, 0.95
        is_alone = len(words) == 1 and words[0] in self._label_alone
        if not (concept in _LABEL_CONCEPTS or self._label & set(words) or is_alone):
            return None
        if values.is_text and values.count and not values.few and values.distinct > 20:
            return None
        if is_alone and values.is_number and values.distinct > 2:
            return None
        # A verdict word beside a measured quantity is only part of its name: inspection temperature.
        if concept is not None and concept not in _LABEL_CONCEPTS:
            return None
        return Role.LABEL, 0.9 if concept in _LABEL_CONCEPTS else 0.75

    def _as_text(self, words: tuple[str, ...], concept: str | None, values: Values) -> tuple[Role, float]:
        if values.count == 0:
            return (Role.ID, 0.6) if concept in _ID_CONCEPTS else (Role.CATEGORY, 0.5)
        if concept in _ID_CONCEPTS and values.distinct > 1:
            return Role.ID, 0.9
        if concept == "timestamp" and values.clock_share >= 0.5:
            return Role.TIME, 0.7
        if values.distinct == 1 and values.rows > 1:
            return Role.IGNORED, 0.8
        if values.is_long_text and not values.few:
            return Role.IGNORED, 0.6
        if concept in _KIND_CONCEPTS and not values.nearly_distinct:
            return Role.CATEGORY, 0.9
        if values.nearly_distinct:
            return Role.ID, 0.85
        if values.few:
            return Role.CATEGORY, 0.85
        return (Role.ID, 0.65) if self._identifier & set(words) else (Role.CATEGORY, 0.6)

    def _as_number(self, words: tuple[str, ...], concept: str | None, values: Values) -> tuple[Role, float]:
        if values.count == 0:
            return Role.SIGNAL, 0.5
        names_thing = bool(self._identifier & set(words))
        if values.is_running and (names_thing or concept is None):
            return Role.ID, 0.9
        if words and words[0] in self._elapsed and concept in {None, "timestamp"} and values.is_counting:
            return Role.TIME, 0.75
        if concept in _KIND_CONCEPTS or (
            concept is None and values.is_whole and values.few and self._is_kind(words)
        ):
            return Role.CATEGORY, 0.8
        if concept is None and values.is_counting and words and words[-1] in self._index:
            return Role.ID, 0.7
        if concept in _ID_CONCEPTS or (concept is None and names_thing and values.is_whole):
            return Role.ID, 0.75
        return Role.SIGNAL, 0.95 if concept is not None else 0.7

    def _is_kind(self, words: tuple[str, ...]) -> bool:
        named = [word for word in words if not word.isdigit()]
        ends = {named[0], named[-1]} if named else set()
        return bool(ends & self._kind or ends & self._identifier)
