"""A trace as JSON for programs: names once, and edges as short rows that point to lots by their place in the list."""

import json
from typing import Any

from lotproof.lots.trace_rows import TraceRows, state_of_row

EDGE = ("from", "to", "entry", "kind", "amount", "uom")
"""What stands in the row of an edge; `from` and `to` count from 0 in `lots`, an amount is text."""

_write = json.JSONEncoder(check_circular=False, separators=(",", ":")).encode


def trace_json(read: TraceRows) -> bytes:
    """Return the answer, straight from what was read: a trace of a thousand lots has three thousand edges."""
    at = {row[0]: (number, row[6]) for number, row in enumerate(read.lots)}
    edges = [
        (at[src][0], at[dst][0], entry, kind, amount, None if amount is None else at[src][1])
        for src, dst, entry, kind, amount, _voided in read.edges
    ]
    answer = {
        "lot": read.lot,
        "direction": read.direction,
        "products": read.products,
        "places": read.places,
        "lots": [_lot(read, row) for row in read.lots],
        "edge": EDGE,
        "edges": edges,
    }
    return _write(answer).encode()


def _lot(read: TraceRows, row: Any) -> dict[str, Any]:
    id, uri, type_name, _gtin, place, crop, *_ = row
    told: dict[str, Any] = {"uri": uri, "state": state_of_row(row), "steps": read.distance[id]}
    if place is not None:
        told["place"] = place
    return told if type_name == "lot" else told | {"type": type_name, "crop": crop}
