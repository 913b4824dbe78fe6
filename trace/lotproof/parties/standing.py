"""Is somebody qualified at an instant? Allowed, refused (which paper, since when, what to do) or not recorded. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lotproof.parties.document_types import DOCUMENT_TYPES
from lotproof.parties.requirements import ANY, Requirement, in_force
from lotproof.parties.validity import Held, State

ALLOWED, REFUSED, NOT_RECORDED = "allowed", "refused", "not_recorded"
_WORST = (State.NOT_YET, State.EXPIRED, State.SUSPENDED, State.REVOKED)
_CODES = {
    State.NOT_YET: "qualification_not_yet_valid",
    State.EXPIRED: "qualification_expired",
    State.SUSPENDED: "qualification_suspended",
    State.REVOKED: "qualification_revoked",
}
_SAYS = {
    State.NOT_YET: "counts only from {since}",
    State.EXPIRED: "ended on {last}",
    State.SUSPENDED: "is suspended since {since}",
    State.REVOKED: "was revoked at {since}",
}
_TO_DO = {
    State.NOT_YET: "wait until then, or record what happened at its real time",
    State.EXPIRED: "renew it: hand in the new one under /qualification",
    State.SUSPENDED: "settle what the reviewer asked for; a reviewer lifts it",
    State.REVOKED: "apply again under /qualification",
}
MISSING = "qualification_missing"


@dataclass(frozen=True, slots=True)
class Wanted:
    """One paper that is asked for, as it stands. alternatives: document types of which one is enough.

    held: the one that counts, or the best of those that do not.  state: None where there is none at all.
    """

    alternatives: tuple[str, ...]
    held: Held | None
    state: State | None
    since: datetime | None

    @property
    def is_met(self) -> bool:
        """Whether it counts."""
        return self.state is State.VALID


@dataclass(frozen=True, slots=True)
class Standing:
    """answer: ALLOWED, REFUSED or NOT_RECORDED.  code, because, hint: of the first paper that fails, why, what to do.

    papers: everything that is asked for, as it stands.
    """

    answer: str
    code: str = ""
    because: str = ""
    hint: str = ""
    papers: tuple[Wanted, ...] = ()

    @property
    def is_refused(self) -> bool:
        """Whether it may not be done."""
        return self.answer == REFUSED


def checklist(
    editions: Iterable[Requirement],
    held: Sequence[Held],
    role: str,
    category: str | None,
    kind: str | None,
    at: datetime,
) -> tuple[Wanted, ...] | None:
    """Return every paper that is asked for, as it stands at an instant; None where no edition speaks of it."""
    editions = in_force(editions, role, category, kind, at)
    if not editions:
        return None
    asked: dict[tuple[str, ...], bool] = {}
    for (
        edition
    ) in editions:  # a paper that two of them ask for has to cover the category where one of them names it
        for one in edition.papers:
            asked[one] = asked.get(one, False) or edition.category != ANY
    return tuple(_wanted(one, held, category if named else None, at) for one, named in asked.items())


def judge(
    editions: Iterable[Requirement],
    held: Sequence[Held],
    role: str,
    category: str | None,
    kind: str | None,
    at: datetime,
) -> Standing:
    """Return the standing of one party. held: all its papers, whatever their state.  at: the time of the act."""
    papers = checklist(editions, held, role, category, kind, at)
    if papers is None:
        return Standing(NOT_RECORDED, "qualification_not_recorded", "no papers are asked for in this role")
    failing = next((one for one in papers if not one.is_met), None)
    if failing is None:
        return Standing(ALLOWED, papers=papers)
    return _refused(failing, papers)


def _wanted(
    alternatives: tuple[str, ...], held: Sequence[Held], category: str | None, at: datetime
) -> Wanted:
    found = []
    for number, name in enumerate(alternatives):
        for one in held:
            if one.does_for(name, category):
                state, since = one.state(at)
                rank = 0 if state is State.VALID else 1 + _WORST.index(state)
                found.append((rank, -since.timestamp(), number, one.id, one, state, since))
    if not found:
        return Wanted(alternatives, None, None, None)
    *_, best, state, since = min(found, key=lambda one: one[:4])
    return Wanted(alternatives, best, state, since)


def _refused(one: Wanted, papers: tuple[Wanted, ...]) -> Standing:
    if one.held is None or one.state is None or one.since is None:
        names = " or ".join(map(called, one.alternatives))
        return Standing(
            REFUSED, MISSING, f"{names} is not on record", "hand it in under /qualification", papers
        )
    number = f" {one.held.number}" if _may_say_number(one.held) else ""
    said = _SAYS[one.state].format(since=one.since.isoformat(timespec="minutes"), last=one.held.valid_to)
    because = f"{called(one.held.document_type)}{number} {said}"
    return Standing(REFUSED, _CODES[one.state], because, _TO_DO[one.state], papers)


def called(document_type: str) -> str:
    """Return the words for a type of paper in messages."""
    known = DOCUMENT_TYPES.get(document_type)
    words = document_type.replace("_", " ")
    return f"{words} ({known.chinese})" if known else words


def _may_say_number(held: Held) -> bool:
    """What stands in findings stays there: only numbers that anybody looks up."""
    known = DOCUMENT_TYPES.get(held.document_type)
    return bool(known and known.public_number and held.number)
