"""The facts that a public page may show: the one list of them. Whatever is not named here does not reach a page. Pure.

- Of an event: what stands in the clear on the log, and of that the members below. Who owns or possesses is left out
  even where a shipping states it in the clear.
- Of master data: the fields below. The name under which a person records is one of them, as a page says who signed;
  a telephone is not.
- What a page makes of them (state, balance, findings, the way of a lot) is derived from these alone.
"""

from collections.abc import Mapping
from typing import Any

from lotproof.epcis.vocabulary import bare
from lotproof.lots.privacy import PUBLIC_EXTENSIONS

EVENT_MEMBERS = PUBLIC_EXTENSIONS | {
    "type", "action", "eventTime", "eventTimeZoneOffset", "bizStep", "disposition", "persistentDisposition",
    "readPoint", "bizLocation", "sourceList", "destinationList", "parentID", "epcList", "quantityList", "childEPCs",
    "childQuantityList", "inputEPCList", "inputQuantityList", "outputEPCList", "outputQuantityList",
    "transformationID", "sensorElementList", "certificationInfo",
}  # fmt: skip
ENDS = frozenset({"location"})
"""Types of sources and destinations that are shown."""
RECORD_FIELDS: Mapping[str, frozenset[str]] = {
    "party": frozenset({"names", "person"}),
    "place": frozenset({"names", "region"}),
    "product": frozenset({"names", "variety", "category", "crop", "temperature_band", "shelf_life_days"}),
    "input_product": frozenset({"names", "active"}),
}


def public_event(raw: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of an event a page may show. raw: the event as its leaf has it."""
    shown = {name: value for name, value in raw.items() if name in EVENT_MEMBERS}
    for name in ("sourceList", "destinationList"):
        if name in shown:
            shown[name] = [one for one in shown[name] if bare(one.get("type", "")) in ENDS]
    return shown


def public_record(type_name: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """Return what of master data a page may show; nothing of a type that pages do not know."""
    fields = RECORD_FIELDS.get(type_name, frozenset())
    return {name: value for name, value in body.items() if name in fields}
