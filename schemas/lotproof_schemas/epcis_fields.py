"""marshmallow fields for the values that stand in an EPCIS 2.0 event. They judge; they never change a value.

Source: GS1 EPCIS 2.0 and its JSON Schema (github.com/gs1/EPCIS); words from GS1 CBV 2.0.
"""

import re
from collections.abc import Mapping
from math import isfinite
from typing import Any

from marshmallow import fields

from lotproof.epcis.vocabulary import bare
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LONGEST_URI, identify
from lotproof.kernel.instants import parse_instant, parse_offset
from lotproof_schemas.faults import COMMON_MESSAGES, Coded, fault, is_extension, refused

_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:[^\s<>\"{}|\\^`\x00-\x20\x7f]+")
_OF_CBV = re.compile(r"urn:epcglobal:cbv:|https?://(?:ref|ns)\.gs1\.org/cbv/|cbv:")
_UOM = re.compile(r"[A-Z0-9]{2,3}")
_HEX = re.compile(r"[0-9A-Fa-f]+")


def is_uri(value: object) -> bool:
    """An absolute URI or a compact one (prefix:name); whether a prefix is declared is not looked at."""
    return isinstance(value, str) and len(value) <= LONGEST_URI and bool(_URI.fullmatch(value))


class Judge(fields.Field[Any]):
    """Base of the fields below: `judge` raises, or the value stands as it is."""

    default_error_messages = COMMON_MESSAGES

    def judge(self, value: Any) -> None:
        """Raise a fault for what must not stand here."""

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Any:
        self.judge(value)
        return value


class Text(Judge):
    """Any text that is not empty."""

    def judge(self, value: Any) -> None:
        if not isinstance(value, str):
            raise fault("invalid_type", "must be text")
        if not value:
            raise fault("invalid_value", "must not be empty")


class Uri(Judge):
    """A URI, absolute or compact."""

    def judge(self, value: Any) -> None:
        if not is_uri(value):
            raise fault("invalid_uri", f"must be a URI, not {value!r:.200}")


class UriOrUris(Judge):
    """certificationInfo: one URI or a list of them."""

    def judge(self, value: Any) -> None:
        if isinstance(value, list) and not value:
            raise fault("invalid_value", "must not be empty")
        for one in value if isinstance(value, list) else [value]:
            if not is_uri(one):
                raise fault("invalid_uri", f"must be a URI, not {one!r:.200}")


class Identifier(Judge):
    """A URI that names a thing; GS1 keys with the right check digit."""

    def judge(self, value: Any) -> None:
        if not isinstance(value, str):
            raise fault("invalid_type", "must be a URI")
        try:
            identify(value)
        except InvalidInputError as error:
            raise refused(error) from None


class Word(Judge):
    """A word of a CBV list, bare, as URN or as web URI; or any URI that is not CBV's own."""

    def __init__(self, words: frozenset[str], code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words, self.code = words, code

    def judge(self, value: Any) -> None:
        if not isinstance(value, str):
            raise fault("invalid_type", "must be text")
        word = bare(value)
        if word not in self.words and (not is_uri(word) or _OF_CBV.match(word)):
            raise fault(self.code, f"{value!r} is no word of CBV 2.0, and no URI of another vocabulary")


class OneOfWords(Judge):
    """Exactly one of a few words."""

    def __init__(self, words: frozenset[str], code: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words, self.code = words, code

    def judge(self, value: Any) -> None:
        if not isinstance(value, str) or value not in self.words:
            raise fault(self.code, f"must be one of {', '.join(sorted(self.words))}")


class Time(Judge):
    """A strict RFC 3339 date-time with its offset."""

    def judge(self, value: Any) -> None:
        try:
            parse_instant(value)
        except InvalidInputError as error:
            raise refused(error) from None


class Offset(Judge):
    """An offset such as +08:00."""

    def judge(self, value: Any) -> None:
        try:
            parse_offset(value)
        except InvalidInputError as error:
            raise refused(error) from None


class Number(Judge):
    """A JSON number; text, true and false are none. lowest: None for no limit."""

    def __init__(self, lowest: int | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lowest = lowest

    def judge(self, value: Any) -> None:
        if type(value) not in (int, float):
            raise fault("invalid_type", "must be a number")
        if not isfinite(value):
            raise fault("invalid_number", "must be a finite number")
        if self.lowest is not None and value < self.lowest:
            raise fault("invalid_value", f"must not be below {self.lowest}")


class Truth(Judge):
    """true or false."""

    def judge(self, value: Any) -> None:
        if not isinstance(value, bool):
            raise fault("invalid_type", "must be true or false")


class Uom(Judge):
    """A unit code of UN/ECE Recommendation 20 or 21: two or three capitals and digits."""

    def judge(self, value: Any) -> None:
        if not isinstance(value, str):
            raise fault("invalid_type", "must be text")
        if not _UOM.fullmatch(value):
            raise fault("invalid_uom", f"{value!r} is no unit code of UN/ECE Rec 20")


class Hex(Judge):
    """Bytes in hexadecimal digits."""

    def judge(self, value: Any) -> None:
        if not isinstance(value, str) or not _HEX.fullmatch(value):
            raise fault("invalid_value", "must be hexadecimal digits")


class Context(Judge):
    """A JSON-LD @context: text, an object, or a list of these. It is kept as it is and never fetched."""

    def judge(self, value: Any) -> None:
        for one in value if isinstance(value, list) else [value]:
            if not isinstance(one, str | dict) or one == "":
                raise fault("invalid_context", "must be a URI, an object, or a list of these")


class Extensions(Judge):
    """An object (ilmd) whose names all are prefixed; what stands under them is nobody's business here."""

    def judge(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise fault("invalid_type", "must be an object")
        unknown = [name for name in value if not is_extension(name)]
        if unknown:
            raise fault(
                "unknown_field", f"{unknown[0]!r} has no prefix, and the standard has no such field here"
            )


class Many(fields.List[Any]):
    """An array. at_least: fewest elements.  unique: refuse an element that stands there twice."""

    default_error_messages = {**COMMON_MESSAGES, "invalid": Coded("invalid_type", "must be an array")}

    def __init__(
        self, inner: fields.Field[Any], at_least: int = 0, unique: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(inner, **kwargs)
        self.at_least, self.unique = at_least, unique

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        if len(value) < self.at_least:
            raise fault("invalid_value", "must not be empty")
        super()._deserialize(value, attr, data, **kwargs)
        if self.unique and len(set(value)) != len(value):
            raise fault("duplicate_element", "must not hold the same thing twice")
        return value
