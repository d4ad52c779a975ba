"""What the data packages hold, as types that check themselves when they are read."""

from jejo.knowledge.domain.concepts import Concept, Concepts, HeaderWords, Irdi, RoleWords
from jejo.knowledge.domain.glossary import Glossary, Term
from jejo.knowledge.domain.package import Mark, Package
from jejo.knowledge.domain.processes import DataItem, ProcessModel, ProcessModels, Stage
from jejo.knowledge.domain.taxonomy import Cell, Taxonomy
from jejo.knowledge.domain.units import Unit, Units, alias_key, convert

__all__ = [
    "Cell",
    "Concept",
    "Concepts",
    "DataItem",
    "Glossary",
    "HeaderWords",
    "Irdi",
    "Mark",
    "Package",
    "ProcessModel",
    "ProcessModels",
    "RoleWords",
    "Stage",
    "Taxonomy",
    "Term",
    "Unit",
    "Units",
    "alias_key",
    "convert",
]
