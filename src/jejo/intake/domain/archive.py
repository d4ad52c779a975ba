"""What an archive may hold, judged from its directory before anything is unpacked."""

from collections.abc import Sequence
from dataclasses import dataclass

from jejo.intake.domain.limits import Limits
from jejo.kernel.errors import Invalid

# Left by other programs beside the data; never a reason to refuse.
_LITTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as the archive's directory lists it; sizes in bytes, `size` unpacked."""

    name: str
    packed: int
    size: int
    encrypted: bool = False
    is_folder: bool = False
    is_link: bool = False

    @property
    def is_litter(self) -> bool:
        """Whether another program left it there."""
        return self.name.startswith(_LITTER[0]) or self.name.split("/")[-1] in _LITTER[1:]


def check_entries(name: str, entries: Sequence[Entry], limits: Limits) -> None:
    """Refuse an archive that asks for too much or points outside itself.

    Raises:
        Invalid: `intake.too-many-entries`, `intake.password`, `intake.entry-name`, `intake.too-large` or
            `intake.bomb`.
    """
    if len(entries) > limits.entries:
        raise Invalid("intake.too-many-entries", name=name, limit=limits.entries)
    for entry in entries:
        parts = entry.name.replace("\\", "/").split("/")
        if entry.name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in entry.name:
            raise Invalid("intake.entry-name", name=name)
        if entry.is_link:
            raise Invalid("intake.entry-name", name=name)
        if entry.encrypted:
            raise Invalid("intake.password", name=name)
        if entry.size > limits.entry_bytes:
            raise Invalid("intake.too-large", name=name, limit=limits.entry_bytes // 1_000_000)
        if entry.size > limits.ratio_after and entry.size > limits.ratio * max(entry.packed, 1):
            raise Invalid("intake.bomb", name=name)
    if sum(entry.size for entry in entries) > limits.total_bytes:
        raise Invalid("intake.too-large", name=name, limit=limits.total_bytes // 1_000_000)
