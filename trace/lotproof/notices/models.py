"""Tables of notices. All of them hold what can be erased; none follows from the log.

- A notice says which kind it is and fills its holes; its words are found when it is shown, in the reader's language.
- What leaves the house is a row of `outgoing`. Addresses and texts that are private are emptied once it has left.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Json, Utc


class Notice(Base):
    """Something that an account is told. kind: of `kinds.KINDS`; about_type, about_id: the object that it leads to.

    detail: fills the holes of the kind's words.  once: a second notice with the same word is not written.
    in_digest: waits for the mail of the day.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("account", "once"),
        Index("ix_notice_unread", "account", "read_at"),
        Index("ix_notice_in_digest", "in_digest", "account"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(Text)
    about_type: Mapped[str] = mapped_column(Text)
    about_id: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(Utc)
    read_at: Mapped[datetime | None] = mapped_column(Utc)
    once: Mapped[str] = mapped_column(Text)
    in_digest: Mapped[bool] = mapped_column(Boolean)


class Outgoing(Base):
    """One mail or text message. It is sent at least once, under the same message id at every try.

    notice: whose words it carries; None for a code or a digest, which have a `detail` of their own until they left.
    address: where to, while it waits; None: the account's address at that time.
    priority: 0 before 1.  state: a word of `outbox.State`.  next_try_at: not before; a worker that takes the row moves
    it on, so that a row whose worker died comes up again.  expires_at: not sent after.
    """

    __tablename__ = "outgoing"
    __table_args__ = (Index("ix_outgoing_due", "state", "priority", "next_try_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    notice: Mapped[int | None] = mapped_column(BigInteger)
    account: Mapped[int | None] = mapped_column(BigInteger, index=True)
    channel: Mapped[str] = mapped_column(Text)
    address: Mapped[str | None] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    language: Mapped[str] = mapped_column(Text)
    priority: Mapped[int] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(Text)
    tries: Mapped[int] = mapped_column(BigInteger)
    next_try_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime | None] = mapped_column(Utc)
    last_error: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Utc)
    sent_at: Mapped[datetime | None] = mapped_column(Utc)


class Preference(Base):
    """How an account wants to hear of a topic on a channel, where that differs from what is usual."""

    __tablename__ = "preference"

    account: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    topic: Mapped[str] = mapped_column(Text, primary_key=True)
    channel: Mapped[str] = mapped_column(Text, primary_key=True)
    delivery: Mapped[str] = mapped_column(Text)


class Holiday(Base):
    """A day that an operator entered. is_working: a weekend day on which work is done in exchange for a holiday."""

    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    is_working: Mapped[bool] = mapped_column(Boolean)


class Lead(Base):
    """Who hears of a passed deadline of a role. party: its URI, "" for wherever no other lead is named."""

    __tablename__ = "lead"

    role: Mapped[str] = mapped_column(Text, primary_key=True)
    party: Mapped[str] = mapped_column(Text, primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"))


class Deadline(Base):
    """Something has to be done by people of a role until a time. There is one for a kind and an object.

    party: whose people; None for those of the role anywhere.  name: of the object, as people know it.
    reminded_at, escalated_at: when that was told; it is told once for each time that it is due.
    """

    __tablename__ = "deadline"
    __table_args__ = (
        UniqueConstraint("kind", "about_type", "about_id"),
        Index("ix_deadline_due", "closed_at", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    about_type: Mapped[str] = mapped_column(Text)
    about_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    role: Mapped[str] = mapped_column(Text)
    party: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(Utc)
    remind_at: Mapped[datetime | None] = mapped_column(Utc)
    reminded_at: Mapped[datetime | None] = mapped_column(Utc)
    escalated_at: Mapped[datetime | None] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)
