"""Suspend a paper, lift that, revoke it: what the platform decides over papers on record, and who is told."""

from typing import Any

from lotproof.kernel.errors import InvalidInputError, NotFoundError, Problem
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.notices.recipients import people_with
from lotproof.notices.telling import tell
from lotproof.parties import deciding
from lotproof.parties.records import get_record
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission
from lotproof.people.separation import refuse_own_organisation
from lotproof.suppliers.naming import name_of
from lotproof.suppliers.reviewing import APPLICANTS
from lotproof.suppliers.summary import refresh

ACTS = {
    "suspend": (deciding.suspend, "qualification_suspended"),
    "lift": (deciding.lift, "qualification_restored"),
    "revoke": (deciding.revoke, "qualification_revoked"),
}


def stop(uow: UnitOfWork, actor: Actor | None, operator: str, act: str, id: str, reason: str) -> str:
    """Do one of ACTS to the paper with this id; returns its party. actor: None for the operator at the machine.

    Raises: ForbiddenError; NotFoundError `no_such_paper`; RefusedError; InvalidInputError `reason_missing`.
    """
    body = get_record(uow.db, "qualification", id)
    if actor is not None:
        actor.require(Permission.SUSPEND_ANY)
    if body is None:
        raise NotFoundError(
            "no_such_paper", f"no paper {id} is on record", "see: lotproof qualification list"
        )
    party = str(body["party"])
    if actor is not None:
        refuse_own_organisation(actor, party)
    said = reason.strip()
    if len(said) < 3:
        wrong = Problem("reason", "missing", "say why, in at least 3 characters")
        raise InvalidInputError("reason_missing", "a reason is needed", "the supplier reads it", [wrong])
    do, kind = ACTS[act]
    done = do(uow, operator, id, said, actor.name if actor else "")
    note(uow.db, actor, uow.now, f"{act}_qualification", "qualification", id, subject=party)
    values: dict[str, Any] = {"party": name_of(uow.db, party)} | ({"reason": said} if act != "lift" else {})
    told = people_with(uow.db, party, APPLICANTS)
    tell(uow.db, told, kind, "qualification", id, values, uow.now, f"{kind} {id} {done.id}")
    refresh(uow.db, [party], uow.now)
    return party
