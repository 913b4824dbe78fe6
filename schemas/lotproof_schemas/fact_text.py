"""A fact as the texts that people would write: `native_fact.load_fact` the other way round."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gln, LotId, Sscc
from lotproof.kernel.quantity import plain
from lotproof.lots.native import Fact, Portion
from lotproof_schemas.native_fact import NAMES


def texts_of(fact: Fact) -> dict[str, str]:
    """Return the texts by field; what is not stated has none."""
    written = ((name, _text(getattr(fact, name))) for name in NAMES)
    return {name: text for name, text in written if text}


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple):
        return "; ".join(map(_text, value))
    if isinstance(value, Mapping):
        return "; ".join(f"{kind}={number}" for kind, number in value.items())
    return _WRITERS[type(value)](value)


def _lot(lot: LotId) -> str:
    """GTIN/LOT, or a link where the lot's code holds what would be read as something else."""
    text = f"{lot.gtin14}/{lot.code}"
    try:
        plainly = not set(text) & set("; =\n'") and LotId.parse(text) == lot
    except InvalidInputError:
        plainly = False
    return text if plainly else lot.uri


def _portion(portion: Portion) -> str:
    return f"{_lot(portion.lot)}={plain(portion.amount)} {portion.uom}"


def _moment(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds" if at.microsecond else "seconds")


_WRITERS: Mapping[type, Callable[[Any], str]] = {
    str: str,
    LotId: _lot,
    Portion: _portion,
    Gln: str,
    Sscc: str,
    Decimal: plain,
    datetime: _moment,
    date: date.isoformat,
}
