"""Words of smart manufacturing and its support programmes in Korean and English."""

from jejo.knowledge.domain.package import Entry, Mark, Package, check_unique


class Term(Entry, frozen=True, kw_only=True):
    """One word, its English, and the identifier it has in code and data."""

    ko: str
    en: str
    identifier: str
    category: str
    provenance: Mark
    note: str | None = None


class Glossary(Package, frozen=True, kw_only=True):
    """The package of terms."""

    terms: tuple[Term, ...]

    def __post_init__(self) -> None:
        check_unique(self.name, "identifier", (f"{term.category}/{term.identifier}" for term in self.terms))
