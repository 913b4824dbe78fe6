"""Accounts and organisations of the demonstration: made at a season's beginning, and entered by one click.

They have no password, so that nobody signs in as one of them anywhere but at the demonstration's own door.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, update

from lotproof.demo import applicants, cast
from lotproof.demo.chance import Dice
from lotproof.demo.papers import code_of
from lotproof.demo.people import PEOPLE, Person
from lotproof.kernel.errors import NotFoundError
from lotproof.ledger.log import Log
from lotproof.notices.codes import send_code
from lotproof.parties.records import get_records
from lotproof.people import accounts
from lotproof.people.actor import Actor
from lotproof.people.contacts import Contact
from lotproof.people.entrance import Entrance, Step, Visitor
from lotproof.people.letting_in import find_account, open_door
from lotproof.people.members import join
from lotproof.people.models import Account, Organisation
from lotproof.storage.engine import writing

OFFERED = (*PEOPLE, applicants.DRAFT.owner, applicants.LAPSED.owner)
"""As whom a visitor may sign in; the others only have applied, and are told of it."""


@dataclass(frozen=True, slots=True)
class Door:
    """Somebody as whom a visitor may sign in. organisations: their names by language, the one she acts for first."""

    key: str
    name: str
    organisations: tuple[Mapping[str, str], ...]


def make_accounts(log: Log, dice: Dice) -> None:
    """Make everybody's account, and keep what is known of the organisations beside the log."""
    now = log.around.clock()
    with writing(log.engine) as db:
        db.execute(insert(Organisation), [*_organisations(dice, now)])
        for person in (*PEOPLE, *(one.owner for one in applicants.APPLICANTS)):
            _make(db, person, now)


def actor_of(db: Connection, person: Person, party: str | None = None) -> Actor:
    """Return a person as one who acts. party: for whom; None for the first of hers.

    Raises: NotFoundError `no_demonstration`.
    """
    row = find_account(db, Contact.parse(person.mail))
    if row is None:
        raise _nobody()
    acts_for = party or next(iter(person.works), None)
    roles = person.works.get(acts_for or "", ())
    return Actor(
        row.id, acts_for, frozenset(roles), person.name, frozenset(person.works), row.language, row.zone
    )


def find_doors(db: Connection) -> tuple[Door, ...]:
    """Return everybody as whom one may sign in."""
    names = get_records(db, "party", {party for person in OFFERED for party in person.works})
    return tuple(
        Door(
            person.key, person.name, tuple(names[party]["names"] for party in person.works if party in names)
        )
        for person in OFFERED
    )


def go_in(log: Log, key: str, visitor: Visitor) -> Step:
    """Begin a session as one of the people. Raises: NotFoundError `no_demonstration` for anybody else's key."""
    person = next((one for one in OFFERED if one.key == key), None)
    if person is None:
        raise _nobody()
    entrance = Entrance(log, send_code)
    with writing(log.engine) as db:
        row = find_account(db, Contact.parse(person.mail))
        if row is None:
            raise _nobody()
        return open_door(db, entrance, row.id, visitor, entrance.now(), "demonstration")


def _organisations(dice: Dice, now: datetime) -> Sequence[Mapping[str, object]]:
    further = (one.organisation for one in applicants.APPLICANTS)
    return [
        {"party": one.uri, "kind": one.kind, "credit_code": code_of(dice, one), "created_at": now}
        for one in (cast.PLATFORM, *cast.ORGANISATIONS, *further)
    ]


def _make(db: Connection, person: Person, now: datetime) -> None:
    account = accounts.create(db, person.name, Contact.parse(person.phone), now)
    db.execute(update(Account).where(Account.id == account).values(mail=person.mail))
    for party, roles in person.works.items():
        join(db, account, party, roles, None, now)


def _nobody() -> NotFoundError:
    return NotFoundError("no_demonstration", "the demonstration has nobody of this name", "choose on /demo")
