"""marshmallow fields for facts that people write as text: command line options, CSV cells, form fields.

Each reads text and gives the core's value. Surrounding white space does not count.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from marshmallow import ValidationError, fields

from lotproof.epcis.vocabulary import BIZ_TRANSACTION_TYPES
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gln, LotId, Sscc, identify
from lotproof.kernel.instants import parse_instant
from lotproof.kernel.quantity import plain
from lotproof.kernel.strict_json import check_number
from lotproof.kernel.units import normalise
from lotproof.lots.native import Portion
from lotproof_schemas.epcis_fields import is_uri
from lotproof_schemas.faults import COMMON_MESSAGES, Coded, fault, refused, told

T = TypeVar("T")

LONGEST_TEXT = 2000
_DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_UOM = re.compile(r"[A-Z0-9]{2,3}")
_MOMENT = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[T ]([0-9]{2}:[0-9]{2})(:[0-9]{2}(?:\.[0-9]{1,6})?)? ?(Z|[+-][0-9]{2}:[0-9]{2})?"
)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class Written(fields.Field[Any]):
    """Base: `read` turns text into a value or raises."""

    default_error_messages = COMMON_MESSAGES

    def read(self, text: str) -> Any:
        """Return the value of text that is not blank."""
        raise NotImplementedError

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        if not isinstance(value, str):
            raise fault("invalid_type", "must be text")
        try:
            return self.read(value.strip())
        except InvalidInputError as error:
            raise refused(error) from None


class Words(Written):
    """Free text."""

    def read(self, text: str) -> str:
        if len(text) > LONGEST_TEXT:
            raise fault("too_long", f"must not be longer than {LONGEST_TEXT} characters")
        if not text.replace("\n", " ").replace("\r", " ").replace("\t", " ").isprintable():
            raise fault("invalid_value", "must not hold control characters")
        return text


class Choice(Written):
    """One of a few words."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words

    def read(self, text: str) -> str:
        if text not in self.words:
            raise fault("invalid_value", f"must be one of {', '.join(self.words)}, not {text!r:.60}")
        return text


class UriText(Written):
    """A URI, such as the URN of a growing cycle."""

    def read(self, text: str) -> str:
        identify(text)
        return text


