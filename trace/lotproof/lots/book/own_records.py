"""Master data that an organisation records of its own from a form or a file: places, plots, products, devices."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from lotproof.kernel.errors import ForbiddenError, Problem, RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.book.own import places_of
from lotproof.lots.master_data import write_master_data
from lotproof.parties.models import Record
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission

NEEDS: Mapping[str, Permission] = {
    "place": Permission.RECORD_FIELD,
    "cycle": Permission.RECORD_FIELD,
    "product": Permission.RECORD_PACKING,
    "conversion": Permission.RECORD_PACKING,
    "device": Permission.RECORD_STORAGE,
}
"""Types that members of an organisation record, and who of them."""


def write_own(
    uow: UnitOfWork, operator: str, actor: Actor, type_name: str, id: str, body: Mapping[str, Any]
) -> None:
    """Record one thing of the organisation's own.

    Raises: ForbiddenError `not_allowed`; RefusedError `recorded_by_another`, `not_your_place`;
    InvalidInputError `invalid_record`.
    """
    if type_name not in NEEDS:
        raise ForbiddenError(
            "not_allowed",
            f"a {type_name} is recorded by the operator",
            "send the operator what is to be recorded",
        )
    actor.require(NEEDS[type_name])
    party = actor.acting_for
    said = dict(body)
    if type_name in ("place", "device"):
        said.setdefault("party", party)
    if said.get("party", party) != party or not _is_own(uow.db, party, type_name, id):
        raise RefusedError(
            "recorded_by_another", f"this {type_name} belongs to another organisation",
            "check its number, or ask that organisation", [Problem("id", "recorded_by_another", f"{id} is taken")],
        )  # fmt: skip
    if type_name == "cycle" and said.get("place") and said["place"] not in places_of(uow.db, party):
        raise RefusedError(
            "not_your_place", f"{said['place']} is no place of yours", "choose one of its places"
        )
    done = write_master_data(uow, operator, party, type_name, id, said)
    if not done.repeated:
        note(uow.db, actor, uow.now, "record_master_data", type_name, id)


def _is_own(db: Connection, party: str, type_name: str, id: str) -> bool:
    """Whether nobody recorded it yet, or this party did, or it says itself that it belongs to the party."""
    known = db.execute(
        select(Record.submission, Record.body).where(
            Record.type == type_name, Record.id == id, Record.version > 0
        )
    ).one_or_none()
    if known is None or known.body.get("party") == party:
        return True
    signed = (
        select(t.entry_party.c.party)
        .join(t.entry, t.entry.c.entry_index == t.entry_party.c.entry_index)
        .where(t.entry.c.submission == known.submission, t.entry_party.c.party == party)
    )
    return db.execute(signed).first() is not None
