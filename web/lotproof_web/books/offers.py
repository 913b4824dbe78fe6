"""The fields of a form as the page shows them: what each begins with, and what its picker offers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.book.codes import suggest_code
from lotproof.lots.book.forms import EARLIER_VALUES, Form
from lotproof.lots.book.memory import last_values
from lotproof.lots.book.own import Bodies
from lotproof.lots.book.pickers import (
    Growing,
    Lately,
    Offered,
    growing_of,
    inputs_for,
    lately,
    places_named,
    products_of,
)
from lotproof.lots.book.stock import StockLine, on_hand
from lotproof.storage.blobs import BlobStore
from lotproof_web.phrases import Phrasebook, day
from lotproof_web.words.forms import AMOUNTS, FIELDS, TEMPERATURES, UNITS, VERDICTS
from lotproof_web.words.units import UNITS as UNIT_NAMES

Texts = Mapping[str, str]
_LOCAL = "%Y-%m-%dT%H:%M"
_REMEMBERED = frozenset(EARLIER_VALUES) - {"product", "place", "place_of_plot", "unit"}


@dataclass(frozen=True, slots=True)
class Field:
    """One field as the macro `field` takes it. listed: options of a `datalist`, (value, text)."""

    name: str
    label: str
    type: str
    value: str
    hint: str
    unit: str
    optional: bool
    options: Sequence[tuple[str, str]] | None = None
    listed: Sequence[tuple[str, str]] = ()
    attrs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(slots=True)
class Offers:
    """What was read for a form's pickers; only what its fields need is asked for."""

    party: str
    growing: list[Growing] = field(default_factory=list)
    inputs: list[Offered] = field(default_factory=list)
    products: list[Offered] = field(default_factory=list)
    lots: list[StockLine] = field(default_factory=list)
    places: Bodies = field(default_factory=dict)
    others: Bodies = field(default_factory=dict)
    lately: Lately = field(default_factory=lambda: Lately([], [], [], []))
    last: Texts = field(default_factory=dict)

    def chosen(self, cycle: str) -> Growing | None:
        """The growing cycle with this URI."""
        return next((one for one in self.growing if one.cycle == cycle), None)


def read_offers(
    db: Connection, party: str, form: Form, asked: Texts, blobs: BlobStore, *, remember: bool
) -> Offers:
    """Read what a form offers, in at most eight statements. asked: what the form is filled with already.

    remember: whether it begins with what was recorded the last time.
    """
    fields, offers = set(form.fields), Offers(party)
    if "cycle" in fields:
        offers.growing = growing_of(db, party)
    if "registration" in fields:
        known = offers.chosen(asked.get("cycle", ""))
        offers.inputs = inputs_for(db, known.crop if known else None)
    if fields & {"product", "code", "to_place", "place_to"}:
        offers.lately = lately(db, party)
    if "product" in fields:
        offers.products = products_of(db, party, offers.lately.gtins)
    if fields & {"place", "place_of_plot"}:
        offers.places, offers.others = places_named(db, party, offers.lately.sent_to[:20])
    if fields & {"lot", "lot_2"} and not ("lot" in asked and "lot_2" not in fields):
        offers.lots = on_hand(db, party)
    if remember and fields & _REMEMBERED:
        offers.last = last_values(db, party, form, blobs, asked.get("cycle"))
    return offers


def begin(form: Form, offers: Offers, now: Any, zone: ZoneInfo) -> dict[str, str]:
    """Return what a form begins with: the time now, the last values, the only or last place, a free lot code."""
    said = {name: value for name, value in offers.last.items() if name in form.fields}
    local = now.astimezone(zone)
    said["at"] = local.strftime(_LOCAL)
    if "code" in form.fields:
        said["code"] = suggest_code(offers.party, local.date(), offers.lately.codes)
    if "product" in form.fields and offers.products:
        said.setdefault("product", offers.products[0].key)
    for name in ("place", "place_of_plot"):
        if name in form.fields and offers.places:
            here = next(
                (uri for uri in offers.lately.places if uri in offers.places), next(iter(offers.places))
            )
            said.setdefault(name, here.rpartition("/")[2])
    if "cycle" in form.fields and len(offers.growing) == 1:
        said["cycle"] = offers.growing[0].cycle
    return said


