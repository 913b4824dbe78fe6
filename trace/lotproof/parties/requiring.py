"""Record which papers are asked for: a new edition, that holds from a day on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from lotproof.ledger.submitting import Submission
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.parties.actions import write_record
from lotproof.parties.requirements import edition_id


@dataclass(frozen=True, slots=True)
class Edition:
    """What is to hold from a day on. category, kind: "*" for all.  papers: of each tuple one is enough."""

    role: str
    category: str
    kind: str
    valid_from: date
    papers: Sequence[Sequence[str]]


def require(uow: UnitOfWork, operator: str, edition: Edition) -> Submission:
    """Record an edition in the operator's name. Raises: InvalidInputError `invalid_record`."""
    body = {
        "role": edition.role,
        "category": edition.category,
        "kind": edition.kind,
        "valid_from": edition.valid_from.isoformat(),
        "papers": [list(one) for one in edition.papers],
    }
    id = edition_id(edition.role, edition.category, edition.kind, edition.valid_from)
    return write_record(uow, operator, "requirement", id, body)
