"""Places, products and devices of one's own, recorded from a form: what is asked, and the record that it becomes."""

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.exceptions import NotFound

from lotproof.lots.book.own_records import write_own
from lotproof_schemas.season_records import load_record
from lotproof_web.books.offers import Field
from lotproof_web.books.refusals import at_fields
from lotproof_web.phrases import Phrasebook
from lotproof_web.words.forms import UNITS
from lotproof_web.words.mark import N_
from lotproof_web.words.units import UNITS as UNIT_NAMES

TITLES = {
    "place": N_("A place of your own"),
    "product": N_("A product of your own"),
    "device": N_("A device"),
}
_NAME = ("name_zh", N_("Name"), "text", "")
_ASKED: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    "place": (
        _NAME,
        ("gln", N_("GLN"), "integer", N_("13 digits; GS1 China gives them out")),
        ("region_zh", N_("Region"), "text", ""),
        ("zone", N_("Time zone"), "text", N_("such as Asia/Shanghai")),
    ),
    "product": (
        _NAME,
        ("gtin", N_("Product number (GTIN)"), "integer", N_("8, 12, 13 or 14 digits, under the bar code")),
        ("uom", N_("Unit"), "select", ""),
        ("variety_zh", N_("Variety"), "text", ""),
        ("crop", N_("Crop"), "text", N_("as it is called in the registrations of pesticides")),
        ("shelf_life_days", N_("Shelf life in days"), "integer", ""),
    ),
    "device": (
        _NAME,
        ("device", N_("Its number"), "text", ""),
    ),
}
_NEEDED = frozenset({"name_zh", "gln", "gtin", "uom", "zone", "device"})
_AT = {"id": {"place": "gln", "product": "gtin", "device": "device"}}
write: Callable[..., None] = write_own


def fields_of(kind: str, texts: Mapping[str, str], words: Phrasebook, zone: str) -> list[Field]:
    """Return the fields of a thing's form. Raises: NotFound for a thing that nobody records here."""
    if kind not in _ASKED:
        raise NotFound
    begins = {"zone": zone, "uom": "KGM"}
    units = [(code, words.say(UNIT_NAMES[code])) for code in UNITS]
    return [
        Field(name, words.say(label), type_name, texts.get(name, begins.get(name, "")), words.say(hint), "",
              name not in _NEEDED, units if type_name == "select" else None)
        for name, label, type_name, hint in _ASKED[kind]
    ]  # fmt: skip


def read(
    kind: str, texts: Mapping[str, str], words: Phrasebook
) -> tuple[str, str, Mapping[str, Any], dict[str, list[str]]]:
    """Return type, id and body of the record, and what is wrong by field."""
    if kind not in _ASKED:
        raise NotFound
    asked = {name for name, *_ in _ASKED[kind]}
    stated = {name: text for name, text in texts.items() if name in asked and text}
    record, problems = load_record(kind, stated)
    if record is None:
        found = at_fields(problems, words)
        return kind, "", {}, {("name_zh" if name == "name" else name): said for name, said in found.items()}
    return record.type, record.id, record.body, {}
