"""What an application lacks before it can be submitted, all at once. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lotproof.kernel.errors import Problem
from lotproof.parties.deciding import check_paper
from lotproof.parties.document_types import stands_for
from lotproof.parties.requirements import Requirement
from lotproof.parties.standing import Wanted, called, checklist
from lotproof.parties.validity import Held, State, held_of, is_day_of_paper


@dataclass(frozen=True, slots=True)
class Handed:
    """A paper of an application. number "": none was typed."""

    id: int
    party: str
    document_type: str
    has_document: bool
    number: str
    scope: Sequence[str]
    valid_from: date | None
    valid_to: date | None


def problems_of(one: Handed) -> list[Problem]:
    """Return what is wrong with one paper; `where` is paper-ID-FIELD."""
    found = check_paper(one.document_type, one.number or None, one.valid_from, one.valid_to)
    if not one.has_document:
        found.append(
            Problem("document", "missing", f"the paper itself is missing: {called(one.document_type)}")
        )
    return [Problem(f"paper-{one.id}-{problem.where}", problem.code, problem.message) for problem in found]


def wanted_of(
    editions: Iterable[Requirement],
    held: Sequence[Held],
    handed: Sequence[Handed],
    role: str,
    category: str,
    kind: str | None,
    now: datetime,
) -> tuple[Wanted, ...]:
    """Return every paper that is asked for, as it would stand if what was handed in were approved now."""
    hoped = [as_held(one, now) for one in handed]
    return checklist(editions, [*held, *filter(None, hoped)], role, category, kind, now) or ()


def problems_before_submission(wanted: Sequence[Wanted], handed: Sequence[Handed]) -> list[Problem]:
    """Return everything that keeps an application from being submitted."""
    problems = [problem for one in handed for problem in problems_of(one)]
    for one in wanted:
        if not one.is_met:
            names = " or ".join(map(called, one.alternatives))
            code, said = _why(one)
            problems.append(Problem("papers", code, f"{names} {said}"))
    if not handed and not wanted:
        problems.append(Problem("papers", "paper_missing", "hand in at least one paper"))
    return problems


def as_held(one: Handed, now: datetime) -> Held | None:
    """Return a paper as it would count if it were approved now, None where its days cannot be."""
    if one.valid_from is None or (one.valid_to is not None and one.valid_to < one.valid_from):
        return None
    if not all(map(is_day_of_paper, (one.valid_from, one.valid_to or one.valid_from))):
        return None
    body = {
        "party": one.party,
        "document_type": one.document_type,
        "number": one.number or None,
        "scope": list(one.scope),
        "stands_for": sorted(stands_for(one.document_type, one.number)),
        "valid_from": one.valid_from.isoformat(),
        "approved_at": now.isoformat(),
    } | ({"valid_to": one.valid_to.isoformat()} if one.valid_to else {})
    return held_of(f"paper {one.id}", body)


def _why(one: Wanted) -> tuple[str, str]:
    if one.state is State.EXPIRED:
        return "paper_expired", "has ended already"
    if one.state is State.NOT_YET:
        return "paper_not_yet_valid", "does not count yet"
    if one.state in (State.SUSPENDED, State.REVOKED):
        return "paper_missing", "was suspended or revoked: hand in another"
    return "paper_missing", "is missing"
