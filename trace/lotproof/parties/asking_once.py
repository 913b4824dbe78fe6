"""Do what a program asks once, however often it asks: requests carry a key of the program's own choice.

- The key is taken in a transaction of its own before the work begins, and the answer kept after it.
- The same key with something else in it is refused; while the first is being done, the second is told to wait.
- Work that failed is forgotten with its key, as an action that fails leaves nothing behind. Of a process that was
  killed in the middle nobody knows whether the work was done: the key is free again after five minutes.
- Answers are kept for a day.

Source: draft-ietf-httpapi-idempotency-key-header.
"""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.kernel.errors import RefusedError
from lotproof.parties.models import AskedOnce

KEPT_FOR = timedelta(days=1)
DONE_WITHIN = timedelta(minutes=5)
MOST_CHARACTERS = 200


@dataclass(frozen=True, slots=True)
class Answered:
    """What was answered the first time."""

    status: int
    answer: bytes
    location: str | None


def take(db: Connection, party: str, key: str, digest: bytes, now: datetime) -> Answered | None:
    """Take a key for work that is now begun, None; or return the answer that the same work had. db: writing.

    Raises: RefusedError `idempotency_key_reused`, `idempotency_key_in_use`.
    """
    gone = (AskedOnce.asked_at < now - KEPT_FOR) | (
        AskedOnce.status.is_(None) & (AskedOnce.asked_at < now - DONE_WITHIN)
    )
    db.execute(delete(AskedOnce).where(gone))
    insert = postgresql.insert if db.dialect.name == "postgresql" else sqlite.insert
    row = {"party": party, "key": key, "digest": digest, "asked_at": now}
    taken = insert(AskedOnce).values(row).on_conflict_do_nothing().returning(AskedOnce.key)
    if db.execute(taken).first() is not None:
        return None
    before = db.execute(select(AskedOnce.__table__).where(_is(party, key))).one()
    if not hmac.compare_digest(before.digest, digest):
        raise RefusedError(
            "idempotency_key_reused", "this Idempotency-Key was used for something else", "use a new key"
        )
    if before.status is None:
        raise RefusedError(
            "idempotency_key_in_use",
            "the first request with this Idempotency-Key is being done",
            "ask again soon",
        )
    return Answered(before.status, before.answer or b"", before.location)


def keep(db: Connection, party: str, key: str, answered: Answered) -> None:
    """Keep what was answered. db: writing."""
    found = {"status": answered.status, "answer": answered.answer, "location": answered.location}
    db.execute(update(AskedOnce).where(_is(party, key)).values(**found))


def let_go(db: Connection, party: str, key: str) -> None:
    """Forget a key whose work failed. db: writing."""
    db.execute(delete(AskedOnce).where(_is(party, key), AskedOnce.status.is_(None)))


def _is(party: str, key: str) -> ColumnElement[bool]:
    return (AskedOnce.party == party) & (AskedOnce.key == key)
