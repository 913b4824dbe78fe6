"""What is derived from the events of lots. `apply` writes them, `corrections` voids, `findings` and `holds` judge.

- Everything points to an event by its submission number, which is known before the log's index is.
- Totals stand on the lot, so that a guard reads one row; `event_lot` says which event each part came from.
- Nothing is deleted: a corrected event is voided, and its edges with it.
"""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import BigInteger, Boolean, Date, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Exact, Hash, Utc

_LEDGERED = {"info": {"ledgered": True}}
RowId = BigInteger().with_variant(Integer, "sqlite")
ZERO = Decimal(0)


class Lot(Base):
    """A node of the trace: a lot or a growing cycle. Totals are in `base_uom`, that of the first event."""

    __tablename__ = "lot"
    __table_args__ = _LEDGERED

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    uri: Mapped[str] = mapped_column(Text, unique=True)
    type: Mapped[str] = mapped_column(String(8))
    gtin: Mapped[str | None] = mapped_column(String(14), index=True)
    code: Mapped[str | None] = mapped_column(String(20))
    base_uom: Mapped[str | None] = mapped_column(String(8))
    place: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime | None] = mapped_column(Utc)
    harvested_on: Mapped[date | None] = mapped_column(Date)
    crop: Mapped[str | None] = mapped_column(Text)
    earliest_harvest: Mapped[date | None] = mapped_column(Date)
    created: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    received: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    consumed: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    shipped: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    sold: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    destroyed: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    adjusted: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    quarantined: Mapped[Decimal] = mapped_column(Exact, default=ZERO)
    holds: Mapped[int] = mapped_column(Integer, default=0)
    recalls: Mapped[int] = mapped_column(Integer, default=0)


_SENT = text("to_place IS NOT NULL")


class EventRow(Base):
    """The parts of an event that are searched for; the event itself is read from its leaf.

    public_id: where no eventID was submitted, the digest of the CBV hash of what stands in the clear.
    counted: false for the same content from another party, which moves nothing while the first one stands.
    on_date: of a harvest its date, of an application the first day on which it lets the crop be harvested.
    to_place: URI of where goods are sent.
    """

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_time", "event_time"),
        Index("ix_event_step_time", "biz_step", "event_time"),
        Index("ix_event_content", "content"),
        Index("ix_event_to_place", "to_place", sqlite_where=_SENT, postgresql_where=_SENT),
        _LEDGERED,
    )

    submission: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(Hash)
    kind: Mapped[str] = mapped_column(String(24))
    event_id: Mapped[str | None] = mapped_column(Text, index=True)
    public_id: Mapped[bytes | None] = mapped_column(Hash, index=True)
    event_time: Mapped[datetime] = mapped_column(Utc)
    biz_step: Mapped[str | None] = mapped_column(Text)
    place: Mapped[str | None] = mapped_column(Text)
    to_place: Mapped[str | None] = mapped_column(Text)
    party: Mapped[str] = mapped_column(Text)
    counted: Mapped[bool] = mapped_column(Boolean)
    on_date: Mapped[date | None] = mapped_column(Date)
    corrects: Mapped[int | None] = mapped_column(RowId)
    voided_by: Mapped[int | None] = mapped_column(RowId)


class EventLot(Base):
    """A lot's part in an event. `total` is the column of the lot that `base_amount` was added to, if any.

    role: object, input, output, child, parent or cycle; what is inside a container has the container's.
    """

    __tablename__ = "event_lot"
    __table_args__ = (Index("ix_event_lot_lot", "lot", "submission"), _LEDGERED)

    submission: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    lot: Mapped[int] = mapped_column(RowId, ForeignKey("lot.id"))
    role: Mapped[str] = mapped_column(String(8))
    amount: Mapped[Decimal | None] = mapped_column(Exact)
    uom: Mapped[str | None] = mapped_column(String(8))
    total: Mapped[str | None] = mapped_column(String(12))
    base_amount: Mapped[Decimal | None] = mapped_column(Exact)


class LotEdge(Base):
    """src went into dst. quantity: what the event took of src, in src's base unit, whatever the number of outputs."""

    __tablename__ = "lot_edge"
    __table_args__ = (Index("ix_lot_edge_dst", "dst", "src"), _LEDGERED)

    src: Mapped[int] = mapped_column(RowId, ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    dst: Mapped[int] = mapped_column(RowId, ForeignKey("lot.id"), primary_key=True, autoincrement=False)
    submission: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(24))
    quantity: Mapped[Decimal | None] = mapped_column(Exact)
    voided: Mapped[bool] = mapped_column(Boolean, default=False)


class ContainerSpan(Base):
    """A child was in a container for [since, until): a reused crate must not contaminate everything.

    One of `lot` and `inner` (a container) is set.
    """

    __tablename__ = "container_span"
    __table_args__ = (
        Index("ix_container_span_inner", "inner"),
        Index("ix_container_span_lot", "lot"),
        _LEDGERED,
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    container: Mapped[str] = mapped_column(Text, index=True)
    lot: Mapped[int | None] = mapped_column(RowId, ForeignKey("lot.id"))
    inner: Mapped[str | None] = mapped_column(Text)
    amount: Mapped[Decimal | None] = mapped_column(Exact)
    uom: Mapped[str | None] = mapped_column(String(8))
    since: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime | None] = mapped_column(Utc)
    opened_by: Mapped[int] = mapped_column(RowId, index=True)
    closed_by: Mapped[int | None] = mapped_column(RowId)


class Finding(Base):
    """A check that did not hold for a lot, at an event. closed_by: the event that settled it."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_lot", "lot", "code"), _LEDGERED)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    code: Mapped[str] = mapped_column(String(40))
    lot: Mapped[int | None] = mapped_column(RowId, ForeignKey("lot.id"))
    submission: Mapped[int] = mapped_column(RowId, index=True)
    message: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[int | None] = mapped_column(RowId)
    hold: Mapped[int | None] = mapped_column(RowId)


class Hold(Base):
    """A lot may not move from `since` on, until an event with two approvals releases it.

    code: of the finding, "manual" or "recall".
    """

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_lot", "lot"), Index("ix_hold_recall", "recall"), _LEDGERED)

    id: Mapped[int] = mapped_column(RowId, primary_key=True, autoincrement=True)
    lot: Mapped[int] = mapped_column(RowId, ForeignKey("lot.id"))
    submission: Mapped[int] = mapped_column(RowId)
    code: Mapped[str] = mapped_column(String(40))
    recall: Mapped[str | None] = mapped_column(Text)
    since: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime | None] = mapped_column(Utc)
    released_by: Mapped[int | None] = mapped_column(RowId)
