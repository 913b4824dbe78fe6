"""Which parts of an event never stand in the clear on the log. Pure.

Always hidden: business documents, prices, persons, new and former owners, possessing parties of sales, and every
extension that is not in the allow-list, or that is more than one value. Lots, steps, times, places and quantities stay.
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
_OWNER = frozenset({"owning_party"})
_OWNERS = _OWNER | {"possessing_party"}
_MASTER_DATA = "cbvmda:"  # CBV 2.0 section 9: origin, harvest and best-before dates and the like
_CLEAR = frozenset({"@context"})


def private_pointers(kind: Kind, event: Event) -> list[str]:
    """Return JSON Pointers (RFC 6901), relative to the signed payload, of what has to be hidden."""
    raw = event.raw
    pointers = ["/event/bizTransactionList"] if raw.get("bizTransactionList") else []
    # Others write a sale as a shipping with a new owner, or as a transaction of another step.
    is_sale = kind.effect is Effect.SELL or event.type == "TransactionEvent"
    hidden = _OWNERS if is_sale else _OWNER
    for name, end in (("sourceList", "source"), ("destinationList", "destination")):
        for position, one in enumerate(raw.get(name) or ()):
            if bare(one.get("type", "")) in hidden and end in one:
                pointers.append(f"/event/{name}/{position}")
    return pointers + [pointer for pointer in _extensions(raw, "/event") if not _inside(pointer, pointers)]


def _extensions(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            here = f"{path}/{name.replace('~', '~0').replace('/', '~1')}"
            if name in _CLEAR or name.startswith(_MASTER_DATA):
                continue
            if name in PUBLIC_EXTENSIONS and not isinstance(inner, Mapping | list):
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