def fields_of(
    names: Sequence[str], form: Form, offers: Offers, texts: Texts, uoms: Mapping[str, str], book: Phrasebook
) -> list[Field]:
    """Return these fields of a form for its page. uoms: units by lot and product."""
    return [_field(name, form, offers, texts, uoms, book) for name in names]


def _field(
    name: str, form: Form, offers: Offers, texts: Texts, uoms: Mapping[str, str], book: Phrasebook
) -> Field:
    words = FIELDS[name]
    options, listed = _options(name, form, offers, book), list(_listed(name, offers, book))
    attrs: dict[str, Any] = {"required": True} if form.asks(name) and words.type != "radio" else {}
    if listed:
        attrs |= {"list": f"list-{name}", "autocomplete": "off"}
    unit = "°C" if name in TEMPERATURES else ""
    if name in AMOUNTS:
        unit = _unit_of(form, name, offers, texts, uoms, book)
    kind = words.type
    if kind == "select" and options is not None and not options:
        kind, options = "text", None
    elif kind == "select" and options is not None:
        options = [("", book.say("please choose") if form.asks(name) else book.say("not stated")), *options]
    return Field(
        name, book.say(words.label), kind, texts.get(name, ""), book.say(words.hint), unit, not form.asks(name),
        options, listed, attrs,
    )  # fmt: skip


def _options(name: str, form: Form, offers: Offers, book: Phrasebook) -> list[tuple[str, str]] | None:
    if name == "cycle":
        dated = form.kind == "harvest"
        return [(one.cycle, _growing(one, dated, book)) for one in offers.growing]
    if name in ("place", "place_of_plot"):
        return [(uri.rpartition("/")[2], _place(uri, body, book)) for uri, body in offers.places.items()]
    if name == "product":
        return [(one.key, f"{book.name(one.names) or one.key} · {one.key}") for one in offers.products]
    if name == "unit":
        return [(code, book.say(UNIT_NAMES[code])) for code in UNITS]
    if name == "verdict":
        return [(code, book.say(text)) for code, text in VERDICTS]
    return None


def _listed(name: str, offers: Offers, book: Phrasebook) -> Iterator[tuple[str, str]]:
    if name == "registration":
        for one in offers.inputs:
            yield one.key, book.name(one.names)
    elif name in ("lot", "lot_2"):
        for line in offers.lots:
            there = book.amount(line.balance.on_hand, line.balance.uom)
            yield f"{line.gtin}/{line.code}", f"{book.name(line.product)} {line.code} · {there}".strip()
    elif name in ("to_place", "place_to"):
        for uri, body in {**offers.others, **offers.places}.items():
            yield uri.rpartition("/")[2], _place(uri, body, book)


def _place(uri: str, body: Mapping[str, Any], book: Phrasebook) -> str:
    return book.name(body.get("names", {})) or book.key(uri)


def plot_name(one: Any, book: Phrasebook) -> str:
    """A plot as people call it: its name, its crop, its place."""
    where = book.name(getattr(one, "names", None) or getattr(one, "place_names", {}))
    parts = [one.plot or where or one.cycle[-12:], one.crop or "", where if one.plot else ""]
    return " · ".join(part for part in parts if part)


def _unit_of(
    form: Form, name: str, offers: Offers, texts: Texts, uoms: Mapping[str, str], book: Phrasebook
) -> str:
    if "unit" in form.shown:
        return ""
    stated = texts.get("unit")
    if not stated and (name in ("made", "made_2") or form.kind in ("harvest", "creation")):
        product = texts.get("product", "")
        stated = next((one.uom for one in offers.products if one.key == product and one.uom), None)
    if not stated:
        stated = uoms.get(_uri(texts.get("lot_2" if name == "amount_2" else "lot", "")))
    return book.unit(stated) if stated else ""


def _uri(text: str) -> str:
    try:
        return LotId.parse(text).uri
    except InvalidInputError:
        return ""


def _growing(one: Growing, dated: bool, book: Phrasebook) -> str:
    """A growing cycle to choose; for a harvest with the first day on which it may be."""
    name = plot_name(one, book)
    return f"{name} · {book.say('from %(day)s', day=day(one.earliest))}" if dated and one.earliest else name
