"""The checklist of papers as pages show it: what is asked for, how it stands, what to do. Never better than it is."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from lotproof.kernel.errors import Problem
from lotproof.parties.standing import Wanted
from lotproof.parties.validity import Held, State
from lotproof.suppliers.states import SOON
from lotproof_web.i18n import book
from lotproof_web.statuses import Status, status_of
from lotproof_web.words.mark import N_
from lotproof_web.words.papers import PAPERS
from lotproof_web.words.suppliers import PROBLEMS

_HANDED = "paper "  # how `suppliers.lacking` names what is not on record yet


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One line. add: type of paper to hand in, "" where nothing has to be done."""

    name: str
    look: Status
    detail: str
    add: str


def checklist_rows(wanted: Iterable[Wanted], at: datetime) -> list[PaperRow]:
    """Return a line for every paper that is asked for."""
    return [_row(one, at) for one in wanted]


def look_of_paper(one: Held, at: datetime) -> Status:
    """How a paper on record stands at a time."""
    state, _ = one.state(at)
    if state is State.VALID:
        soon = one.until is not None and one.until <= at + SOON
        return status_of("expiring" if soon else "approved")
    return status_of("pending" if state is State.NOT_YET else str(state))


def paper_name(document_type: str) -> str:
    """What a type of paper is called."""
    return book().say(PAPERS[document_type]) if document_type in PAPERS else document_type


def days_of(one: Held) -> str:
    """From when to when a paper is valid."""
    if one.valid_to is None:
        return book().say(N_("from %(day)s"), day=one.valid_from.isoformat())
    return f"{one.valid_from.isoformat()} – {one.valid_to.isoformat()}"


def said(problems: Sequence[Problem]) -> list[str]:
    """Return what is wrong with one paper, in the reader's language."""
    return [book().say(PROBLEMS.get(_key(one), one.message)) for one in problems]


def _key(one: Problem) -> tuple[str, str]:
    return one.where.rpartition("-")[2], one.code


def _row(one: Wanted, at: datetime) -> PaperRow:
    name = book().say(N_(" or ")).join(map(paper_name, one.alternatives))
    add = one.alternatives[0]
    if one.held is None or one.state is None:
        return PaperRow(name, status_of("missing"), "", add)
    detail = f"{paper_name(one.held.document_type)}, {days_of(one.held)}"
    if one.held.id.startswith(_HANDED):
        if one.state is State.VALID:
            return PaperRow(name, Status("grey", "clock", N_("Handed in, not decided yet")), detail, "")
        return PaperRow(name, status_of("expired" if one.state is State.EXPIRED else "pending"), detail, add)
    look = look_of_paper(one.held, at)
    return PaperRow(name, look, detail, "" if look.tone == "green" else add)
