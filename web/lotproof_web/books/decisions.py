"""Holds, findings and recalls: queues, releases by two people, drills, recalls and their answers."""

from urllib.parse import urlencode
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, LotproofError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.book import recalling, releases
from lotproof.lots.book.own import reader_of
from lotproof.lots.book.queue import FoundLine, HeldLine, open_findings, open_holds
from lotproof.lots.problems import CODES
from lotproof.lots.recall import new_recall
from lotproof.lots.recall_lists import LISTS
from lotproof.parties.records import names_at_once
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission as P
from lotproof.people.proving import is_proved
from lotproof.storage.engine import writing
from lotproof_schemas.sheets import to_csv, to_xlsx
from lotproof_web.api.here import ledger
from lotproof_web.books.lot_words import state_mark
from lotproof_web.books.recall_words import picture, sheet_of, title_of
from lotproof_web.books.refusals import Refusal, lot_href, refusals_of
from lotproof_web.i18n import book
from lotproof_web.lists import ROWS, Filter, csv_answer, read_list, wants_csv
from lotproof_web.scan_text import read_code
from lotproof_web.signed_in import needs, now, reads, session_id, signed_in
from lotproof_web.words.findings import FINDINGS
from lotproof_web.words.mark import N_

decisions = Blueprint("decisions", __name__)
_READ = (P.READ_LOTS, P.READ_LOTS_ANY)
_CODES = [(code, words.title) for code, words in FINDINGS.items()]
_HELD = Filter(
    "code", N_("Why"), [one for one in _CODES if one[0] in CODES or one[0] in ("manual", "recall")]
)
_FOUND = Filter("code", N_("What"), [one for one in _CODES if one[0] in CODES])
_SORTS = (("oldest", N_("oldest first")), ("newest", N_("newest first")))
PROVE = "/account/prove"
Refusals = tuple[Refusal, ...]


@decisions.get("/lotbook/holds")
@needs(*_READ)
def holds() -> AnyResponse:
    """What is on hold, and the releases that wait for a second person."""
    who, listing = signed_in(), read_list((_HELD,), _SORTS)
    found = open_holds(reads(), reader_of(who), code=listing.chosen.get("code", ""), search=listing.q)
    if wants_csv():
        return _csv_of_holds(found)
    if listing.sort == "newest":
        found.reverse()
    waiting = (
        releases.waiting_releases(reads(), who.party) if who.party and who.may(P.APPROVE_RELEASE) else []
    )
    page = found[listing.offset : listing.offset + ROWS]
    return make_response(render_template(
        "books/holds.html", listing=listing, count=len(found), lines=page, words=FINDINGS, who=who, lot_href=lot_href,
        more=len(found) > listing.offset + ROWS,
        waiting=[(one, releases.name_of(one.lots, one.recall)) for one in waiting],
        names=names_at_once(reads(), {one.by for one in page}), may_release=who.may(P.APPROVE_RELEASE),
        may_hold=who.may(P.HOLD_LOTS),
    ))  # fmt: skip


def _csv_of_holds(found: list[HeldLine]) -> Response:
    rows = [
        (one.gtin, one.code, one.because, one.recall or "", one.since, one.by, one.entry) for one in found
    ]
    return csv_answer("holds", ("gtin", "lot", "because", "recall", "since", "by", "entry"), rows)


@decisions.get("/lotbook/findings")
@needs(*_READ)
def findings() -> AnyResponse:
    """What checks found and nothing settled yet."""
    who, listing = signed_in(), read_list((_FOUND,), _SORTS)
    found: list[FoundLine] = open_findings(
        reads(), reader_of(who), code=listing.chosen.get("code", ""), search=listing.q
    )
    if wants_csv():
        rows = [(one.gtin, one.code, one.because, one.message, one.at, one.by, one.entry) for one in found]
        return csv_answer("findings", ("gtin", "lot", "finding", "message", "at", "by", "entry"), rows)
    if listing.sort == "newest":
        found.reverse()
    return make_response(render_template(
        "books/findings.html", listing=listing, count=len(found), words=FINDINGS, lot_href=lot_href,
        lines=found[listing.offset : listing.offset + ROWS], more=len(found) > listing.offset + ROWS,
    ))  # fmt: skip


@decisions.get("/lotbook/holds/new")
@needs(P.HOLD_LOTS)
def new_hold() -> AnyResponse:
    """Which lots, and why."""
    return _choice("hold", request.args.getlist("lot"))


