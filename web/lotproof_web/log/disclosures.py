"""What opens an entry's hidden parts, for who takes part in it, the operator and auditors."""

from flask import Response, request

from lotproof.lots.disclosing import make_disclosures
from lotproof_web.api.here import asker
from lotproof_web.database import moment
from lotproof_web.log.files import log_files


@log_files.get("/entries/<int:index>/disclosures.json")
def disclosures(index: int) -> Response:
    """A file that `lotproof check` reads; ?only= names a part by its JSON Pointer, repeatable."""
    db = moment()
    data = make_disclosures(db, index, asker(db).reader, request.args.getlist("only"))
    response = Response(data, mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="entry-{index}.json"'
    response.headers["Cache-Control"] = "private, no-store"
    return response
