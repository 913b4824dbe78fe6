"""Tables of documents. None is derived from the log, and none is ledgered: all of it can be erased."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Utc


class Document(Base):
    """A paper that somebody handed in. id: cannot be guessed.

    subject: URI of the party that it is about.  account, party: who handed it in, and for whom she acted.
    name: as given, made safe to show.  sha256, size, media_type: of the original.  state, scan: see `states`.
    problem: a code of `refusals.REFUSALS` where it is refused.  clean_…: of the copy that is shown.
    tries: how often the cleaning began.  has_bytes: whether anything of it lies in a folder.
    read_at: when a program looked for text in it.
    keep_until: it is needed as evidence until then, and no rule of retention counts before.
    """

    __tablename__ = "document"
    __table_args__ = (
        Index("ix_document_subject", "subject", "received_at"),
        Index("ix_document_account", "account", "received_at"),
        Index("ix_document_state", "state", "received_at"),
        Index("ix_document_sha256", "sha256"),
        Index("ix_document_clean_sha256", "clean_sha256"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    subject: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(Text)
    account: Mapped[int | None] = mapped_column(BigInteger)
    party: Mapped[str | None] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(Text)
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    scan: Mapped[str] = mapped_column(Text)
    problem: Mapped[str] = mapped_column(Text)
    clean_sha256: Mapped[str | None] = mapped_column(Text)
    clean_size: Mapped[int | None]
    clean_media_type: Mapped[str | None] = mapped_column(Text)
    tries: Mapped[int]
    has_bytes: Mapped[bool]
    received_at: Mapped[datetime] = mapped_column(Utc)
    settled_at: Mapped[datetime | None] = mapped_column(Utc)
    keep_until: Mapped[datetime | None] = mapped_column(Utc)
    removed_at: Mapped[datetime | None] = mapped_column(Utc)
    read_at: Mapped[datetime | None] = mapped_column(Utc)


class DocumentPage(Base):
    """A picture of one page, for the viewer. number: from 1.  sha256: of the picture.  width, height: in pixels."""

    __tablename__ = "document_page"
    __table_args__ = (Index("ix_document_page_sha256", "sha256"),)

    document: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    sha256: Mapped[str] = mapped_column(Text)
    width: Mapped[int]
    height: Mapped[int]


class DocumentSuggestion(Base):
    """What a program read in a document; never taken for true before a person has looked.

    field: what it would fill.  certainty: per cent.  page: where it stands.
    """

    __tablename__ = "document_suggestion"

    document: Mapped[str] = mapped_column(ForeignKey("document.id"), primary_key=True)
    field: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)
    certainty: Mapped[int]
    page: Mapped[int]
