"""Lots that one takes part in."""

from typing import Any

from flask import Response, jsonify

from lotproof.kernel.identifiers import Gtin, LotId
from lotproof.lots.queries import LotLine, list_lots_of, lot_line
from lotproof_schemas.api_v1 import LotOut, LotsOut, PageIn
from lotproof_web.api.paging import link_next, place_of_page
from lotproof_web.api.v1.auth import reader_of, reading_caller
from lotproof_web.api.v1.resource import Resource
from lotproof_web.database import moment

lots = Resource("lots_v1", __name__, "Lots that you take part in, as they stand now.")


@lots.route("/lots")
@lots.arguments(PageIn, location="query")
@lots.response(200, LotsOut, headers={"Link": {"description": "next page", "schema": {"type": "string"}}})
def index(page: dict[str, Any]) -> Response:
    """Your lots

    In the order of their URIs; the operator and auditors see all.
    """
    reader = reader_of(reading_caller())
    question = ["v1", "lots", reader or "all"]
    most = page["perPage"]
    found = list_lots_of(moment(), reader, after=place_of_page(question) or "", limit=most + 1)
    response = jsonify(LotsOut().dump({"lots": found[:most]}))
    after = found[most - 1].uri if len(found) > most else None
    return link_next(response, "lots_v1.index", after, question)


@lots.route("/lots/<gtin>/<path:lot>")
@lots.response(200, LotOut)
def one(gtin: str, lot: str) -> LotLine:
    """One lot

    A slash in its code is written %2F.
    """
    who = reading_caller()
    return lot_line(moment(), reader_of(who), LotId(Gtin.parse(gtin).digits14, lot).uri)
