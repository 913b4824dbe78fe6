"""The name of an event that came without an eventID: the CBV 2.0 hash of what of it stands in the clear. Pure.

Everybody who sees the entry can work it out, whether or not they may see its hidden parts.
"""

import re
from collections.abc import Mapping
from typing import Any

from lotproof.epcis.event_hash import event_hash
from lotproof.ledger.submitting import Draft
from lotproof.lots.long_lists import without_long_lists
from lotproof.proof import disclosure

_HASH_ID = re.compile(r"ni:///sha-256;([0-9a-f]{64})\?ver=CBV2\.0")
_ANY_SALT = bytes(disclosure.SALT_SIZE)


def event_id_of(signed: Mapping[str, Any]) -> str:
    """Return what an event is called: its submitted eventID, else its hash. signed: the public payload."""
    event = signed["event"]
    return str(event.get("eventID") or event_hash(without_long_lists(event)))


def digest_in(event_id: str) -> bytes | None:
    """Return the digest in an eventID that is a CBV 2.0 hash, None for any other."""
    found = _HASH_ID.fullmatch(event_id)
    return bytes.fromhex(found[1]) if found else None


def drafted_id(draft: Draft) -> bytes | None:
    """Return the digest by which an event without an eventID is found, before its parts are hidden."""
    event = draft.signed["event"]
    if event.get("eventID"):
        return None
    hidden = [pointer for pointer in draft.private if pointer.startswith("/event/")]
    if not hidden and without_long_lists(event) == event:
        return digest_in(draft.content.decode())  # nothing is hidden, so it is the hash of the whole
    public, _ = disclosure.hide({"event": event}, hidden, lambda: _ANY_SALT)
    return digest_in(event_hash(without_long_lists(public["event"])))
