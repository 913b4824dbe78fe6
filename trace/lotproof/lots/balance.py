"""Balance of a lot: what came, what went, what must still be there. Pure, in exact decimals.

created + received = consumed + shipped + sold + destroyed + adjusted + on hand, all in the lot's base unit.
`received` counts what arrived after it was shipped, and what came from outside.
"""

from dataclasses import dataclass, fields, replace
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Balance:
    """Running totals of one lot in its base unit `uom` (None while no event has stated one)."""

    uom: str | None
    created: Decimal = ZERO
    received: Decimal = ZERO
    consumed: Decimal = ZERO
    shipped: Decimal = ZERO
    sold: Decimal = ZERO
    destroyed: Decimal = ZERO
    adjusted: Decimal = ZERO

    @property
    def on_hand(self) -> Decimal:
        """What the ledger says must still be somewhere in a place, not on the road."""
        gone = self.consumed + self.shipped + self.sold + self.destroyed + self.adjusted
        return self.created + self.received - gone

    @property
    def in_transit(self) -> Decimal:
        """What was shipped and has not arrived; never negative (see `surplus`)."""
        return max(ZERO, self.shipped - self.received)

    @property
    def surplus(self) -> Decimal:
        """What arrived beyond all that had left, of a lot that began on this ledger."""
        return max(ZERO, self.received - self.shipped - self.sold) if self.created else ZERO

    @property
    def balanced(self) -> bool:
        """No more was taken than existed and no more arrived than was sent."""
        return self.on_hand >= 0 and not self.surplus

    def add(self, column: str, amount: Decimal) -> "Balance":
        """Return the totals with `amount` (may be negative when an event is voided) added to one column."""
        return replace(self, **{column: getattr(self, column) + amount})


COLUMNS: tuple[str, ...] = tuple(field.name for field in fields(Balance) if field.name != "uom")
