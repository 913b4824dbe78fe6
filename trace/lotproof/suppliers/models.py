"""Tables of applications and of what is known of suppliers. None is derived from the log, and none is ledgered."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Hash, Json, Utc


class Application(Base):
    """A party asks to be qualified in a role. id: urn:uuid, the same as of its decisions on the log.

    category: of products, "*" for all.  state: of `states.State`.  version: one more with every change of state and
    every correction, by which two who decide at once are told apart.  started_by: account; is_for_other: staff entered
    it for somebody.  due_at: when a decision is due, None while it is not with the reviewers.  days_left: working days
    that were left when more was asked for.  claimed_…: the reviewer who took it.  decided_…: by whom and when.
    """

    __tablename__ = "application"
    __table_args__ = (
        Index("ix_application_state", "state", "due_at"),
        Index("ix_application_party", "party", "started_at"),
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    party: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    category: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    version: Mapped[int]
    started_by: Mapped[int | None] = mapped_column(BigInteger)
    is_for_other: Mapped[bool]
    started_at: Mapped[datetime] = mapped_column(Utc)
    submitted_at: Mapped[datetime | None] = mapped_column(Utc)
    due_at: Mapped[datetime | None] = mapped_column(Utc)
    days_left: Mapped[int | None]
    claimed_by: Mapped[int | None] = mapped_column(BigInteger)
    claimed_name: Mapped[str] = mapped_column(Text)
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_name: Mapped[str] = mapped_column(Text)
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    reason: Mapped[str] = mapped_column(Text)


class ApplicationDocument(Base):
    """A paper of an application. document: what was handed in, None until it was.

    number, issuer, scope, valid_…: as typed, and perhaps corrected by the reviewer.  qualification: id of its record,
    once it was approved.
    """

    __tablename__ = "application_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    document_type: Mapped[str] = mapped_column(Text)
    document: Mapped[str | None] = mapped_column(Text, index=True)
    number: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(Text)
    scope: Mapped[list[str]] = mapped_column(Json)
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    qualification: Mapped[str | None] = mapped_column(Text)


class ApplicationStep(Base):
    """One line of an application's history, never changed. act: a code.  reason: as people wrote it.

    detail: plain values, such as field, old and new of a correction.
    """

    __tablename__ = "application_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    application: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    account: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class ReputationNote(Base):
    """What somebody knows of a party, with where it comes from. Staff alone reads it."""

    __tablename__ = "reputation_note"

    id: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(Text, index=True)
    at: Mapped[datetime] = mapped_column(Utc)
    account: Mapped[int | None] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)


class ApplicationClaim(Base):
    """A link by which the one for whom staff entered an application becomes its owner. Only its digest is kept."""

    __tablename__ = "application_claim"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(Hash, unique=True)
    application: Mapped[str] = mapped_column(ForeignKey("application.id"), index=True)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)
    used_by: Mapped[int | None] = mapped_column(BigInteger)


class Supplier(Base):
    """A party as the list of suppliers shows it; `summary.refresh` makes it anew from what stands elsewhere.

    standing: none, approved, suspended or revoked, whatever the day is.  ends_at: when the first of its papers that no
    newer one replaced ends, None for never.  applying: state of its newest application, "" where it has none.
    """

    __tablename__ = "supplier"
    __table_args__ = (
        Index("ix_supplier_name", "name"),
        Index("ix_supplier_ends_at", "standing", "ends_at"),
    )

    party: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    search: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    roles: Mapped[str] = mapped_column(Text)
    categories: Mapped[str] = mapped_column(Text)
    standing: Mapped[str] = mapped_column(Text)
    ends_at: Mapped[datetime | None] = mapped_column(Utc)
    applying: Mapped[str] = mapped_column(Text)
    papers: Mapped[int]
    changed_at: Mapped[datetime] = mapped_column(Utc)