@decisions.post("/lotbook/holds/new")
@needs(P.HOLD_LOTS)
def hold() -> AnyResponse:
    """Put them on hold."""
    log, texts = ledger().log, request.form.getlist("lot")
    try:
        with log.unit_of_work() as uow:
            releases.hold_lots(uow, log.operator, signed_in(), _lots(texts), request.form.get("reason", ""))
    except LotproofError as error:
        return _choice("hold", texts, error)
    return redirect("/lotbook/holds", 303)


@decisions.get("/lotbook/holds/release")
@needs(P.APPROVE_RELEASE)
def new_release() -> AnyResponse:
    """Which lots, and what was found out."""
    return _choice("release", request.args.getlist("lot"))


@decisions.post("/lotbook/holds/release")
@needs(P.APPROVE_RELEASE)
def wish() -> AnyResponse:
    """Give the first approval."""
    texts, log = request.form.getlist("lot"), ledger().log
    try:
        with writing(log.engine) as db:
            one = releases.wish_release(
                db, log.operator, signed_in(), _lots(texts), request.form.get("reason", ""), now()
            )
    except LotproofError as error:
        return _choice("release", texts, error)
    return redirect(f"/lotbook/releases/{one}", 303)


@decisions.get("/lotbook/releases/<int:wish_id>")
@needs(P.APPROVE_RELEASE, P.RECALL_LOTS)
def release(wish_id: int) -> str:
    """A release between its two approvals."""
    return _release(wish_id, ())


def _release(wish_id: int, refusals: Refusals) -> str:
    who = signed_in()
    found = next(
        (one for one in releases.waiting_releases(reads(), who.acting_for) if one.id == wish_id), None
    )
    lots = [(LotId.parse(uri).code, lot_href(uri)) for uri in found.lots] if found else []
    return render_template(
        "books/release.html", found=found, lots=lots, mine=found is not None and found.first_by == who.account,
        refusals=refusals, proved=is_proved(reads(), session_id(), now()), prove=_prove_here(),
    )  # fmt: skip


@decisions.post("/lotbook/releases/<int:wish_id>")
@needs(P.APPROVE_RELEASE, P.RECALL_LOTS)
def decide(wish_id: int) -> AnyResponse:
    """Give the second approval, or take the first one back."""
    log = ledger().log
    try:
        if request.form.get("do") == "withdraw":
            with writing(log.engine) as db:
                releases.withdraw_release(db, signed_in(), wish_id, now())
        elif not is_proved(reads(), session_id(), now()):
            return redirect(_prove_here(), 303)
        else:
            with log.unit_of_work() as uow:
                releases.approve_release(uow, log.operator, signed_in(), wish_id)
    except LotproofError as error:
        status = 403 if isinstance(error, ForbiddenError) else 409
        return make_response(_release(wish_id, tuple(refusals_of(error, book()))), status)
    return redirect("/lotbook/holds", 303)


@decisions.get("/lotbook/recalls")
@needs(*_READ)
def recalls() -> str:
    """Recalls that touch the organisation's lots."""
    who = signed_in()
    found = recalling.recalls_for(reads(), reader_of(who), 20)
    names = names_at_once(reads(), {one.by for one in found})
    return render_template("books/recalls.html", found=found, names=names, may_recall=who.may(P.RECALL_LOTS))


@decisions.get("/lotbook/recalls/new")
@needs(P.RECALL_LOTS)
def drill() -> AnyResponse:
    """What a recall of the chosen lots would reach; nothing changes."""
    return _rehearsal(request.args.getlist("lot"))


@decisions.post("/lotbook/recalls/new")
@needs(P.RECALL_LOTS)
def recall() -> AnyResponse:
    """Do it."""
    texts, log = request.form.getlist("lot"), ledger().log
    if not is_proved(reads(), session_id(), now()):
        return redirect(_prove_here(texts), 303)
    uri = new_recall(log.around.entropy)
    try:
        with log.unit_of_work() as uow:
            recalling.recall_now(
                uow, log.operator, signed_in(), _lots(texts), request.form.get("reason", ""), uri
            )
    except LotproofError as error:
        return _rehearsal(texts, error)
    return redirect(f"/lotbook/recalls/{uri.rpartition(':')[2]}", 303)


def _rehearsal(texts: list[str], error: LotproofError | None = None) -> AnyResponse:
    who, lists = signed_in(), None
    try:
        lots = _lots(texts)
        lists = recalling.rehearse(reads(), who, lots, ledger().log.around.blobs) if lots else None
    except (InvalidInputError, LotproofError) as wrong:
        error, lots = wrong, []
    names = names_at_once(reads(), {line.at for line in lists.lines if line.at}) if lists else {}
    page = render_template(
        "books/recall_new.html", lots=lots, texts=[*map(str, lots), ""][:51], lists=lists, names=names, order=LISTS,
        picture=picture(lists, lots, book()) if lists else "", lot_href=lot_href,
        state_mark=state_mark, title_of=title_of,
        refusals=refusals_of(error, book()) if error else (),
    )  # fmt: skip
    return make_response(page, 422 if error else 200)


