"""A trace as JSON for programs: names once, and edges as short rows that point to lots by their place in the list."""

import json
from typing import Any

from lotproof.kernel.quantity import plain
from lotproof.lots.trace import Tracing

EDGE = ("from", "to", "entry", "kind", "amount", "uom")
"""What stands in the row of an edge; `from` and `to` count from 0 in `lots`, an amount is text."""


def trace_json(tracing: Tracing) -> bytes:
    """Return the answer. Of a few thousand edges it takes some milliseconds."""
    products: dict[str, Any] = {}
    places: dict[str, Any] = {}
    at: dict[str, int] = {}
    lots = []
    for number, lot in enumerate(tracing.lots):
        at[lot.uri] = number
        told: dict[str, Any] = {"uri": lot.uri, "state": lot.state, "steps": lot.distance}
        if lot.type != "lot":
            told |= {"type": lot.type, "crop": lot.product.get("")}
        elif lot.product:
            products[_gtin(lot.uri)] = lot.product
        if lot.place is not None:
            told["place"] = lot.place
            if lot.place_names:
                places[lot.place] = lot.place_names
        lots.append(told)
    edges = [
        (at[src], at[dst], entry, kind, None if amount is None else plain(amount), uom)
        for src, dst, entry, kind, amount, uom, _voided in tracing.edges
    ]
    answer = {
        "lot": tracing.lot,
        "direction": tracing.direction,
        "products": products,
        "places": places,
        "lots": lots,
        "edge": EDGE,
        "edges": edges,
    }
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _gtin(uri: str) -> str:
    """Of https://id.gs1.org/01/<GTIN-14>/10/<lot>."""
    return uri.split("/", 5)[4]
