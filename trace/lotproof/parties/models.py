"""Master data as it stands now, the newest version of each record on the log, and keys of programs."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Json, Utc


class Record(Base):
    """One thing of master data. `type` is a name of `record_types.TYPES`, `id` its key within the type."""

    __tablename__ = "record"
    __table_args__ = {"info": {"ledgered": True}}

    type: Mapped[str] = mapped_column(Text, primary_key=True)
    id: Mapped[str] = mapped_column(Text, primary_key=True)
    version: Mapped[int] = mapped_column(BigInteger)
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    submission: Mapped[int] = mapped_column(BigInteger)


class ApiKey(Base):
    """A bearer key of an organisation: only its SHA-256 is kept, its scopes are words divided by spaces."""

    __tablename__ = "api_key"

    id: Mapped[str] = mapped_column(Text, primary_key=True)
    digest: Mapped[bytes] = mapped_column()
    party: Mapped[str] = mapped_column(Text, index=True)
    scopes: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc)
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)
