"""The types of master data and what the body of each must hold. Pure.

Whatever guards, edges and balances read is here, in the clear, on the log; persons and prices never are: see
`parties.persons`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any
from unicodedata import category
from zoneinfo import ZoneInfo

from lotproof.kernel.errors import InvalidInputError, LotproofError, Problem
from lotproof.kernel.identifiers import Gtin, identify
from lotproof.kernel.instants import parse_instant
from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.parties.requirements import ANY, KINDS, ROLES
from lotproof.proof.entry import is_hash

Check = Callable[[Any], str | None]
RETAINED = ("names", "phones", "people", "documents", "texts", "jobs")
"""Kinds of private data that may have a rule of how long they are kept; `lots.erasure.kinds` says what they are."""
DECISIONS = ("submitted", "more_wanted", "approved", "rejected", "withdrawn")
"""What may be decided over an application; only its party and id stand in the clear."""
_LONGEST_TEXT = 300
_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_NOT_SHOWN = ("Cc", "Cs", "Zl", "Zp")
_TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
"""Characters that turn the direction of the text after them."""


@dataclass(frozen=True, slots=True)
class RecordType:
    """required and optional: field -> check, which says what is wrong or None.  check_id: the same for the id."""

    name: str
    check_id: Check
    required: Mapping[str, Check]
    optional: Mapping[str, Check]


def _text(value: Any) -> str | None:
    if not isinstance(value, str) or not value.strip():
        return "must be text"
    return _shown(value)


def _names(value: Any) -> str | None:
    if (
        not isinstance(value, dict)
        or not value
        or not all(isinstance(v, str) and v.strip() for v in value.values())
    ):
        return 'must be names by language, such as {"en": "…", "zh_Hans": "…"}'
    return next(filter(None, map(_shown, value.values())), None)


def _shown(text: str) -> str | None:
    """It stands for ever, on pages, labels and terminals: one line, and nothing that turns what stands beside it."""
    if len(text) > _LONGEST_TEXT:
        return f"must have at most {_LONGEST_TEXT} characters"
    if any(category(char) in _NOT_SHOWN or char in _TURNING for char in text):
        return "must be one line of plain text, without control characters"
    return None


def _phone(value: Any) -> str | None:
    """As people write it: digits with +, spaces, dots, hyphens and brackets between them."""
    fits = isinstance(value, str) and 3 <= sum(char.isdigit() for char in value) <= 20
    fits = fits and all(char.isdigit() or char in "+ .-()" for char in value)
    return None if fits else "must be a telephone number such as +86 10 5550 1234"


def _person(value: Any) -> str | None:
    return None if value is True else "is true for a natural person, and left out for an organisation"


def _words(value: Any) -> str | None:
    return (
        None
        if isinstance(value, list) and all(isinstance(v, str) for v in value)
        else "must be a list of words"
    )


def _days(value: Any) -> str | None:
    return None if type(value) is int and 0 <= value <= 3650 else "must be a whole number of days, 0 to 3650"


def _amount(value: Any) -> str | None:
    """Decimals are text in records, so that they stay exact in every reader."""
    try:
        fits = isinstance(value, str) and Decimal(value).is_finite() and Decimal(value) > 0
    except InvalidOperation:
        fits = False
    return None if fits else "must be a positive decimal as text"


def _one_of(*words: str) -> Check:
    return lambda value: None if value in words else f"must be one of {', '.join(words)}"


def _zone(value: Any) -> str | None:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, TypeError, OSError):
        return "must be an IANA time zone such as Asia/Shanghai"
    return None


def _intervals(value: Any) -> str | None:
    """Pre-harvest interval in whole days per crop; a crop that is not named is not allowed."""
    fits = (
        isinstance(value, dict)
        and value
        and all(isinstance(k, str) and _days(v) is None for k, v in value.items())
    )
    return None if fits else 'must be days by crop, such as {"apple": 21}'


def _band(value: Any) -> str | None:
    """Lowest and highest temperature in degrees Celsius, decimals as text."""
    try:
        fits = (
            isinstance(value, dict)
            and set(value) == {"min", "max"}
            and Decimal(value["min"]) < Decimal(value["max"])
        )
    except (InvalidOperation, TypeError):
        fits = False
    return None if fits else 'must be degrees Celsius as text, such as {"min": "0", "max": "4"}'


def _parsed(parse: Callable[[str], object], what: str) -> Check:
    def check(value: Any) -> str | None:
        try:
            parse(value)
        except (LotproofError, TypeError, ValueError, AttributeError):
            return f"must be a {what} with a right check digit"
        return None

    return check


def _uri_of(kind: str) -> Check:
    def check(value: Any) -> str | None:
        try:
            known = identify(value)
        except (LotproofError, TypeError, AttributeError) as error:
            return str(error)
        return None if (known.kind, known.uri) == (kind, value) else f"must be the canonical URI of a {kind}"

    return check


def _uuid(value: Any) -> str | None:
    fits = isinstance(value, str) and _UUID.fullmatch(value)
    return None if fits else "must be a urn:uuid in small letters"


def _file(value: Any) -> str | None:
    """What is known of a file whose bytes are not on the log."""
    fits = (
        isinstance(value, dict)
        and set(value) == {"sha256", "size", "media_type"}
        and isinstance(value["sha256"], str)
        and bool(_SHA256.fullmatch(value["sha256"]))
        and type(value["size"]) is int
        and value["size"] > 0
        and _text(value["media_type"]) is None
    )
    return None if fits else "must be sha256, size in bytes and media_type of a file"


def _day(value: Any) -> str | None:
    try:
        fits = isinstance(value, str) and 1900 <= date.fromisoformat(value).year <= 2200 and len(value) == 10
    except ValueError:
        fits = False
    return None if fits else "must be a date such as 2026-09-01"


def _instant(value: Any) -> str | None:
    try:
        parse_instant(value)
    except LotproofError:
        return "must be a time with its offset, such as 2026-09-01T08:00:00Z"
    return None


def _spans(value: Any) -> str | None:
    fits = isinstance(value, list) and all(
        isinstance(one, list)
        and len(one) == 2
        and _instant(one[0]) is None
        and (one[1] is None or (_instant(one[1]) is None and parse_instant(one[0]) <= parse_instant(one[1])))
        for one in value
    )
    return None if fits else "must be intervals [[from, to or null], …]"


def _digest(value: Any) -> str | None:
    return None if is_hash(value) else "must be a SHA-256 in hex"


def _papers(value: Any) -> str | None:
    fits = isinstance(value, list) and all(
        isinstance(one, list) and one and all(name in DOCUMENT_TYPES for name in one) for one in value
    )
    return None if fits else 'must be document types by what one is enough of, such as [["business_licence"]]'


def check_days(valid_from: str, valid_to: str | None) -> list[Problem]:
    """A paper does not end before it begins. Both are dates that were checked."""
    if valid_to is None or valid_from <= valid_to:
        return []
    return [Problem("valid_to", "ends_before_it_begins", f"it ends on {valid_to}, before {valid_from}")]


_party, _place, _gtin = _uri_of("party"), _uri_of("place"), _parsed(Gtin.parse, "GTIN")

TYPES: dict[str, RecordType] = {
    record.name: record
    for record in (
        RecordType(
            "party",
            _party,
            {"names": _names},
            {"roles": _words, "country": _text, "person": _person, "phone": _phone, "kind": _one_of(*KINDS)},
        ),
        RecordType(
            "place",
            _place,
            {"names": _names, "zone": _zone},
            {"party": _party, "parent": _place, "kind": _text, "region": _names},
        ),
        RecordType(
            "product",
            _gtin,
            {"names": _names, "uom": _text},
            {
                "variety": _names,
                "category": _text,
                "crop": _text,
                "shelf_life_days": _days,
                "temperature_band": _band,
            },
        ),
        RecordType("input_product", _text, {"names": _names, "intervals": _intervals}, {"active": _text}),
        RecordType(
            "conversion", _text, {"gtin": _gtin, "from_uom": _text, "to_uom": _text, "factor": _amount}, {}
        ),
        RecordType("tolerance", _text, {"percent": _amount}, {}),
        RecordType("cycle", _text, {"crop": _text}, {"plot": _text, "place": _place, "season": _text}),
        RecordType("retention", _one_of(*RETAINED), {"days": _days}, {}),
        RecordType("device", _text, {"names": _names}, {"party": _party}),
    )
}

PAPERS: dict[str, RecordType] = {
    record.name: record
    for record in (
        RecordType(
            "document",
            _uuid,
            {"party": _party, "document_type": _text, "original": _file, "shown": _file},
            {},
        ),
        RecordType(
            "requirement",
            _text,
            {
                "role": _one_of(*ROLES),
                "category": _text,
                "kind": _one_of(ANY, *KINDS),
                "papers": _papers,
                "valid_from": _day,
            },
            {"zone": _zone},
        ),
        RecordType(
            "qualification",
            _uuid,
            {
                "party": _party,
                "document_type": _one_of(*DOCUMENT_TYPES),
                "valid_from": _day,
                "approved_at": _instant,
            },
            {
                "number": _text,
                "issuer": _text,
                "scope": _words,
                "stands_for": _words,
                "valid_to": _day,
                "zone": _zone,
                "document": _digest,
                "suspended": _spans,
                "revoked_at": _instant,
                "reason": _text,
                "reviewer": _text,
                "person": _person,
            },
        ),
        RecordType(
            "application",
            _uuid,
            {"party": _party, "decision": _one_of(*DECISIONS)},
            {"reason": _text, "reviewer": _text, "qualifications": _words},
        ),
    )
}
"""Facts about parties, which stand on their chains: see `parties.qualified`. `write_record` puts them on the log."""
ALL: dict[str, RecordType] = TYPES | PAPERS


_BELONGS_BY = {"place": "party", "device": "party", "cycle": "place"}


def belongs_to(type_name: str, body: Mapping[str, Any]) -> str | None:
    """Return the URI of what a record belongs to: of a place or device its party, of a growing cycle its place."""
    owner = body.get(_BELONGS_BY.get(type_name, ""))
    return owner if isinstance(owner, str) else None


def check_record(type_name: str, id: str, body: Mapping[str, Any]) -> list[Problem]:
    """Return everything that is wrong with a record, each problem at its field."""
    record = ALL.get(type_name)
    if record is None:
        return [Problem("type", "unknown_record_type", f"{type_name!r} is not one of {', '.join(ALL)}")]
    problems = []
    if wrong := record.check_id(id):
        problems.append(Problem("id", "invalid_value", f"{id!r} {wrong}"))
    checks = {**record.required, **record.optional}
    for name in record.required.keys() - body.keys():
        problems.append(Problem(name, "missing", f"a {type_name} needs {name}"))
    for name, value in body.items():
        if name not in checks:
            problems.append(Problem(name, "unknown_field", f"a {type_name} has no {name}"))
        elif wrong := checks[name](value):
            problems.append(Problem(name, "invalid_value", f"{value!r} {wrong}"))
    if type_name == "qualification" and not problems:
        problems += check_days(body["valid_from"], body.get("valid_to"))
    return sorted(problems, key=lambda p: p.where)


def require_record(type_name: str, id: str, body: Mapping[str, Any]) -> None:
    """Raise InvalidInputError `invalid_record` with every problem."""
    if problems := check_record(type_name, id, body):
        raise InvalidInputError(
            "invalid_record", f"this {type_name} cannot be recorded", "mend each field", problems
        )
