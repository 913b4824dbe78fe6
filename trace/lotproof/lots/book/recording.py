"""Record what a form states, as the organisation that somebody acts for; who may, over which lots and places."""

from collections.abc import Sequence

from sqlalchemy import Connection, select

from lotproof.kernel.errors import Problem, RefusedError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.acts import record_in
from lotproof.lots.book.forms import OPEN_TO_WHO_HAS_THE_GOODS, Form
from lotproof.lots.book.own import is_seen, places_of
from lotproof.lots.drafting import Author
from lotproof.lots.entering import Entered
from lotproof.lots.kinds import BY_NAME, Effect
from lotproof.lots.master_data import write_master_data
from lotproof.lots.models import Lot
from lotproof.lots.native import Fact
from lotproof.lots.trace import unknown_lot
from lotproof.parties.records import get_record
from lotproof.people.actor import Actor
from lotproof.people.deeds import note


def record_form(
    uow: UnitOfWork,
    operator: str,
    actor: Actor,
    form: Form,
    fact: Fact,
    *,
    season: str = "",
    address: str = "",
) -> Entered:
    """Record the fact of a form; the organisation signs, and who did it is noted. season: of a new growing cycle.

    Raises: ForbiddenError `not_allowed`; NotFoundError `unknown_lot`; RefusedError `lot_code_taken`, `not_your_place`,
    and everything that the ledger refuses.
    """
    actor.require(form.permission)
    party = actor.acting_for
    require_own(uow.db, party, fact)
    if BY_NAME[fact.kind].effect is Effect.PLANT and fact.cycle is not None:
        _record_cycle(uow, operator, party, fact, season)
    done = record_in(uow, operator, Author(party), fact)
    note(
        uow.db,
        actor,
        uow.now,
        "record_event",
        "submission",
        str(done.submission),
        address=address,
        kind=fact.kind,
    )
    return done


def _record_cycle(uow: UnitOfWork, operator: str, party: str, fact: Fact, season: str) -> None:
    assert fact.cycle is not None
    body = {"crop": fact.crop, "plot": fact.plot, "season": season}
    if fact.place:
        body["place"] = fact.place.place_uri
    stated = {name: value for name, value in body.items() if value}
    write_master_data(uow, operator, party, "cycle", fact.cycle, stated)


def require_own(db: Connection, party: str, fact: Fact) -> None:
    """Refuse a fact about lots, plots or places of others, before the ledger is asked.

    Raises: NotFoundError `unknown_lot`; RefusedError `lot_code_taken`, `not_your_place`.
    """
    kind = BY_NAME[fact.kind]
    made = {one.lot for one in (fact.portions if kind.effect is Effect.CREATE else fact.outputs)}
    used = {*fact.lots, *(one.lot for one in (*fact.portions, *fact.inputs))} - made
    if fact.kind not in OPEN_TO_WHO_HAS_THE_GOODS:
        for uri in (*sorted(lot.uri for lot in used), *([fact.cycle] if fact.cycle else [])):
            _require_part(db, party, uri, may_be_new=kind.effect is Effect.PLANT)
    for lot in sorted(made):
        _require_free(db, party, lot)
    if fact.place is not None and fact.place.place_uri not in places_of(db, party):
        raise _not_yours(fact.place.place_uri)


def _require_part(db: Connection, party: str, uri: str, *, may_be_new: bool) -> None:
    found = _ids(db, [uri])
    if not found:
        # A growing cycle of trees begins with its record: nobody plants them every year.
        if may_be_new or _is_own_cycle(db, party, uri):
            return
        raise unknown_lot(uri)
    if not (is_seen(db, party, found) or _is_own_cycle(db, party, uri)):
        raise unknown_lot(uri)


def _is_own_cycle(db: Connection, party: str, uri: str) -> bool:
    body = get_record(db, "cycle", uri)
    return body is not None and body.get("place") in places_of(db, party)


def _require_free(db: Connection, party: str, lot: LotId) -> None:
    """A lot code of others is taken; one of its own grows."""
    found = _ids(db, [lot.uri])
    if found and not is_seen(db, party, found):
        problem = Problem("code", "lot_code_taken", f"{lot} is the lot of another organisation")
        raise RefusedError("lot_code_taken", problem.message, "choose another lot code", [problem])


def _ids(db: Connection, uris: Sequence[str]) -> list[int]:
    return list(db.execute(select(Lot.id).where(Lot.uri.in_(uris))).scalars())


def _not_yours(place: str) -> RefusedError:
    message = f"{place} is no place of the organisation that you act for"
    return RefusedError(
        "not_your_place", message, "choose one of its places, or act for the other organisation",
        [Problem("place", "not_your_place", message)],
    )  # fmt: skip
