"""Show a form, and take what was filled in: one machinery for every form of both books."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Response, make_response, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, LotproofError
from lotproof.kernel.identifiers import Gln, LotId
from lotproof.lots.book.deliveries import Delivery, deliveries_to
from lotproof.lots.book.forms import FIELD, Form
from lotproof.lots.book.pickers import uoms_of
from lotproof.lots.book.recording import record_form
from lotproof.lots.book.waiting import Wait, wait_after, wait_of
from lotproof.parties.records import get_record, zone_of
from lotproof.people.actor import Actor
from lotproof.people.drafts import forget_draft
from lotproof_schemas.fact_form import read_fields, read_form
from lotproof_web.api.here import ledger
from lotproof_web.books.offers import Offers, begin, fields_of, read_offers
from lotproof_web.books.refusals import Refusal, are_of_fields, at_fields, refusals_of
from lotproof_web.drafting import resumed
from lotproof_web.i18n import book
from lotproof_web.scan_text import read_code
from lotproof_web.signed_in import now, reads, signed_in
from lotproof_web.words.forms import FORMS

_LOTS = ("lot", "lot_2")


@dataclass(frozen=True, slots=True)
class Filled:
    """A form with what stands in it."""

    form: Form
    texts: Mapping[str, str]
    offers: Offers
    kept: Any = None
    problems: Mapping[str, list[str]] | None = None
    refusals: tuple[Refusal, ...] = ()
    status: int = 200


def show_form(form: Form) -> AnyResponse:
    """The form: what the address says, else the draft, else what was recorded the last time."""
    who = signed_in()
    who.require(form.permission)
    asked = {name: request.args[name] for name in form.fields if request.args.get(name)}
    asked = {**asked, **_cleaned(asked)}
    kept = None if asked else resumed(_key(form))
    blobs = ledger().log.around.blobs
    offers = read_offers(reads(), who.acting_for, form, asked, blobs, remember=kept is None)
    texts = begin(form, offers, now(), _zone_of(form, asked, offers, who))
    if kept is not None:
        texts |= {name: values[0] for name, values in kept.values.items() if name in form.fields and values}
    texts |= _of_delivery(form, who, asked) | asked
    return _page(Filled(form, texts, offers, kept))


def take_form(form: Form) -> AnyResponse:
    """Record what was filled in and show its receipt; or show the form again with what is wrong."""
    who = signed_in()
    who.require(form.permission)
    texts = {name: request.form.get(name, "").strip() for name in form.fields}
    texts |= _cleaned(texts)
    log, words = ledger().log, book()
    fact, got, problems = read_form(
        form, texts, zone=_zone_of(form, texts, None, who), uoms=_uoms(texts).get, new_cycle=_new_cycle()
    )
    if fact is None:
        return _again(form, who, texts, at_fields(problems, words), (), 422)
    try:
        with log.unit_of_work() as uow:
            season = str(got.get("season", ""))
            address = request.remote_addr or ""
            done = record_form(uow, log.operator, who, form, fact, season=season, address=address)
            if who.account is not None:
                forget_draft(uow.db, who.account, _key(form))
    except ForbiddenError:
        raise
    except LotproofError as error:
        return _refused(form, who, texts, error)
    return redirect(f"/lotbook/receipt/{done.submission}{'?again=1' if done.repeated else ''}", 303)


def _refused(form: Form, who: Actor, texts: Mapping[str, str], error: LotproofError) -> AnyResponse:
    words = book()
    if error.code == "unknown_lot":
        field = "cycle" if "cycle" in form.fields else "lot"
        return _again(
            form, who, texts, {field: [words.say("No lot of yours has this number and code.")]}, (), 422
        )
    if are_of_fields(error, form.fields):
        return _again(form, who, texts, at_fields(error.problems, words), (), 422)
    return _again(form, who, texts, {}, tuple(refusals_of(error, words)), 409)


def _again(
    form: Form,
    who: Actor,
    texts: Mapping[str, str],
    problems: Mapping[str, list[str]],
    refusals: tuple[Refusal, ...],
    status: int,
) -> AnyResponse:
    blobs = ledger().log.around.blobs
    offers = read_offers(reads(), who.acting_for, form, {}, blobs, remember=False)
    return _page(Filled(form, texts, offers, None, problems, refusals, status))


def _page(filled: Filled) -> Response:
    form, words, who = filled.form, book(), signed_in()
    uoms = _uoms(filled.texts) if any(filled.texts.get(name) for name in _LOTS) else {}
    shown = fields_of(form.shown, form, filled.offers, filled.texts, uoms, words)
    more = fields_of(form.more, form, filled.offers, filled.texts, uoms, words)
    problems = filled.problems or {}
    html = render_template(
        "books/form.html", form=form, words=FORMS[form.name], shown=shown, more=more, problems=problems,
        refusals=filled.refusals, kept=filled.kept, key=_key(form), in_field=form.room == FIELD,
        open_more=any(name in problems for name in form.more), last=filled.offers.last,
        wait=wait_for(form, filled.texts, filled.offers, who), action=request.path,
        delivery=_delivery(form, who, filled.texts),
    )  # fmt: skip
    return make_response(html, filled.status)


def wait_for(form: Form, texts: Mapping[str, str], offers: Offers, who: Actor) -> Wait | None:
    """How the chosen plot stands: for a treatment after it, for a harvest now. None where no plot is chosen."""
    chosen = offers.chosen(texts.get("cycle", ""))
    if chosen is None or form.kind not in ("input_applied", "harvest"):
        return None
    zone = ZoneInfo(chosen.zone)
    got, _ = read_fields(form, {"at": texts.get("ended_at") or texts.get("at", "")}, zone)
    on = (got["at"] if "at" in got else now()).astimezone(zone).date()
    if form.kind == "harvest":
        return wait_of(chosen.earliest, on)
    registration = texts.get("registration", "").strip()
    if not registration:
        return None
    known = next((one.body for one in offers.inputs if one.key == registration), None)
    if known is None:
        known = get_record(reads(), "input_product", registration)
    return wait_after(known["intervals"] if known else None, chosen.crop, on, chosen.earliest)


def _cleaned(texts: Mapping[str, str]) -> dict[str, str]:
    """Lots as they were scanned or typed, in the one spelling; what cannot be read stays as it is."""
    found = {}
    for name in _LOTS:
        try:
            named = read_code(texts[name]) if texts.get(name) else None
        except InvalidInputError:
            continue
        if isinstance(named, LotId):
            found[name] = str(named) if LotId.parse(str(named)) == named else named.uri
    return found


def _uoms(texts: Mapping[str, str]) -> Mapping[str, str]:
    lots = []
    for name in _LOTS:
        try:
            lots += [LotId.parse(texts[name])] if texts.get(name) else []
        except InvalidInputError:
            continue
    gtins = [*(lot.gtin14 for lot in lots), texts.get("product", "").zfill(14)]
    return uoms_of(reads(), [lot.uri for lot in lots], gtins)


def _zone_of(form: Form, texts: Mapping[str, str], offers: Offers | None, who: Actor) -> ZoneInfo:
    """The zone of the plot or place; where none is known, that of who fills the form in."""
    place = texts.get("place") or texts.get("place_of_plot") or ""
    if texts.get("cycle"):
        known = offers.chosen(texts["cycle"]) if offers else None
        body = None if known else get_record(reads(), "cycle", texts["cycle"])
        place = (known.place if known else (body or {}).get("place", "")) or ""
        if known:
            return ZoneInfo(known.zone)
    try:
        zone = zone_of(reads(), Gln(place.rpartition("/")[2])) if place else None
    except InvalidInputError:
        zone = None
    return zone or ZoneInfo(who.zone)


def _of_delivery(form: Form, who: Actor, asked: Mapping[str, str]) -> dict[str, str]:
    """What was sent, where a lot is received that is on its way here."""
    found = _delivery(form, who, asked)
    if found is None:
        return {}
    said = {"place": found.to_place.rpartition("/")[2], "unit": found.uom or ""}
    if found.amount is not None:
        said["amount"] = format(found.amount.normalize(), "f")
    if found.from_place:
        said["from_place"] = found.from_place.rpartition("/")[2]
    return said


def _delivery(form: Form, who: Actor, texts: Mapping[str, str]) -> Delivery | None:
    if form.kind != "receiving" or not texts.get("lot"):
        return None
    try:
        lot = LotId.parse(texts["lot"])
    except InvalidInputError:
        return None
    return next(iter(deliveries_to(reads(), who.acting_for, lot.uri)), None)


def _new_cycle() -> str:
    return f"urn:uuid:{UUID(bytes=ledger().log.around.entropy(16), version=4)}"


def _key(form: Form) -> str:
    return f"form.{form.name}"
