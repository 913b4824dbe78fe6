"""Who is qualified for what, asked of the log's own facts: requirements, the party's kind and roles, its papers.

- Judged at the time of the act: an expiry, suspension or revocation stops what comes after it, and never repaints
  what was done before.
- Where nothing is asked for, one statement answers; else three, and a unit of work remembers all of them.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, MutableMapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, bindparam, select

from lotproof.parties.models import Qualification, Record
from lotproof.parties.records import get_record
from lotproof.parties.requirements import ROLES_OF_ACTIONS, Requirement, requirement_of
from lotproof.parties.standing import NOT_RECORDED, Standing, judge
from lotproof.parties.validity import Held, spans
from lotproof.storage.engine import in_batches

T = TypeVar("T")
_EDITIONS = select(Record.id, Record.body).where(Record.type == "requirement").order_by(Record.id)
_HELD = (
    select(Qualification.__table__)
    .where(Qualification.party.in_(bindparam("parties", expanding=True)))
    .order_by(Qualification.party, Qualification.id)
)
_NOBODY_ASKED = Standing(NOT_RECORDED, "qualification_not_recorded", "no papers are asked for in this role")


class Register:
    """What is known of requirements and papers, read once. connect: gives the connection when something is read.

    memo: of the unit of work, which forgets with every record that is kept.
    """

    def __init__(
        self, connect: Callable[[], Connection], memo: MutableMapping[Any, Any] | None = None
    ) -> None:
        self._connect = connect
        self._memo: MutableMapping[Any, Any] = {} if memo is None else memo

    @property
    def editions(self) -> Sequence[Requirement]:
        """Every edition of every requirement."""
        return self._once("editions", lambda: requirements(self._connect()))

    def know(self, party: str) -> None:
        """Read every edition and the party's record in one statement."""
        mine = (Record.type == "requirement") | ((Record.type == "party") & (Record.id == party))
        rows = self._connect().execute(
            select(Record.type, Record.id, Record.body).where(mine).order_by(Record.id)
        )
        bodies: dict[str, list[Any]] = {"requirement": [], "party": []}
        for row in rows:
            bodies[row.type].append(row)
        self._memo["register", "editions"] = [
            requirement_of(row.id, row.body) for row in bodies["requirement"]
        ]
        self._memo["register", ("party", party)] = next((row.body for row in bodies["party"]), {})

    def party(self, party: str) -> Mapping[str, Any]:
        """The party's record, empty where it has none."""
        return self._once(("party", party), lambda: get_record(self._connect(), "party", party) or {})

    def papers(self, party: str) -> Sequence[Held]:
        """The party's papers, whatever their state."""
        return self._once(("papers", party), lambda: papers_of(self._connect(), [party]).get(party, []))

    def standing(self, party: str, role: str, category: str | None, at: datetime) -> Standing:
        """Return whether a party is qualified in a role for a product category (None: any) at an instant."""
        if all(one.role != role for one in self.editions):
            return _NOBODY_ASKED
        kind = self.party(party).get("kind")
        return judge(self.editions, self.papers(party), role, category, kind, at)

    def standing_for(self, party: str, action: str, category: str | None, at: datetime) -> Standing:
        """Return whether a party may do an action: in any of its roles that it is for, else in the first of them.

        action: of ROLES_OF_ACTIONS.
        """
        if {one.role for one in self.editions}.isdisjoint(ROLES_OF_ACTIONS[action]):
            return _NOBODY_ASKED
        found = [self.standing(party, role, category, at) for role in self._acting(party, action)]
        return next((one for one in found if not one.is_refused), found[0])

    def has_other_roles(self, party: str, action: str) -> bool:
        """Whether roles are on record of a party, and none of them is one for this action."""
        roles = self.party(party).get("roles", ())
        return bool(roles) and not set(roles) & set(ROLES_OF_ACTIONS[action])

    def _acting(self, party: str, action: str) -> Sequence[str]:
        roles = self.party(party).get("roles", ())
        return [role for role in ROLES_OF_ACTIONS[action] if role in roles] or ROLES_OF_ACTIONS[action][:1]

    def _once(self, key: Any, read: Callable[[], T]) -> T:
        if ("register", key) not in self._memo:
            self._memo["register", key] = read()
        value: T = self._memo["register", key]
        return value


def standing(db: Connection, party: str, role: str, category: str | None, at: datetime) -> Standing:
    """Return whether a party is qualified in a role for a product category (None: any) at an instant."""
    return Register(lambda: db).standing(party, role, category, at)


def requirements(db: Connection) -> Sequence[Requirement]:
    """Return every edition of every requirement."""
    return [requirement_of(row.id, row.body) for row in db.execute(_EDITIONS)]


def papers_of(db: Connection, parties: Collection[str]) -> dict[str, list[Held]]:
    """Return the papers of these parties, whatever their state, those that have any."""
    found: dict[str, list[Held]] = {}
    for some in in_batches(sorted(parties)):
        for row in db.execute(_HELD, {"parties": some}):
            found.setdefault(row.party, []).append(held_in(row))
    return found


def all_papers(db: Connection) -> Iterator[Held]:
    """Give the papers of everybody, by party, a few at a time in memory."""
    everything = select(Qualification.__table__).order_by(Qualification.party, Qualification.id)
    for row in db.execute(everything.execution_options(yield_per=1000)):
        yield held_in(row)


def held_in(row: Any) -> Held:
    """Return a row of the table `qualification` as a paper."""
    return Held(
        row.id, row.party, row.document_type, row.number, row.issuer, frozenset(row.scope),
        frozenset(row.stands_for), row.valid_from, row.valid_to, row.since, row.until, row.approved_at,
        spans(row.suspended), row.revoked_at,
    )  # fmt: skip
