"""A list of more than 200 EPCs is kept as a blob; in its place the entry states {sha256, count, size}."""

from collections.abc import Callable, Mapping
from typing import Any

from lotproof.kernel.strict_json import loads
from lotproof.proof.canonical import jcs

LONGEST = 200
FIELDS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")


def shorten(raw: Mapping[str, Any], keep: Callable[[bytes], str]) -> dict[str, Any]:
    """Return the event with its long lists replaced; `keep` stores a blob and returns its SHA-256 in hex."""
    event = dict(raw)
    for field in FIELDS:
        epcs = event.get(field)
        if isinstance(epcs, list) and len(epcs) > LONGEST:
            data = jcs(epcs)
            event[field] = {"sha256": keep(data), "count": len(epcs), "size": len(data)}
    return event


def lengthen(event: Mapping[str, Any], read: Callable[[str], bytes]) -> dict[str, Any]:
    """Return the event with its long lists put back; `read` returns the blob of a SHA-256."""
    return dict(event) | {field: loads(read(blob["sha256"])) for field, blob in _replaced(event).items()}


def without_long_lists(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the event as far as its entry alone shows it."""
    hidden = _replaced(event)
    return {name: value for name, value in event.items() if name not in hidden}


def left_out(event: Mapping[str, Any]) -> int:
    """Return how many bytes `lengthen` would add."""
    return sum(blob["size"] for blob in _replaced(event).values())


def _replaced(event: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {field: event[field] for field in FIELDS if isinstance(event.get(field), Mapping)}
