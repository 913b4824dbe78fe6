"""Documents: hand one in, and see what became of it."""

from typing import Any

from flask import Response, jsonify, request, url_for
from sqlalchemy import Row

from lotproof.documents import actions, queries
from lotproof.parties.api_keys import DOCUMENTS
from lotproof.people.known_parties import party_uri
from lotproof_schemas.api_documents import DocumentIn, DocumentOut, ReceivedOut
from lotproof_web.api.here import ledger
from lotproof_web.api.v1.auth import caller
from lotproof_web.api.v1.once import once
from lotproof_web.api.v1.resource import Resource
from lotproof_web.database import database, moment
from lotproof_web.taking_files import TAKES_FILES

documents = Resource("documents_v1", __name__, "Licences, certificates and photos that you hand in.")
TAKES_FILES.add("documents_v1.send")


@documents.route("/documents", methods=["POST"])
@documents.arguments(DocumentIn, location="files", content_type="multipart/form-data")
@documents.response(201, ReceivedOut)
@documents.alt_response(413, description="Larger than a file may be")
@documents.alt_response(415, description="Of a kind that is not taken, or not what its name says")
@once(DOCUMENTS)
def send(sent: dict[str, Any]) -> Response:
    """Hand a document in

    It is kept, and looked into afterwards: ask for it until its state is `clean` or `refused`.
    """
    who, here, file = caller(DOCUMENTS), ledger(), sent["file"]
    subject = party_uri(sent["subject"]) if sent.get("subject") else who.acting_for
    database.session.remove()
    done = actions.receive(
        here.log,
        who,
        subject,
        sent["type"],
        file.stream,
        file.filename or "",
        most_bytes=here.document_limit,
        address=request.remote_addr or "",
    )
    here.documents.loop.ring()
    response = jsonify(ReceivedOut().dump(done))
    response.status_code = 201
    response.headers["Location"] = url_for("documents_v1.one", id=done.id)
    return response


@documents.route("/documents/<id>")
@documents.response(200, DocumentOut)
def one(id: str) -> Row[Any]:
    """What became of a document

    Its content is for people, on its page.
    """
    return queries.get(moment(), caller(DOCUMENTS), id)
