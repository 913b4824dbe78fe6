"""What a verifier says when something is wrong: where, in which part, and how."""

from dataclasses import dataclass

FIELDS = frozenset(
    {
        "leaf",
        "node",
        "tile",
        "canonical",
        "recordTime",
        "chains",
        "about",
        "seen",
        "signature",
        "key",
        "erase",
        "disclosure",
        "checkpoint",
        "head",
        "heads",
    }
)


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong with a log.

    index: the entry, None if it is about the log as a whole.  field: one of FIELDS.  what: a sentence.
    place: the stored thing that must be looked at (a tile's path, a node's number), where there is one.
    """

    index: int | None
    field: str
    what: str
    place: str = ""

    def __str__(self) -> str:
        entry = "the log" if self.index is None else f"entry {self.index}"
        place = f" ({self.place})" if self.place else ""
        return f"{entry}, {self.field}{place}: {self.what}"


class FaultFound(Exception):  # no Error: it carries a finding through the verifier
    """Ends a check. Sources raise it too, for what they cannot read as what it should be."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault = fault
