"""Master data as it stands now, the newest version of each record, qualifications, keys of programs, their requests."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Date, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Hash, Json, Utc


class Record(Base):
    """One thing of master data. `type` is a name of `record_types.TYPES`, `id` its key within the type.

    belongs_to: URI of what it belongs to: of a place or device its party, of a growing cycle its place.
    """

    __tablename__ = "record"
    __table_args__ = (
        Index("ix_record_belongs_to", "belongs_to", "type"),
        Index("ix_record_submission", "submission"),
        {"info": {"ledgered": True}},
    )

    type: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    submission: Mapped[int] = mapped_column(BigInteger)
    belongs_to: Mapped[str | None] = mapped_column(Text)


class Qualification(Base):
    """A paper of a party that was approved, as the newest version of its record says: derived from the log.

    since, until: its days as instants, [since, until); until None: no end.  suspended: [[from, to or null], …].
    number None: none is asked for, or it was erased.  document: SHA-256 of what was handed in, in hex.
    """

    __tablename__ = "qualification"
    __table_args__ = (
        Index("ix_qualification_party", "party"),
        Index("ix_qualification_until", "until"),
        {"info": {"ledgered": True}},
    )

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    party: Mapped[str] = mapped_column(Text)
    document_type: Mapped[str] = mapped_column(Text)
    number: Mapped[str | None] = mapped_column(Text)
    issuer: Mapped[str | None] = mapped_column(Text)
    scope: Mapped[list[str]] = mapped_column(Json)
    stands_for: Mapped[list[str]] = mapped_column(Json)
    valid_from: Mapped[date] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)
    since: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime | None] = mapped_column(Utc)
    document: Mapped[str | None] = mapped_column(Text)
    approved_at: Mapped[datetime] = mapped_column(Utc)
    suspended: Mapped[list[Any]] = mapped_column(Json)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)
    submission: Mapped[int] = mapped_column(BigInteger)


class ApiKey(Base):
    """A bearer key of an organisation: only its SHA-256 is kept, its scopes are words divided by spaces.

    name: what its holder calls the program or device.  made_by: the account that made it, None for the operator's
    command line.  last_used_at: kept to the quarter of an hour.
    """

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes] = mapped_column()
    party: Mapped[str] = mapped_column(Text, index=True)
    scopes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)
    name: Mapped[str | None] = mapped_column(Text)
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    last_used_at: Mapped[datetime | None] = mapped_column(Utc)


class AskedOnce(Base):
    """A request that its program may send again without it being done twice. key: the program's own name for it.

    digest: of all that was asked.  status: None while it is being done.  answer: what was answered.
    """

    __tablename__ = "asked_once"

    party: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes] = mapped_column(Hash)
    asked_at: Mapped[datetime] = mapped_column(Utc, index=True)
    status: Mapped[int | None]
    answer: Mapped[bytes | None]
    location: Mapped[str | None] = mapped_column(Text)
