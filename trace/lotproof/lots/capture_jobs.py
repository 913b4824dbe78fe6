"""Read capture jobs, as far as the reader may know of them. reader: party URI, None for whoever reads all."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger.readers import Reader, owned
from lotproof.lots.capture_models import CaptureJob
from lotproof.storage.base import table_of

_TABLE = table_of(CaptureJob)


def find_job(db: Connection, id: str, reader: Reader) -> Row[Any]:
    """Return a job. Raises: NotFoundError `no_such_job`, also for another party's."""
    row = db.execute(select(_TABLE).where(_TABLE.c.id == id, owned(_TABLE.c.party, reader))).one_or_none()
    if row is None:
        raise NotFoundError(
            "no_such_job", f"no capture job {id}", "jobs are named by the answer to POST /epcis/capture"
        )
    return row


def list_jobs(
    db: Connection, reader: Reader, *, limit: int, before: tuple[datetime, str] | None = None
) -> list[Row[Any]]:
    """Return jobs, newest first. before: time and id of the last one that the caller has."""
    statement = select(_TABLE).order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc()).limit(limit)
    statement = statement.where(owned(_TABLE.c.party, reader))
    if before is not None:
        at, id = before
        older = _TABLE.c.created_at < at
        statement = statement.where(older | ((_TABLE.c.created_at == at) & (_TABLE.c.id < id)))
    return list(db.execute(statement).all())
