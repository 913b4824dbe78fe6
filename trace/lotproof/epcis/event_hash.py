"""The CBV 2.0 event hash: one name for one content, however an event is written down.

- Offline: a context given by URL is never fetched. Prefixes come from inline context objects and a built-in
  table; an unknown prefix stays as it is written.
- Exact: numbers are normalised as decimals, never through a float.
- Left out, as the algorithm says: recordTime, eventID, errorDeclaration, certificationInfo; and comments.
- It is therefore an identity of the content, not a seal: two events that differ in a correction share it.

Source: GS1 CBV 2.0 section 8.9, with the rules, the canonical property order and the expected values for
CBV2.0 published at github.com/RalphTro/epcis-event-hash-generator (README and tests/examples/expected/CBV2.0,
2026). There, extensions inside standard fields follow the ilmd, each under the path of its field.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from lotproof.kernel import digital_link, epc_urn
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.instants import parse_instant, rfc3339
from lotproof.kernel.quantity import plain, to_decimal

from . import vocabulary as cbv

GS1_VOC = "https://ref.gs1.org/voc/"
PREFIXES = {
    "gs1": GS1_VOC,
    "cbv": cbv.CBV_ROOT,
    "epcis": "https://ref.gs1.org/epcis/",
    "cbvmda": "urn:epcglobal:cbv:mda",
    cbv.EXTENSION_PREFIX: cbv.NS,
}
_STANDARD_ROOTS = ("https://ref.gs1.org", "https://gs1.org")
_CBV_URN = "urn:epcglobal:cbv:"
_CBV_URNS = {f"{_CBV_URN}{urn}:": f"{cbv.CBV_ROOT}{web}-" for urn, web in cbv.URN_LISTS.items()}
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE]([+-]?[0-9]{1,6}))?")
_EVENT_HASH = re.compile(r"ni:///sha-256;([0-9a-f]{64})\?ver=CBV2\.0")
_GREATEST_EXPONENT = 400  # beyond any double; a text like 1e999999 stays a text
_COMMENTS = frozenset({"@context", "comment", "rdfs:comment"})  # nowhere hashed
_IMPLIED = _COMMENTS | {"@type", "type", "isA"}  # said by the standard field already
_NOT_OF_THE_EVENT = _IMPLIED | {"recordTime", "eventID", "errorDeclaration", "certificationInfo"}

_RAW_IN_KEYS = "!'()*+,:;="  # of GS1 set 82, what an EPC URN leaves unescaped stays so in the hash's links
_LONGEST_LINK = 1000  # bounds what the cache can hold

_Namespaces = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Field:
    """One standard field: its JSON name, what is written once before it, and before each of its elements."""

    key: str
    label: str = ""
    item: str = ""
    fields: tuple[_Field, ...] = ()
    words: frozenset[str] = frozenset()
    expansion: str = ""
    is_time: bool = False


def _value(key: str, words: frozenset[str] = frozenset(), expansion: str = "") -> _Field:
    return _Field(key, item=key, words=words, expansion=expansion)


def _time(key: str) -> _Field:
    return _Field(key, item=key, is_time=True)


def _epcs(key: str) -> _Field:
    return _Field(key, label=key, item="epc")


def _quantities(key: str) -> _Field:
    fields = (_value("epcClass"), _value("quantity"), _value("uom"))
    return _Field(key, label=key, item="quantityElement", fields=fields)


def _typed(key: str, name: str, words: frozenset[str], expansion: str) -> _Field:
    return _Field(key, label=key, fields=(_value("type", words, expansion), _value(name)))


_BIZ_STEP, _DISP = cbv.CBV_ROOT + "BizStep-", cbv.CBV_ROOT + "Disp-"
_BTT, _SDT, _COMP = cbv.CBV_ROOT + "BTT-", cbv.CBV_ROOT + "SDT-", cbv.CBV_ROOT + "Comp-"
_DEVICE = (_value("deviceID"), _value("deviceMetadata"), _value("rawData"), _value("dataProcessingMethod"))
_SENSOR_METADATA = (_time("time"), _time("startTime"), _time("endTime"), *_DEVICE, _value("bizRules"))
_SENSOR_REPORT = (
    _value("type", cbv.SENSOR_TYPES, GS1_VOC),
    _value("exception", cbv.SENSOR_ALERTS, GS1_VOC),
    *_DEVICE,
    _time("time"),
    *map(_value, ("microorganism", "chemicalSubstance", "value")),
    _value("component", cbv.COMPONENTS, _COMP),
    *map(_value, ("stringValue", "booleanValue", "hexBinaryValue", "uriValue", "minValue", "maxValue")),
    *map(_value, ("meanValue", "sDev", "percRank", "percValue", "uom", "coordinateReferenceSystem")),
)
_SENSOR_ELEMENT = (
    _Field("sensorMetadata", label="sensorMetadata", fields=_SENSOR_METADATA),
    _Field("sensorReport", item="sensorReport", fields=_SENSOR_REPORT),
)
_ORDER = (  # the canonical property order
    _time("eventTime"),
    _value("eventTimeZoneOffset"),
    _epcs("epcList"),
    _value("parentID"),
    _epcs("inputEPCList"),
    _epcs("childEPCs"),
    _quantities("quantityList"),
    _quantities("childQuantityList"),
    _quantities("inputQuantityList"),
    _epcs("outputEPCList"),
    _quantities("outputQuantityList"),
    _value("action"),
    _value("transformationID"),
    _value("bizStep", cbv.BIZ_STEPS, _BIZ_STEP),
    _value("disposition", cbv.DISPOSITIONS, _DISP),
    _Field(
        "persistentDisposition",
        label="persistentDisposition",
        fields=(_value("set", cbv.DISPOSITIONS, _DISP), _value("unset", cbv.DISPOSITIONS, _DISP)),
    ),
    _Field("readPoint", label="readPoint", fields=(_value("id"),)),
    _Field("bizLocation", label="bizLocation", fields=(_value("id"),)),
    _typed("bizTransactionList", "bizTransaction", cbv.BIZ_TRANSACTION_TYPES, _BTT),
    _typed("sourceList", "source", cbv.SOURCE_DEST_TYPES, _SDT),
    _typed("destinationList", "destination", cbv.SOURCE_DEST_TYPES, _SDT),
    _Field("sensorElementList", item="sensorElement", fields=_SENSOR_ELEMENT),
)
_STANDARD_KEYS = frozenset(field.key for field in _ORDER) | {"ilmd"}


def event_hash(event: Mapping[str, Any], context: Any = None) -> str:
    """Return ni:///sha-256;<64 hex digits>?ver=CBV2.0 for an event in its JSON form.

    context: the @context of the document that the event stood in; the event's own @context goes before it.
    """
    digest = hashlib.sha256(prehash(event, context).encode("utf-8")).hexdigest()
    return f"ni:///sha-256;{digest}?ver=CBV2.0"


def digest_in(event_id: str) -> bytes | None:
    """Return the 32 bytes of a CBV 2.0 event hash; None for any other identifier."""
    match = _EVENT_HASH.fullmatch(event_id)
    return bytes.fromhex(match.group(1)) if match else None


def prehash(event: Mapping[str, Any], context: Any = None) -> str:
    """Return the canonical text that event_hash digests."""
    names = _namespaces(context, event.get("@context"))
    parts = ["eventType=", str(event.get("type", ""))]
    there = [field for field in _ORDER if event.get(field.key) is not None]
    parts += [_standard(field, event[field.key], names) for field in there]
    if event.get("ilmd"):
        parts.append("ilmd" + _free(event["ilmd"], names))
    parts += [_extensions(field, event[field.key], names) for field in there if field.fields]
    own = {k: v for k, v in event.items() if k not in _STANDARD_KEYS and k not in _NOT_OF_THE_EVENT}
    parts.append(_free(own, names))
    return "".join(parts)


def _standard(field: _Field, value: Any, names: _Namespaces) -> str:
    """A standard field with its standard parts; order within a list does not count."""
    texts = [_element(field, element, names) for element in _elements(value)]
    found = sorted(text for text in texts if text)
    return field.label + "".join(found) if found else ""


def _element(field: _Field, element: Any, names: _Namespaces) -> str:
    if field.fields:
        parts = element if isinstance(element, Mapping) else {}
        inner = "".join(_standard(part, parts[part.key], names) for part in field.fields if part.key in parts)
        return field.item + inner if inner else ""
    if isinstance(element, Mapping | list):
        return field.item + _free(element, names)
    text = _time_text(element) if field.is_time else _text(element, names)
    if text in field.words:
        text = field.expansion + text
    return f"{field.item}={text}" if text else ""


def _extensions(field: _Field, value: Any, names: _Namespaces) -> str:
    """What is not standard inside a standard field, under the path of the field."""
    known = frozenset(part.key for part in field.fields)
    found = []
    for element in _elements(value):
        if not isinstance(element, Mapping):
            continue
        inner = [
            _extensions(part, element[part.key], names)
            for part in field.fields
            if part.fields and part.key in element
        ]
        own = {k: v for k, v in element.items() if k not in known and k not in _IMPLIED}
        text = "".join(inner) + _free(own, names)
        if text:
            found.append(field.item + text)
    return field.label + "".join(sorted(found)) if found else ""


def _free(value: Any, names: _Namespaces) -> str:
    """ILMD and extensions of any shape: sorted names and values, nested as they stand."""
    if isinstance(value, Mapping):
        pairs = [(_name(key, names), child) for key, child in value.items() if key not in _COMMENTS]
    else:
        pairs = [("", value)]
    return "".join(sorted(text for name, child in pairs for text in _named(name, child, names)))


def _named(name: str, value: Any, names: _Namespaces) -> Iterator[str]:
    for element in _elements(value):
        if isinstance(element, Mapping | list):
            yield name + _free(element, names)
        else:
            text = _text(element, names)
            yield f"{name}={text}" if text else name


def _elements(value: Any) -> list[Any]:
    if value is None:
        return []
    return [element for element in value if element is not None] if isinstance(value, list) else [value]


def _text(value: Any, names: _Namespaces) -> str:
    """The canonical text of one value."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return plain(to_decimal(value))
    text = str(value).strip()
    prefix, colon, rest = text.partition(":")
    if colon and names.get(prefix, "").startswith(_STANDARD_ROOTS):
        return names[prefix] + rest
    if text.startswith(_CBV_URN):
        for urn, web in _CBV_URNS.items():
            if text.startswith(urn):
                return web + text[len(urn) :]
    number = _NUMBER.fullmatch(text)
    if number:
        return plain(Decimal(text)) if abs(int(number.group(1) or 0)) <= _GREATEST_EXPONENT else text
    is_link = len(text) <= _LONGEST_LINK and text.lower().startswith(("http", "urn:epc:"))
    return _link(text) if is_link else text


