"""The query interface: events by lot, time and step, or one by its eventID. Nobody sees more than they take part in."""

import json
from typing import Any

from flask import Response, request

from lotproof.kernel.errors import NotFoundError
from lotproof.lots.events import Query, find_events
from lotproof.lots.long_lists import lengthen
from lotproof_schemas.epcis_out import dump_event, query_document
from lotproof_web.api.here import asker, ledger
from lotproof_web.api.paging import link_next
from lotproof_web.api.parameters import refuse_unknown
from lotproof_web.database import moment
from lotproof_web.epcis.blueprint import epcis
from lotproof_web.epcis.event_page import page_of_events
from lotproof_web.epcis.question import read_question

_MEDIA_TYPES = ("application/json", "application/ld+json")
_HASH_VERSION = "ver"
_MOST_DECLARATIONS = 100


@epcis.get("/events")
def events() -> Response:
    """A page of events in the order of the log."""
    db = moment()
    question = read_question(asker(db))
    page, after = page_of_events(db, question.query, ledger().log.around.blobs)
    place = None if after is None else str(after)
    return link_next(_document(page), "epcis.events", place, question.words)


@epcis.get("/events/<path:event_id>")
def one_event(event_id: str) -> Response:
    """The first event of this name, with what declares it an error."""
    refuse_unknown({_HASH_VERSION})
    db = moment()
    reader = asker(db).reader
    name = _whole(event_id)
    named, _ = find_events(db, Query(event_id=name, reader=reader, limit=_MOST_DECLARATIONS))
    if not named:
        raise NotFoundError("no_such_event", f"no event {name}", "GET /epcis/events lists them")
    first = named[0]
    declared = [one for one in named[1:] if one.signed.get("corrects") == first.leaf_hash]
    blobs = ledger().log.around.blobs
    return _document([lengthen(dump_event(one), blobs.get) for one in (first, *declared)])


def _whole(event_id: str) -> str:
    """Put back what follows the question mark of a CBV hash that was not sent as %3F."""
    version = request.args.get(_HASH_VERSION)
    return f"{event_id}?{_HASH_VERSION}={version}" if version else event_id


def _document(found: list[dict[str, Any]]) -> Response:
    document = query_document(found, ledger().log.around.clock())
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    mimetype = request.accept_mimetypes.best_match(_MEDIA_TYPES, default=_MEDIA_TYPES[0])
    return Response(text, mimetype=mimetype)
