"""Hand in a document, put its digests on the log, keep it as evidence, and remove it for ever."""

import hashlib
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, insert, select, update

from lotproof.documents.access import may_see, require_upload, unknown_document
from lotproof.documents.files import Files, take_turns
from lotproof.documents.models import Document, DocumentSuggestion
from lotproof.documents.names import shown_name
from lotproof.documents.queries import get
from lotproof.documents.receiving import Arrived, receive_file
from lotproof.documents.states import Scan, State
from lotproof.documents.types import require_type
from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.ledger.log import Log
from lotproof.ledger.submitting import Submission
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties.actions import write_record
from lotproof.parties.records import get_record
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.storage.base import table_of
from lotproof.storage.engine import reading, writing

MOST_BYTES = 20_000_000
VIEW, DOWNLOAD = "view_document", "download_document"
"""Deeds."""
_TABLE = table_of(Document)


@dataclass(frozen=True, slots=True)
class Received:
    """What the uploader is told. sha256: of the original, in hex."""

    id: str
    sha256: str
    state: str


def receive(
    log: Log,
    actor: Actor,
    subject: str,
    type: str,
    stream: IO[bytes],
    filename: str,
    *,
    most_bytes: int = MOST_BYTES,
    address: str = "",
) -> Received:
    """Keep a file in quarantine, to be cleaned soon; it is durable when this returns. Never inside a transaction.

    subject: URI of the party that it is about.  stream: read to its end, however long that takes.
    Raises: as `receive_file`; ForbiddenError; InvalidInputError `unknown_document_type`; NotFoundError `unknown_party`.
    """
    require_type(type)
    require_upload(actor, subject)
    with reading(log.engine) as db:
        if get_record(db, "party", subject) is None:
            raise NotFoundError("unknown_party", f"{subject} is not registered here", "register it first")
    files = Files.of(log)
    with files.spool() as spool:
        arrived = receive_file(stream, filename, spool, most_bytes)
        spool.is_left = (
            True  # until the row stands: the worker clears away what a failure leaves in quarantine
        )
        with writing(log.engine) as db:
            take_turns(db, [arrived.sha256])
            files.quarantine.adopt(spool.path, arrived.sha256)
            row = _row(actor, subject, type, filename, arrived, log.around.clock())
            row["id"] = urlsafe_b64encode(log.around.entropy(18)).decode()
            db.execute(insert(Document), row)
            about = ("upload_document", "document", row["id"])
            note(db, actor, row["received_at"], *about, address=address, type=type)
        spool.is_left = False
    return Received(row["id"], arrived.sha256, row["state"])


def _row(
    actor: Actor, subject: str, type: str, filename: str, arrived: Arrived, now: datetime
) -> dict[str, Any]:
    return {
        "subject": subject,
        "type": type,
        "account": actor.account,
        "party": actor.party,
        "name": shown_name(filename),
        "sha256": arrived.sha256,
        "size": arrived.size,
        "media_type": arrived.media_type,
        "state": State.RECEIVED,
        "scan": Scan.NONE,
        "problem": "",
        "tries": 0,
        "has_bytes": True,
        "received_at": now,
    }


def record_digest(uow: UnitOfWork, operator: str, document: Row[Any]) -> Submission:
    """Put digest, size and media type of a clean document on the chain of the party that it is about.

    Called by whoever decides something by it; the bytes stay beside the log. Done again it changes nothing.
    operator: signs the record.  Raises: RefusedError `document_not_clean`.
    """
    if document.state != State.CLEAN:
        raise RefusedError(
            "document_not_clean",
            "only a document that was cleaned can be decided by",
            "wait, or ask for another",
        )
    body = {
        "party": document.subject,
        "document_type": document.type,
        "original": {"sha256": document.sha256, "size": document.size, "media_type": document.media_type},
        "shown": {
            "sha256": document.clean_sha256,
            "size": document.clean_size,
            "media_type": document.clean_media_type,
        },
    }
    return write_record(uow, operator, "document", log_id(document.id, document.sha256), body)


def log_id(id: str, sha256: str) -> str:
    """The name of a document on the log, from which nobody can guess its address: a urn:uuid of its digest."""
    raw = hashlib.sha256(f"lotproof document {id} {sha256}".encode()).digest()[:16]
    return f"urn:uuid:{UUID(bytes=raw, version=5)}"


def look(
    db: Connection, actor: Actor, id: str, now: datetime, act: str = VIEW, *, address: str = ""
) -> Row[Any]:
    """Return a document that somebody is about to be shown, and note that she looked. db: writing.

    Raises: NotFoundError `unknown_document`.
    """
    found = get(db, actor, id)
    note(db, actor, now, act, "document", id, address=address, subject=found.subject)
    return found


def take_original(log: Log, id: str) -> Path:
    """Return where a document's original lies, for the operator on the machine itself; noted.

    Raises: NotFoundError `unknown_document`, also where its bytes were destroyed.
    """
    with writing(log.engine) as db:
        found = db.execute(select(_TABLE).where(_TABLE.c.id == id)).one_or_none()
        if found is None or not found.has_bytes:
            raise unknown_document()
        note(db, None, log.around.clock(), "take_original", "document", id, subject=found.subject)
    return Files.of(log).quarantine.path_of(found.sha256)


def keep_until(db: Connection, id: str, until: datetime) -> None:
    """Say that a document is evidence until then; the longest that was said counts."""
    later = _TABLE.c.keep_until.is_(None) | (_TABLE.c.keep_until < until)
    db.execute(update(_TABLE).where(_TABLE.c.id == id, later).values(keep_until=until))


def remove_own(db: Connection, actor: Actor, id: str, now: datetime, *, address: str = "") -> None:
    """Remove a document that nothing was decided by; its bytes are destroyed soon after.

    Raises: NotFoundError `unknown_document`; RefusedError `document_in_use`.
    """
    found = db.execute(select(_TABLE).where(_TABLE.c.id == id).with_for_update()).one_or_none()
    if found is None or found.state == State.REMOVED or not may_see(actor, found):
        raise unknown_document()
    require_upload(actor, found.subject)
    if found.keep_until is not None and found.keep_until > now:
        raise RefusedError(
            "document_in_use",
            f"it is evidence for a decision, and kept until {found.keep_until:%Y-%m-%d}",
            "send a newer one; this one goes when its time is over",
        )
    remove(db, id, now)
    note(db, actor, now, "remove_document", "document", id, address=address)


def remove(db: Connection, id: str, now: datetime) -> None:
    """Forget a document for ever: its name and what was read in it now, its bytes at the next turn of the worker."""
    gone = {"state": State.REMOVED, "name": "", "account": None, "removed_at": now}
    db.execute(update(_TABLE).where(_TABLE.c.id == id, _TABLE.c.state != State.REMOVED).values(gone))
    db.execute(update(_TABLE).where(_TABLE.c.id == id, _TABLE.c.has_bytes.is_(False)).values(sha256=""))
    db.execute(delete(DocumentSuggestion).where(DocumentSuggestion.document == id))
