"""A recall as lists to work through: on hand, on the road, sold to whom, gone, and what nobody recorded. Pure."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from lotproof.lots.recall import Affected, Reach, Receiver

ON_HAND, IN_TRANSIT, SOLD, NOT_RECORDED, GONE = "on_hand", "in_transit", "sold", "not_recorded", "gone"
LISTS = (ON_HAND, IN_TRANSIT, SOLD, NOT_RECORDED, GONE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a list. at: the place where it is, or who has it; None where nobody recorded that.

    amount: None where it was not stated.  state: of the lot now.  because: why it stands under `not_recorded`.
    """

    list: str
    lot: str
    state: str
    amount: Decimal | None
    uom: str | None
    at: str | None
    only_by_voided: bool
    because: str = ""


def lines_of(found: Reach) -> tuple[Line, ...]:
    """Return every lot on at least one list, list by list, lots in their order."""
    told: dict[str, list[Receiver]] = defaultdict(list)
    for one in found.receivers:
        told[one.lot].append(one)
    lines = [line for lot in found.affected for line in _of_lot(lot, told[lot.lot])]
    return tuple(sorted(lines, key=lambda line: LISTS.index(line.list)))


def _of_lot(lot: Affected, told: Sequence[Receiver]) -> Iterator[Line]:
    lines = [*_here(lot), *_left(lot, told), *_unknown(lot, told)]
    yield from lines or [_line(lot, GONE, Decimal(0), lot.place)]


def _here(lot: Affected) -> Iterator[Line]:
    if lot.on_hand > 0:
        if lot.place:
            yield _line(lot, ON_HAND, lot.on_hand, lot.place)
        else:
            yield _line(lot, NOT_RECORDED, lot.on_hand, None, "nobody recorded where it is")


def _left(lot: Affected, told: Sequence[Receiver]) -> Iterator[Line]:
    if lot.in_transit > 0:
        shipped = [one.to for one in told if one.how == "shipped" and one.to]
        at = shipped[-1] if shipped else None  # the newest shipment says where it is going
        because = "" if at else "nobody recorded where it is going"
        yield _line(lot, IN_TRANSIT if at else NOT_RECORDED, lot.in_transit, at, because)
    for one in told:
        if one.how == "sold" and one.to:
            yield _line(lot, SOLD, one.amount, one.to, uom=one.uom)
        elif one.how == "sold":
            yield _line(lot, NOT_RECORDED, one.amount, None, "nobody recorded who bought it", one.uom)


def _unknown(lot: Affected, told: Sequence[Receiver]) -> Iterator[Line]:
    if lot.on_hand < 0:
        yield _line(lot, NOT_RECORDED, -lot.on_hand, None, "more of it left than ever came")
    if lot.state == "not_recorded" or lot.uom is None:
        yield _line(lot, NOT_RECORDED, None, None, "nobody recorded how much there is")


def _line(
    lot: Affected,
    name: str,
    amount: Decimal | None,
    at: str | None,
    because: str = "",
    uom: str | None = None,
) -> Line:
    return Line(name, lot.lot, lot.state, amount, uom or lot.uom, at, lot.only_by_voided, because)
