"""What of a party's records never stands in the clear on the log. Pure.

A telephone, the names of a natural person and the numbers of her papers; the digests of papers; who decided over an
application, what and why.

A farmer or sole trader is a party like any other, with a GLN of its own; its record says `"person": true`. Its names
lie beside the log, so that they can be erased; an organisation's names are part of the log for ever.
"""

from collections.abc import Mapping
from typing import Any

_HIDDEN: Mapping[str, tuple[str, ...]] = {
    "party": ("phone",),
    "document": ("original", "shown"),
    "qualification": ("document", "reason", "reviewer"),
    "application": ("decision", "reason", "reviewer", "qualifications"),
}
_OF_PERSONS: Mapping[str, tuple[str, ...]] = {"party": ("names",), "qualification": ("number",)}


def hidden_parts(type_name: str, body: Mapping[str, Any]) -> list[str]:
    """Return JSON Pointers (RFC 6901), relative to the signed payload, of what has to be hidden in a record."""
    hidden = _HIDDEN.get(type_name, ())
    if body.get("person"):
        hidden += _OF_PERSONS.get(type_name, ())
    return [f"/record/body/{name}" for name in hidden if name in body]


def is_erased(body: Mapping[str, Any]) -> bool:
    """Whether it is the record of a person whose names were erased. body: as `parties.records` gives it."""
    return body.get("person") is True and "names" not in body
