"""Papers beside an event: may whoever did it do it, at the time at which it happened?

- An own act without the papers that are asked for does not happen. A document from outside stays, with a finding:
  what happened has happened; nothing is held, for two facts do not contradict each other.
- Whoever hands in a document is judged only in a role that its record states: often it tells what another one did.
- A carrier that is named is asked for its papers before own acts alone: who carried what is private, and is erased.
"""

from collections.abc import Iterator, Mapping

from lotproof.kernel.errors import Problem
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.drafting import Author
from lotproof.lots.gathering import Gathered
from lotproof.lots.kinds import Effect
from lotproof.parties.qualified import Register
from lotproof.parties.records import get_records
from lotproof.parties.standing import Standing


def check_papers(uow: UnitOfWork, author: Author, got: Gathered) -> Iterator[Problem]:
    """Return one problem a lot of everything that speaks against whoever acts."""
    action, own = _action(got), author.role == "author"
    if action is None:
        return
    # Of a replay the connection is asked for only when something is read: what waits is written before.
    register = Register(lambda: uow.db, uow.memo)
    if not own and (not register.editions or register.has_other_roles(author.party, action)):
        return
    for uri, category in _lots(uow, got, action, bool(register.editions)).items():
        found = register.standing_for(author.party, action, category, got.event.event_time)
        if found.is_refused:
            yield _problem(uri, found)
        elif own and found.answer == "not_recorded" and _begins(got, uri):
            yield Problem(uri, found.code, "no qualification of the supplier is recorded")
    if own and action == "ship":
        yield from _carrier(register, got)


def _action(got: Gathered) -> str | None:
    kind = got.kind
    if kind.effect in (Effect.CREATE, Effect.TRANSFORM):
        return "create_lot"
    if kind.effect is Effect.SHIP or kind.name == "sale":
        return "ship"
    return "inspect" if kind.name == "inspection" else None


def _lots(uow: UnitOfWork, got: Gathered, action: str, asked: bool) -> Mapping[str, str | None]:
    """The lots that are judged, with the category of their product where papers are asked for."""
    made = {move.lot for move in got.movements if move.total == "created"}
    rows = [row for uri, row in got.lots.items() if uri in made or action != "create_lot"]
    gtins = {row.uri: row.gtin or "" for row in rows if row.type == "lot"}
    if not asked:
        return dict.fromkeys(gtins)
    key = ("categories", *sorted(set(gtins.values())))
    if key not in uow.memo:
        uow.memo[key] = get_records(uow.db, "product", set(gtins.values()))
    return {uri: uow.memo[key].get(gtin, {}).get("category") for uri, gtin in gtins.items()}


def _begins(got: Gathered, uri: str) -> bool:
    return got.kind.effect is Effect.CREATE and got.lots[uri].is_new


def _carrier(register: Register, got: Gathered) -> Iterator[Problem]:
    for type_name, carrier in got.event.destinations:
        if type_name == "possessing_party":
            found = register.standing(carrier, "carrier", None, got.event.event_time)
            if found.is_refused:
                yield _problem(carrier, found)


def _problem(where: str, found: Standing) -> Problem:
    return Problem(where, found.code, found.because)
