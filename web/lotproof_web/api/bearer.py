"""Who asks, by the bearer key of the request (RFC 6750), and what they may therefore read."""

from contextlib import suppress
from dataclasses import dataclass

from flask import Response, request
from sqlalchemy import Connection

from lotproof.kernel.errors import RefusedError
from lotproof.ledger.readers import Reader
from lotproof.parties.api_keys import AUDIT, KeyHolder, holder_of, is_use_due, note_use
from lotproof.storage.engine import writing

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
    return used(holder_of(db, key_of_request(), scope)).party


def asker_of_request(db: Connection, operator: str) -> Asker:
    """Return who asks to read: operator and auditors read all, everybody else what they take part in.

    operator: party URI.  Raises: UnauthorisedError, for every reason alike.
    """
    return asker_of(db, key_of_request(), operator)


def asker_of(db: Connection, key: str, operator: str) -> Asker:
    """As `asker_of_request`, for a key."""
    holder = used(holder_of(db, key, *_READING))
    reads_all = holder.party == operator or AUDIT in holder.scopes
    return Asker(holder.party, None if reads_all else holder.party)


def used(holder: KeyHolder) -> KeyHolder:
    """Note that the key is used, at most once a quarter of an hour; that nobody can write now harms no reader."""
    from lotproof_web.api.here import ledger  # it imports this module

    log = ledger().log
    now = log.around.clock()
    if is_use_due(holder, now) and not log.is_mirror:
        with suppress(RefusedError), writing(log.engine) as db:
            note_use(db, holder.id, now)
    return holder


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