@lru_cache(maxsize=65_536)
def _link(text: str) -> str:
    """The constrained canonical Digital Link of a GS1 key, check digits unread; any other text unchanged."""
    try:
        key = digital_link.read_uri(text) or epc_urn.read(text)
    except epc_urn.MalformedUrnError:
        return text
    if key is None:
        return text
    return digital_link.CANONICAL_ROOT + digital_link.write_path(digital_link.finest(key), _RAW_IN_KEYS)


def _time_text(value: Any) -> str:
    """An instant in UTC with milliseconds, half up; what is no RFC 3339 time stays as it is written."""
    text = str(value).strip()
    try:
        return rfc3339(parse_instant(text) + timedelta(microseconds=500))
    except (InvalidInputError, OverflowError):
        return text


def _name(key: str, names: _Namespaces) -> str:
    prefix, colon, local = key.partition(":")
    return f"{{{names[prefix]}}}{local}" if colon and prefix in names else key


def _namespaces(*contexts: Any) -> dict[str, str]:
    """Prefixes by name space: built in, then document, then event. `gs1` cannot be redefined."""
    names = dict(PREFIXES)
    for context in contexts:
        for part in _elements(context):
            for prefix, target in part.items() if isinstance(part, Mapping) else ():
                uri = target.get("@id") if isinstance(target, Mapping) else target
                if isinstance(uri, str) and not prefix.startswith("@"):
                    names[prefix] = uri
    names["gs1"] = GS1_VOC
    return names
