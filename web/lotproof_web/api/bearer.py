"""Who asks, by the bearer key of the request (RFC 6750)."""

from flask import Response, request
from sqlalchemy import Connection

from lotproof.kernel.errors import UnauthorisedError
from lotproof.parties.api_keys import authenticate

_CHALLENGE = 'Bearer realm="lotproof"'


def party_of_request(db: Connection, *scopes: str) -> str:
    """Return the party whose key the request bears; the key needs one of the scopes.

    Raises: UnauthorisedError, for every reason alike.
    """
    given = request.authorization
    key = given.token if given and given.type == "bearer" and given.token else ""
    for scope in scopes[:-1]:
        try:
            return authenticate(db, key, scope)
        except UnauthorisedError:
            continue
    return authenticate(db, key, scopes[-1])


def challenge(response: Response) -> Response:
    """Tell whoever was not known how to make themselves known."""
    if response.status_code == 401:
        fault = ', error="invalid_token"' if request.authorization else ""
        response.headers["WWW-Authenticate"] = _CHALLENGE + fault
    return response
