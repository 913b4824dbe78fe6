"""A list of more than 200 EPCs is kept as a blob; the entry states its digest, count and size."""

from collections.abc import Callable, Mapping
from typing import Any

from lotproof.proof.canonical import jcs

LONGEST = 200
FIELDS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
REPLACED = "lotproof:epcLists"


def shorten(raw: Mapping[str, Any], keep: Callable[[bytes], str]) -> dict[str, Any]:
    """Return the event with its long lists replaced; `keep` stores a blob and returns its SHA-256 in hex."""
    event = dict(raw)
    replaced = {}
    for field in FIELDS:
        epcs = event.get(field)
        if epcs and len(epcs) > LONGEST:
            data = jcs(epcs)
            replaced[field] = {"sha256": keep(data), "count": len(epcs), "size": len(data)}
            del event[field]
    return event | {REPLACED: replaced} if replaced else event
