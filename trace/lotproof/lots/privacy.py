"""Which parts of an event never stand in the clear on the log. Pure.

Always hidden: business documents, prices, persons, owning and possessing parties of sales, and every extension
that is not in the allow-list. Lots, steps, times, places and quantities stay.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from lotproof.epcis.event import Event
from lotproof.epcis.vocabulary import bare
from lotproof.lots.kinds import Effect, Kind

PUBLIC_EXTENSIONS = frozenset(
    f"lotproof:{name}"
    for name in (
        "cycle",
        "crop",
        "plot",
        "registration",
        "endedAt",
        "harvestedOn",
        "verdict",
        "laboratory",
        "certificate",
        "device",
        "recall",
        "code",
    )
)
_OWNERS = frozenset({"owning_party", "possessing_party"})
_MASTER_DATA = "cbvmda:"  # CBV 2.0 section 9: origin, harvest and best-before dates and the like
_CLEAR = frozenset({"@context"})


def private_pointers(kind: Kind, event: Event) -> list[str]:
    """Return JSON Pointers (RFC 6901), relative to the signed payload, of what has to be hidden."""
    raw = event.raw
    pointers = ["/event/bizTransactionList"] if raw.get("bizTransactionList") else []
    if kind.effect is Effect.SELL:
        for name, end in (("sourceList", "source"), ("destinationList", "destination")):
            for position, one in enumerate(raw.get(name) or ()):
                if bare(one.get("type", "")) in _OWNERS and end in one:
                    pointers.append(f"/event/{name}/{position}")
    return pointers + [pointer for pointer in _extensions(raw, "/event") if not _inside(pointer, pointers)]


def _extensions(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            here = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in _CLEAR or name in PUBLIC_EXTENSIONS or name.startswith(_MASTER_DATA):
                continue
            if ":" in name:
                yield here
            else:
                yield from _extensions(inner, here)
    elif isinstance(value, list):
        for position, inner in enumerate(value):
            yield from _extensions(inner, f"{path}/{position}")


def _inside(pointer: str, pointers: list[str]) -> bool:
    return any(pointer.startswith(f"{outer}/") for outer in pointers)
