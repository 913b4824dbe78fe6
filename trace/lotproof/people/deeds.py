"""Note who did or looked at what; the audit page and its export read it."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert

from lotproof.people.actor import Actor
from lotproof.people.models import Deed


def note(
    db: Connection,
    actor: Actor | None,
    at: datetime,
    act: str,
    object_type: str = "",
    object_id: str = "",
    *,
    address: str = "",
    **detail: Any,
) -> None:
    """Note one deed in the transaction that it belongs to. db: writing.  actor: None for the platform itself.

    detail: plain JSON values; never a secret, a code or the content of a document.
    """
    row = {
        "at": at,
        "account": actor.account if actor else None,
        "party": actor.party if actor else None,
        "act": act,
        "object_type": object_type,
        "object_id": object_id,
        "address": address,
        "detail": detail,
    }
    db.execute(insert(Deed), row)
