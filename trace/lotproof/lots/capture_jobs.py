"""Read capture jobs, as far as the reader may know of them. reader: party URI, None for whoever reads all."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select

from lotproof.kernel.errors import NotFoundError
from lotproof.lots.capture_models import CaptureJob
from lotproof.storage.base import table_of

_TABLE = table_of(CaptureJob)


def find_job(db: Connection, id: str, reader: str | None) -> Row[Any]:
    """Return a job. Raises: NotFoundError `no_such_job`, also for another party's."""
    row = db.execute(select(_TABLE).where(_TABLE.c.id == id)).one_or_none()
    if row is None or reader not in (None, row.party):
        raise NotFoundError(
            "no_such_job", f"no capture job {id}", "jobs are named by the answer to POST /epcis/capture"
        )
    return row


def list_jobs(
    db: Connection, reader: str | None, *, limit: int, before: tuple[datetime, str] | None = None
) -> list[Row[Any]]:
    """Return jobs, newest first. before: time and id of the last one that the caller has."""
    statement = select(_TABLE).order_by(_TABLE.c.created_at.desc(), _TABLE.c.id.desc()).limit(limit)
    if reader is not None:
        statement = statement.where(_TABLE.c.party == reader)
    if before is not None:
        at, id = before
        older = _TABLE.c.created_at < at
        statement = statement.where(older | ((_TABLE.c.created_at == at) & (_TABLE.c.id < id)))
    return list(db.execute(statement).all())
