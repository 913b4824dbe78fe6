"""Season files between their trial and the yes: kept for a day, for whoever sent them, in her organisation's name."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from lotproof.ledger.log import Log
from lotproof.lots.book.models import SeasonUpload
from lotproof.people.actor import Actor
from lotproof.storage.engine import reading, writing

KEPT_FOR = timedelta(days=1)


def keep_upload(db: Connection, actor: Actor, name: str, data: bytes, now: datetime) -> int:
    """Keep a file and return its id. db: writing."""
    row = {"party": actor.acting_for, "account": actor.account or 0, "name": name, "data": data, "at": now}
    return int(db.execute(insert(SeasonUpload).returning(SeasonUpload.id), row).scalar_one())


def upload_of(db: Connection, actor: Actor, upload: int) -> Row[Any] | None:
    """Return a file (name, data), None for one that is gone, and for one of others."""
    kept = select(SeasonUpload.name, SeasonUpload.data).where(_mine(actor, upload))
    row: Any = db.execute(kept).one_or_none()
    found: Row[Any] | None = row
    return found


def forget_upload(db: Connection, actor: Actor, upload: int) -> None:
    """Remove a file. db: writing."""
    db.execute(delete(SeasonUpload).where(_mine(actor, upload)))


def forget_old(log: Log, at: datetime) -> int:
    """Remove files that nobody said yes to for a day; returns how many. A job of the tick."""
    old = SeasonUpload.at < at - KEPT_FOR
    with reading(log.engine) as db:  # most looks find nothing, and take no turn to write
        if db.execute(select(SeasonUpload.id).where(old).limit(1)).first() is None:
            return 0
    with writing(log.engine) as db:
        return db.execute(delete(SeasonUpload).where(old)).rowcount


def _mine(actor: Actor, upload: int) -> Any:
    return (
        (SeasonUpload.id == upload)
        & (SeasonUpload.party == actor.party)
        & (SeasonUpload.account == (actor.account or 0))
    )
