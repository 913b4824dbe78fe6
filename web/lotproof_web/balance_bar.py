"""A lot's balance as two bars, what came and what became of it, with the rows of its table. Pure.

Both bars are equally long when nothing is missing: a shortage is its own part of the upper one.
"""

from dataclasses import dataclass
from decimal import Decimal

from markupsafe import Markup, escape

from lotproof.lots.balance import ZERO, Balance
from lotproof_web.phrases import Phrasebook
from lotproof_web.words.details import BALANCE

_LENGTH = 1000
_THICK, _GAP = 26, 10


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a bar. code: of the table BALANCE and of the style sheet."""

    code: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table: swatch, words, amount. came: belongs to the upper bar."""

    code: str
    label: str
    amount: str
    came: bool


@dataclass(frozen=True, slots=True)
class BalancePicture:
    """Bars, rows and what stands beneath; `balanced` is False where more was taken than there was."""

    svg: Markup
    rows: tuple[Row, ...]
    in_transit: str
    surplus: str
    balanced: bool


def parts(balance: Balance) -> tuple[tuple[Part, ...], tuple[Part, ...]]:
    """What came and what became of it, as positive parts without zeros."""
    came = (
        Part("created", balance.created),
        Part("received", balance.received),
        Part("found", -balance.adjusted),
        Part("missing", -balance.on_hand),
    )
    went = (
        Part("consumed", balance.consumed),
        Part("shipped", balance.shipped),
        Part("sold", balance.sold),
        Part("destroyed", balance.destroyed),
        Part("adjusted", balance.adjusted),
        Part("on_hand", balance.on_hand),
    )
    return tuple(part for part in came if part.amount > 0), tuple(part for part in went if part.amount > 0)


def balance_picture(balance: Balance, book: Phrasebook) -> BalancePicture | None:
    """The picture of a balance; None where nothing was counted."""
    came, went = parts(balance)
    if balance.uom is None or not (came or went):
        return None
    rows = tuple(
        Row(part.code, book.say(BALANCE[part.code]), book.amount(part.amount, balance.uom), part in came)
        for part in (*came, *went)
    )
    return BalancePicture(
        _svg(came, went, book),
        rows,
        book.amount(balance.in_transit, balance.uom) if balance.in_transit > ZERO else "",
        book.amount(balance.surplus, balance.uom) if balance.surplus > ZERO else "",
        balance.balanced,
    )


def _svg(came: tuple[Part, ...], went: tuple[Part, ...], book: Phrasebook) -> Markup:
    scale = max(sum((part.amount for part in came), ZERO), sum((part.amount for part in went), ZERO))
    bars = _bar(came, scale, 0) + _bar(went, scale, _THICK + _GAP)
    title = escape(book.say("What came, and what became of it"))
    return Markup(
        f'<svg class="bar" viewBox="0 0 {_LENGTH} {2 * _THICK + _GAP}" preserveAspectRatio="none" role="img" '
        f'aria-labelledby="bar-t"><title id="bar-t">{title}</title>{bars}</svg>'
    )


def _bar(row: tuple[Part, ...], scale: Decimal, y: int) -> str:
    x, drawn = ZERO, []
    for part in row:
        width = part.amount / scale * _LENGTH
        drawn.append(
            f'<rect class="b-{part.code}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{_THICK}"/>'
        )
        x += width
    return "".join(drawn)
