"""The blueprint of the EPCIS interface, and what all its answers say.

Source: GS1 EPCIS 2.0 section 12.4 (headers).
"""

from flask import Blueprint, Response, request

from lotproof.kernel.errors import InvalidInputError
from lotproof_web.api.bearer import challenge

epcis = Blueprint("epcis", __name__, url_prefix="/epcis")
_HEADERS = {
    "GS1-EPCIS-Version": "2.0",
    "GS1-EPCIS-Min": "2.0",
    "GS1-EPCIS-Max": "2.0",
    "GS1-CBV-Version": "2.0",
    "GS1-CBV-Min": "2.0",
    "GS1-CBV-Max": "2.0",
    "GS1-EPC-Format": "Never_Translates",
    "Cache-Control": "private, no-store",
}


@epcis.before_request
def refuse_nul() -> None:
    """No database takes a NUL character in a text, and nothing that we know has one."""
    asked = (text for pair in request.args.items(multi=True) for text in pair)
    if any("\0" in text for text in (request.path, *asked)):
        raise InvalidInputError("nul_character", "there is a NUL character in the address")


@epcis.after_request
def describe(response: Response) -> Response:
    """Say which versions are spoken, and who may ask. What is answered to one party is for nobody else."""
    response.headers.update(_HEADERS)
    if request.method == "OPTIONS":
        response.status_code = 204  # as the standard's discovery answers
    return challenge(response)
