"""What the views for programs stand on, apart from the services of pages."""

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app
from sqlalchemy import Connection

from lotproof.ledger.log import Log
from lotproof_web.api.bearer import Asker, asker_of_request
from lotproof_web.background import Loop
from lotproof_web.document_keeper import DocumentKeeper
from lotproof_web.epcis.worker import CaptureWorker
from lotproof_web.log.heads import HeadsKeeper
from lotproof_web.log.publisher import Publisher
from lotproof_web.mail_keeper import MailKeeper

_NAME = "lotproof_ledger"


@dataclass(frozen=True, slots=True)
class Ledger:
    """The log and the work that goes on behind it.

    public_entries: whether anybody may read the log's entries.  capture_limit: of a document, in bytes.
    document_limit: of a file that somebody hands in, in bytes.
    """

    log: Log
    worker: CaptureWorker
    publisher: Publisher
    heads: HeadsKeeper
    mails: MailKeeper
    public_entries: bool
    capture_limit: int
    documents: DocumentKeeper
    document_limit: int

    @property
    def loops(self) -> tuple[Loop, ...]:
        """All work that goes on behind the requests."""
        return (self.worker.loop, self.publisher.loop, self.heads.loop, self.mails.loop, self.documents.loop)


def keep(app: Flask, here: Ledger) -> None:
    """Let the application's views find it."""
    app.extensions[_NAME] = here


def ledger() -> Ledger:
    """The ledger that the application was made with."""
    return cast(Ledger, current_app.extensions[_NAME])


def asker(db: Connection) -> Asker:
    """Return who asks to read. Raises: UnauthorisedError."""
    return asker_of_request(db, ledger().log.operator)