class GlnText(Written):
    """A place or a party: its GLN in 13 digits, or its URI. kind: "place" or "party"."""

    def __init__(self, kind: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind = kind

    def read(self, text: str) -> Gln:
        return read_gln(text, self.kind)


class SsccText(Written):
    """A logistic unit: its SSCC in 18 digits, or its URI."""

    def read(self, text: str) -> Sscc:
        return read_sscc(text)


class DecimalText(Written):
    """An exact decimal with a point. above_zero: refuse zero and less."""

    def __init__(self, above_zero: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.above_zero = above_zero

    def read(self, text: str) -> Decimal:
        return read_decimal(text, self.above_zero)


class UomText(Written):
    """A unit code of UN/ECE Recommendation 20 or 21."""

    def read(self, text: str) -> str:
        return read_uom(text)


class DayText(Written):
    """A date, 2026-11-23."""

    def read(self, text: str) -> date:
        try:
            if _DAY.fullmatch(text):
                return date.fromisoformat(text)
        except ValueError:
            pass
        raise fault("invalid_date", f"must be a date such as 2026-11-23, not {text!r:.60}")


class MomentText(Written):
    """A time. With an offset it comes out aware; without one it comes out naive, for `in_zone`."""

    def read(self, text: str) -> datetime:
        match = _MOMENT.fullmatch(text)
        if match is None:
            said = "such as 2026-11-23T16:36:00+08:00, or local time such as 2026-11-23 16:36"
            raise fault("invalid_time", f"must be a time {said}, not {text!r:.60}")
        day, minute, second, offset = match.groups()
        moment = parse_instant(f"{day}T{minute}{second or ':00'}{offset or 'Z'}")
        return moment if offset else moment.replace(tzinfo=None)


class Several(Written):
    """Values separated by semicolons; everything that is wrong with any of them is said."""

    def __init__(self, one: Callable[[str], Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.one = one

    def read(self, text: str) -> tuple[Any, ...]:
        found: list[Any] = []
        wrong: list[str | list[Any] | dict[Any, Any]] = []
        for part in parts(text):
            try:
                found.append(self.one(part))
            except InvalidInputError as error:
                wrong.append(Coded(error.code, f"{part!r:.100}: {error.message}"))
            except ValidationError as error:
                wrong += [Coded(one.code, f"{part!r:.100}: {one}") for one in told(error)]
        if wrong:
            raise ValidationError(wrong)
        return tuple(found)


class ReferenceText(Written):
    """Documents of business by their CBV type: po=4711; bol=77."""

    def read(self, text: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for part in parts(text):
            kind, _, number = (piece.strip() for piece in part.partition("="))
            if kind not in BIZ_TRANSACTION_TYPES:
                known = ", ".join(sorted(BIZ_TRANSACTION_TYPES))
                raise fault("unknown_reference", f"{part!r:.100} does not begin with one of {known}, and =")
            if not number or not is_uri(f"urn:epcglobal:cbv:bt:{number}"):
                raise fault(
                    "invalid_value", f"{part!r:.100} must go on with a number without spaces, as in po=4711"
                )
            if kind in found:
                raise fault("duplicate_element", f"{kind} stands there twice")
            found[kind] = number
        return found


def parts(text: str) -> Iterator[str]:
    """What stands between semicolons. A lot code that holds one itself must be written as a link (…/10/A%3BB)."""
    return filter(None, map(str.strip, text.split(";")))


def read_lot(text: str) -> LotId:
    """GTIN/LOT, or any link or URN that `LotId.parse` reads."""
    return LotId.parse(text)


def read_portion(text: str) -> Portion:
    """GTIN/LOT=12.5 KGM; zero is a fact too, for counts."""
    lot, equals, quantity = text.rpartition("=")
    amount, _, uom = quantity.strip().partition(" ")
    if not equals or not amount or not uom:
        raise fault(
            "invalid_value", "must be lot, =, amount, space and unit, as in 09521234543213/LOT-1=12.5 KGM"
        )
    return Portion(read_lot(lot.strip()), read_decimal(amount, above_zero=False, signed=False), read_uom(uom))


def read_gln(text: str, kind: str) -> Gln:
    """13 digits, or a URI of that kind: "place" or "party"."""
    if ":" not in text:
        return Gln(text)
    found = identify(text)
    tail = found.uri.rpartition("/")[2]
    if found.kind != kind or len(tail) != 13:
        raise fault("invalid_identifier", f"{text!r:.100} is not the GLN of a {kind}")
    return Gln(tail)


def read_sscc(text: str) -> Sscc:
    """18 digits, or a URI."""
    if ":" not in text:
        return Sscc(text)
    found = identify(text)
    if found.kind != "sscc":
        raise fault("invalid_identifier", f"{text!r:.100} is not an SSCC")
    return Sscc(found.uri.rpartition("/")[2])


def read_decimal(text: str, above_zero: bool, signed: bool = True) -> Decimal:
    """A decimal that is exact in JSON too, because it will stand there."""
    if not _DECIMAL.fullmatch(text):
        raise fault("invalid_number", f"must be a number such as 12.5, not {text!r:.60}")
    amount = Decimal(text)
    if amount <= 0 if above_zero else amount < 0 and not signed:
        raise fault("not_positive", f"must be above zero, not {text:.60}")
    check_number(plain(amount))
    return amount


def read_uom(text: str) -> str:
    """A unit code, CS taken for XCS."""
    code = normalise(text)
    if not _UOM.fullmatch(code):
        raise fault("invalid_uom", f"must be a unit code of UN/ECE Rec 20 such as KGM, not {text!r:.60}")
    return code


def in_zone(moment: datetime, zone: ZoneInfo | None) -> datetime:
    """Give local time the offset that it has in a zone; a time with an offset stays as it is.

    Raises: ValidationError `no_zone`, or `ambiguous_time` where the clock was put forward or back.
    """
    if moment.tzinfo is not None:
        return moment
    if zone is None:
        raise fault(
            "no_zone", "is local time, and the place's time zone is not recorded: add an offset, as in +08:00"
        )
    offsets = {_offset(moment.replace(tzinfo=zone, fold=fold)) for fold in (0, 1)}
    if len(offsets) > 1:
        raise fault("ambiguous_time", f"the clocks of {zone.key} were changed then: add the offset")
    return moment.replace(tzinfo=zone)


def _offset(moment: datetime) -> timedelta | None:
    return moment.utcoffset()
