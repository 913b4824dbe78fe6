"""What was in a container, and when. A child counts only for [since, until) of its span."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from sqlalchemy import Connection, or_, select

from lotproof.epcis.event import Event
from lotproof.lots.models import ContainerSpan, Lot
from lotproof.storage.engine import in_batches, take_turn

_DEEPEST = 16  # pallet, layer, case, …: deeper nesting is a circle


def take_turns(db: Connection, events: Iterable[Event]) -> None:
    """Wait until nobody else moves, fills or empties the containers that these events name."""
    for uri in sorted({item.uri for one in events for item in one.all_items() if item.kind == "sscc"}):
        take_turn(db, int.from_bytes(sha256(uri.encode()).digest()[:8], signed=True))


@dataclass(frozen=True, slots=True)
class Content:
    """A lot inside a container. amount may be unknown."""

    container: str
    uri: str
    amount: Decimal | None
    uom: str | None


def contents(db: Connection, containers: Sequence[str], at: datetime) -> list[Content]:
    """Return the lots in these containers at an instant, also those in containers inside them."""
    return list(_walk(db, containers, at))


def _walk(db: Connection, containers: Sequence[str], at: datetime) -> Iterator[Content]:
    level, seen = list(containers), set(containers)
    for _ in range(_DEEPEST):
        if not level:
            return
        inside: list[str] = []
        for some in in_batches(level):
            statement = (
                select(
                    ContainerSpan.container,
                    ContainerSpan.inner,
                    ContainerSpan.amount,
                    ContainerSpan.uom,
                    Lot.uri,
                )
                .outerjoin(Lot, Lot.id == ContainerSpan.lot)
                .where(ContainerSpan.container.in_(some), ContainerSpan.since <= at)
                .where(or_(ContainerSpan.until.is_(None), ContainerSpan.until > at))
                .order_by(ContainerSpan.id)
            )
            for row in db.execute(statement):
                if row.inner is None:
                    yield Content(row.container, row.uri, row.amount, row.uom)
                elif row.inner not in seen:
                    seen.add(row.inner)
                    inside.append(row.inner)
        level = inside


def open_parents(db: Connection, children: Sequence[str]) -> dict[str, str]:
    """Return the container that each of these containers is still in."""
    found: dict[str, str] = {}
    for some in in_batches(list(children)):
        statement = select(ContainerSpan.inner, ContainerSpan.container).where(
            ContainerSpan.inner.in_(some), ContainerSpan.until.is_(None)
        ).order_by(ContainerSpan.id)
        found.update({row.inner: row.container for row in db.execute(statement)})
    return found
