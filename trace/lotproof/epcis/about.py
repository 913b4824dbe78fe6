"""What an event is about: the chains that it must be linked into. Signer and verifier compute it alike.

- A lot, an SSCC and a growing cycle have chains; a serial counts for its lot; what has none gives no chain.
- Pure: it depends on the event alone, so nothing can be hidden by leaving a lot out.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import identify

from .vocabulary import EXTENSION_PREFIX, NS

_EPC_LISTS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
_QUANTITY_LISTS = ("quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList")
_CYCLES = ("transformationID", f"{EXTENSION_PREFIX}:cycle", f"{NS}cycle")


def about(event: Mapping[str, Any]) -> list[str]:
    """Sorted, distinct canonical URIs of the event's lots, logistic units and growing cycles.

    Raises: InvalidInputError for identifiers that cannot be read and lists that are none.
    """
    found: set[str | None] = set()
    get = event.get
    try:
        for field in _EPC_LISTS:
            epcs = get(field)
            if epcs:
                found.update(map(_chain, _listed(field, epcs)))
        for field in _QUANTITY_LISTS:
            elements = get(field)
            if elements:
                found.update([_chain(element["epcClass"]) for element in _listed(field, elements)])
        parent = get("parentID")
        if parent:
            found.add(_chain(parent))
        for field in _CYCLES:
            cycle = get(field)
            if cycle:
                found.add(identify(cycle).uri)
    except (TypeError, KeyError):
        raise InvalidInputError(
            "invalid_event", "an EPC is text, a quantity element has an epcClass"
        ) from None
    return sorted(uri for uri in found if uri is not None)


@lru_cache(maxsize=65_536)
def _chain(epc: str) -> str | None:
    what = identify(epc)
    if what.kind in ("lot", "sscc"):
        return what.uri
    return None if what.lot is None else what.lot.uri


def _listed(field: str, value: Any) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidInputError("invalid_event", f"{field} must be a list, not {type(value).__name__}")
    return value
