"""Decide over papers: approve one, suspend it, lift that, revoke it. Each is a version of its record on the log.

- Signed by the operator's party, on the chain of the party whose paper it is. Who decided and why is hidden.
- A decision counts from the time of its transaction on, to the millisecond that the log writes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem, RefusedError
from lotproof.kernel.instants import rfc3339
from lotproof.ledger.submitting import Submission
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties import turns
from lotproof.parties.actions import write_record
from lotproof.parties.document_types import DOCUMENT_TYPES, checked_number, stands_for
from lotproof.parties.records import get_record
from lotproof.parties.validity import is_day_of_paper


@dataclass(frozen=True, slots=True)
class Paper:
    """What a paper says. document: SHA-256 of it, in hex.  person: it is of a natural person."""

    party: str
    document_type: str
    valid_from: date
    valid_to: date | None = None
    number: str | None = None
    issuer: str | None = None
    scope: Sequence[str] = ()
    document: str | None = None
    person: bool = False


def check_paper(
    document_type: str, number: str | None, valid_from: date | None, valid_to: date | None
) -> list[Problem]:
    """Return everything that is wrong with what a paper says, or missing; `where` is the field. Pure."""
    known = DOCUMENT_TYPES.get(document_type)
    if known is None:
        return [Problem("document_type", "unknown_document_type", f"{document_type!r} is no type of paper")]
    problems = []
    if known.check is not None and not number:
        problems.append(Problem("number", "missing", "its number is asked for"))
    elif number:
        try:
            checked_number(document_type, number)
        except ValueError as error:
            problems.append(Problem("number", "invalid_number", f"{number} {error}"))
    if valid_from is None:
        problems.append(Problem("valid_from", "missing", "its first day is asked for"))
    if valid_to is None and known.ends:
        problems.append(Problem("valid_to", "missing", "its last day is asked for"))
    for where, day in (("valid_from", valid_from), ("valid_to", valid_to)):
        if day is not None and not is_day_of_paper(day):
            problems.append(Problem(where, "day_out_of_range", f"{day} is a day of no paper"))
    if valid_from is not None and valid_to is not None and valid_to < valid_from:
        said = f"it ends on {valid_to}, before it begins on {valid_from}"
        problems.append(Problem("valid_to", "ends_before_it_begins", said))
    return problems


def approve(uow: UnitOfWork, operator: str, paper: Paper, reviewer: str) -> str:
    """Put a paper on record from now on; returns its id. Raises: InvalidInputError `invalid_paper`, all problems."""
    problems = check_paper(paper.document_type, paper.number, paper.valid_from, paper.valid_to)
    if problems:
        raise InvalidInputError(
            "invalid_paper", "this paper cannot be approved as it stands", "correct each field", problems
        )
    body: dict[str, Any] = {
        "party": paper.party,
        "document_type": paper.document_type,
        "valid_from": paper.valid_from.isoformat(),
        "approved_at": rfc3339(uow.now),
        "number": checked_number(paper.document_type, paper.number) if paper.number else None,
        "issuer": paper.issuer,
        "scope": sorted(paper.scope),
        "stands_for": sorted(stands_for(paper.document_type, paper.number)),
        "valid_to": paper.valid_to.isoformat() if paper.valid_to else None,
        "document": paper.document,
        "reviewer": reviewer,
        "person": paper.person,
    }
    id = f"urn:uuid:{_uuid(uow)}"
    write_record(uow, operator, "qualification", id, {name: value for name, value in body.items() if value})
    return id


def suspend(uow: UnitOfWork, operator: str, id: str, reason: str, reviewer: str) -> Submission:
    """Let a paper count no more from now on, until it is lifted. Raises: NotFoundError; RefusedError `not_in_force`."""
    body = _body(uow, id)
    spans = body.get("suspended", [])
    if "revoked_at" in body or (spans and spans[-1][1] is None):
        raise RefusedError("not_in_force", "it is suspended or revoked already", "look at it again")
    return _write(uow, operator, id, body, reason, reviewer, suspended=[*spans, [rfc3339(uow.now), None]])


def lift(uow: UnitOfWork, operator: str, id: str, reason: str, reviewer: str) -> Submission:
    """Let a suspended paper count again from now on. Raises: NotFoundError; RefusedError `not_suspended`."""
    body = _body(uow, id)
    spans = body.get("suspended", [])
    if "revoked_at" in body or not spans or spans[-1][1] is not None:
        raise RefusedError("not_suspended", "it is not suspended", "look at it again")
    ended = [*spans[:-1], [spans[-1][0], rfc3339(uow.now)]]
    return _write(uow, operator, id, body, reason, reviewer, suspended=ended)


def revoke(uow: UnitOfWork, operator: str, id: str, reason: str, reviewer: str) -> Submission:
    """Let a paper count never again. Raises: NotFoundError; RefusedError `not_in_force`."""
    body = _body(uow, id)
    if "revoked_at" in body:
        raise RefusedError("not_in_force", "it was revoked already", "look at it again")
    return _write(uow, operator, id, body, reason, reviewer, revoked_at=rfc3339(uow.now))


def note_decision(
    uow: UnitOfWork,
    operator: str,
    id: str,
    party: str,
    decision: str,
    reason: str,
    reviewer: str,
    qualifications: Sequence[str] = (),
) -> Submission:
    """Put what was decided over an application on its party's chain; id: its urn:uuid. All but the party is hidden."""
    stated = {"reason": reason, "reviewer": reviewer, "qualifications": list(qualifications)}
    body = {"party": party, "decision": decision} | {name: value for name, value in stated.items() if value}
    return write_record(uow, operator, "application", id, body)


def _body(uow: UnitOfWork, id: str) -> Mapping[str, Any]:
    turns.change_master_data(uow)  # of two who decide at once the second reads what the first one wrote
    body = get_record(uow.db, "qualification", id)
    if body is None:
        raise NotFoundError(
            "no_such_paper", f"no paper {id} is on record", "see: lotproof qualification list"
        )
    return body


def _write(
    uow: UnitOfWork,
    operator: str,
    id: str,
    body: Mapping[str, Any],
    reason: str,
    reviewer: str,
    **changed: Any,
) -> Submission:
    said = {"reason": reason} | ({"reviewer": reviewer} if reviewer else {})
    kept = {name: value for name, value in body.items() if name != "reviewer"}
    return write_record(uow, operator, "qualification", id, kept | said | changed)


def _uuid(uow: UnitOfWork) -> str:
    from uuid import UUID

    return str(UUID(bytes=uow.terms.entropy(16), version=4))
