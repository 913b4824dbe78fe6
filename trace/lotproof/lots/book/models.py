"""Tables of the books: releases that wait for a second person, answers to recalls, season files that wait for a yes.

None of them is derived from the log, and none is ledgered.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Utc


class ReleaseWish(Base):
    """A first approval, which waits for the second one by another person of the same organisation.

    lots: URIs; none where `recall` (URI) is to end.  reason, first_name: private.
    outcome: None while it waits, then "released" or "withdrawn".  submission: of the release on the log.
    """

    __tablename__ = "release_wish"
    __table_args__ = (Index("ix_release_wish_party", "party", "outcome"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(Text)
    lots: Mapped[list[Any]]
    recall: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    first_by: Mapped[int] = mapped_column(BigInteger, info={"account": True})
    first_name: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(Utc)
    outcome: Mapped[str | None] = mapped_column(Text)
    second_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(Utc)
    submission: Mapped[int | None] = mapped_column(BigInteger)


class RecallAnswer(Base):
    """What an affected organisation says to a recall; the newest of a party counts, earlier ones stay.

    amounts: what it still has, as texts by lot URI.  note: private.
    """

    __tablename__ = "recall_answer"
    __table_args__ = (
        Index("ix_recall_answer_recall", "recall", "party"),
        Index("ix_recall_answer_party", "party"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    recall: Mapped[str] = mapped_column(Text)
    party: Mapped[str] = mapped_column(Text)
    account: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Utc)
    note: Mapped[str] = mapped_column(Text)
    amounts: Mapped[dict[str, Any]]


class SeasonUpload(Base):
    """A season file that was read and tried, and waits for a yes; removed once it was recorded, or after a day."""

    __tablename__ = "season_upload"

    id: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(Text, index=True)
    account: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    data: Mapped[bytes]
    at: Mapped[datetime] = mapped_column(Utc)
