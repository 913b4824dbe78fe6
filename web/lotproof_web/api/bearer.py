"""Who asks, by the bearer key of the request (RFC 6750), and what they may therefore read."""

from dataclasses import dataclass

from flask import Response, request
from sqlalchemy import Connection

from lotproof.ledger.readers import Reader
from lotproof.parties.api_keys import AUDIT, authenticate, holder_of

_CHALLENGE = 'Bearer realm="lotproof"'
_READING = ("capture", AUDIT, "read")


@dataclass(frozen=True, slots=True)
class Asker:
    """A known party. reader: whose entries it may read, None for all."""

    party: str
    reader: Reader


def party_of_request(db: Connection, scope: str) -> str:
    """Return the party whose key the request bears; the key needs the scope.

    Raises: UnauthorisedError, for every reason alike.
    """
    return authenticate(db, key_of_request(), scope)


def asker_of_request(db: Connection, operator: str) -> Asker:
    """Return who asks to read: operator and auditors read all, everybody else what they take part in.

    operator: party URI.  Raises: UnauthorisedError, for every reason alike.
    """
    return asker_of(db, key_of_request(), operator)


def asker_of(db: Connection, key: str, operator: str) -> Asker:
    """As `asker_of_request`, for a key."""
    holder = holder_of(db, key, *_READING)
    reads_all = holder.party == operator or AUDIT in holder.scopes
    return Asker(holder.party, None if reads_all else holder.party)


def key_of_request() -> str:
    """Return the bearer key that the request brings, empty where it brings none."""
    given = request.authorization
    return given.token if given and given.type == "bearer" and given.token else ""


def challenge(response: Response) -> Response:
    """Tell whoever was not known how to make themselves known."""
    if response.status_code == 401:
        fault = ', error="invalid_token"' if request.authorization else ""
        response.headers["WWW-Authenticate"] = _CHALLENGE + fault
    return response
