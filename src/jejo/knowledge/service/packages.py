"""Data packages on disk: `knowledge/data/<name>/package.yaml`."""

from importlib.resources import files
from typing import TypeVar

import msgspec
import yaml

from jejo.kernel.errors import Invalid
from jejo.knowledge.domain.package import Package

P = TypeVar("P", bound=Package)


def read(name: str, kind: type[P], text: str | None = None) -> P:
    """Return a package, checked against its type.

    Args:
        text: content; None: the file that belongs to the name.
    Raises:
        Invalid: `knowledge.bad-package` with the place and the reason.
    """
    if text is None:
        text = (files("jejo.knowledge") / "data" / name / "package.yaml").read_text(encoding="utf-8")
    try:
        # CSafeLoader is the safe loader in C: 16 ms for 50 kB.
        tree = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506
        return msgspec.convert(tree, kind, strict=True)
    except (yaml.YAMLError, msgspec.ValidationError) as wrong:
        raise Invalid("knowledge.bad-package", package=name, reason=str(wrong)) from wrong


def head(package: Package) -> Package:
    """Return only what a package says about itself."""
    return Package(**{field: getattr(package, field) for field in Package.__struct_fields__})