@decisions.get("/lotbook/recalls/<key>")
@needs(*_READ)
def one_recall(key: str) -> AnyResponse:
    """How a recall stands; ?format= csv or xlsx gives its lists as a file."""
    return _recall_page(key, ())


def _recall_page(key: str, refusals: Refusals, status: int = 200) -> AnyResponse:
    who, uri = signed_in(), _uri(key)
    key = uri.rpartition(":")[2]
    recall, lists, mine = recalling.recall_for(reads(), who, uri, ledger().log.around.blobs)
    may_end = who.may(P.RECALL_LOTS) and who.party in (recall.by, ledger().log.operator)
    answers = recalling.answers_to(reads(), uri) if may_end else []
    wanted = {line.at for line in lists.lines if line.at} | {recall.by} | {one.party for one in answers}
    names = names_at_once(reads(), wanted)
    form = request.args.get("format")
    if form in ("csv", "xlsx"):
        return _file(uri, form, sheet_of(uri, lists, names, book()))
    own = mine[:50] if who.may(P.ANSWER_RECALL) and who.party else []
    page = render_template(
        "books/recall.html", recall=recall, lists=lists, names=names, order=LISTS, key=key,
        picture=picture(lists, [], book()), mine=[(uri, LotId.parse(uri).code) for uri in own], answers=answers,
        may_end=may_end and recall.still > 0, refusals=refusals, lot_href=lot_href, state_mark=state_mark,
        title_of=title_of, done=sum(one.at is not None for one in answers),
    )  # fmt: skip
    return make_response(page, status)


def _file(uri: str, form: str, sheet: object) -> Response:
    with writing(ledger().log.engine) as db:
        note(db, signed_in(), now(), "export_recall", "recall", uri, address=request.remote_addr or "")
    data = to_csv(sheet) if form == "csv" else to_xlsx([sheet])  # type: ignore[arg-type,list-item]
    kinds = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
    response = Response(data, mimetype=kinds[form])
    response.headers["Content-Disposition"] = f'attachment; filename="recall.{form}"'
    return response


@decisions.post("/lotbook/recalls/<key>/answer")
@needs(P.ANSWER_RECALL)
def answer(key: str) -> AnyResponse:
    """Say that the organisation knows, and what it still has."""
    uri = _uri(key)
    try:
        amounts = recalling.read_amounts(request.form.getlist("lot"), request.form.getlist("amount"))
        with writing(ledger().log.engine) as db:
            recalling.answer_recall(db, signed_in(), uri, amounts, request.form.get("note", ""), now())
    except InvalidInputError as error:
        return _recall_page(key, tuple(refusals_of(error, book())), 422)
    return redirect(f"/lotbook/recalls/{key}", 303)


@decisions.post("/lotbook/recalls/<key>/end")
@needs(P.RECALL_LOTS)
def end(key: str) -> AnyResponse:
    """Give the first approval to end a recall."""
    uri, log = _uri(key), ledger().log
    try:
        with writing(log.engine) as db:
            one = releases.wish_end_of_recall(
                db, log.operator, signed_in(), uri, request.form.get("reason", ""), now()
            )
    except LotproofError as error:
        return _recall_page(key, tuple(refusals_of(error, book())), 409)
    return redirect(f"/lotbook/releases/{one}", 303)


def _choice(act: str, texts: list[str], error: LotproofError | None = None) -> AnyResponse:
    page = render_template(
        "books/choice.html", act=act, texts=texts or [""], reason=request.form.get("reason", ""),
        refusals=refusals_of(error, book()) if error else (),
    )  # fmt: skip
    status = 200 if error is None else 422 if isinstance(error, InvalidInputError) else 409
    return make_response(page, status)


def _lots(texts: list[str]) -> list[LotId]:
    found = []
    for text in filter(None, map(str.strip, texts)):
        named = read_code(text)
        if not isinstance(named, LotId):
            raise InvalidInputError(
                "invalid_identifier", f"{text} names no lot", "write product number / lot code"
            )
        found.append(named)
    return list(dict.fromkeys(found))


def _uri(key: str) -> str:
    try:
        return f"urn:uuid:{UUID(key)}"
    except ValueError:
        raise NotFound from None


def _prove_here(lots: list[str] | None = None) -> str:
    back = request.path if not lots else f"{request.path}?{urlencode([('lot', one) for one in lots])}"
    return f"{PROVE}?{urlencode({'next': back})}"
