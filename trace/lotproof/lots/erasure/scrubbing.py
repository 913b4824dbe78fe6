"""Which tables held private data in the open, and are rewritten after an erasure."""

from sqlalchemy import Engine

from lotproof.documents.models import Document, DocumentSuggestion
from lotproof.ledger import tables as t
from lotproof.lots.book.models import RecallAnswer, ReleaseWish, SeasonUpload
from lotproof.lots.capture_models import CaptureJob, StagedEvent
from lotproof.parties.models import Record
from lotproof.storage.scrub import scrub

PRIVATE_TABLES = (
    t.disclosure.name, t.inbox.name, Record.__tablename__, CaptureJob.__tablename__, StagedEvent.__tablename__,
    Document.__tablename__, DocumentSuggestion.__tablename__, ReleaseWish.__tablename__, RecallAnswer.__tablename__,
    SeasonUpload.__tablename__,
)  # fmt: skip


def scrub_private(engine: Engine) -> bool:
    """Get the bytes of what was erased out of the database's files; False where it has to be done again."""
    return scrub(engine, PRIVATE_TABLES)
