"""Search the deeds: by person, organisation, act, object and time. Every look at them is a deed itself."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute

from lotproof.kernel.errors import InvalidInputError
from lotproof.people.actor import Actor
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.models import Account, Deed
from lotproof.people.permissions import Permission


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for; "" and None narrow nothing. person: number of an account, part of a name, or a contact.

    object: type of it, or its id.  since, until: aware; until is not among what is found.
    """

    person: str = ""
    party: str = ""
    act: str = ""
    object: str = ""
    since: datetime | None = None
    until: datetime | None = None


def search(db: Connection, wanted: Wanted, limit: int, offset: int = 0) -> list[Any]:
    """Return deeds with the names of those who did them: id, at, account, name, party, act, object_type, …"""
    return list(db.execute(_select(db, wanted).limit(limit).offset(offset)))


def every(db: Connection, wanted: Wanted) -> Iterator[Any]:
    """Give all deeds that are looked for, a few at a time."""
    yield from db.execution_options(yield_per=500).execute(_select(db, wanted))


def look(
    db: Connection, actor: Actor, wanted: Wanted, now: datetime, address: str, act: str = "view_audit"
) -> None:
    """Note that somebody looked at the deeds, and for what. Raises: ForbiddenError `not_allowed`."""
    actor.require(Permission.EXPORT_AUDIT_ANY if act == "export_audit" else Permission.READ_AUDIT_ANY)
    asked = {
        name: str(value) for name, value in asdict(wanted).items() if value and name not in ("party", "act")
    }
    asked |= {f"of_{name}": value for name in ("party", "act") if (value := getattr(wanted, name))}
    note(db, actor, now, act, "audit", "", address=address, **asked)


def known_acts(db: Connection) -> list[str]:
    """Return the acts that were ever noted, for a list to choose from. One statement."""
    return _distinct(db, Deed.act)


def _distinct(db: Connection, column: InstrumentedAttribute[str]) -> list[str]:
    """Return the few values of the first column of an index, by skipping from each to the next."""
    following = select(func.min(column))
    found = select(following.scalar_subquery().label("value")).cte("found", recursive=True)
    newer = following.where(column > found.c.value).scalar_subquery()
    values = found.union_all(select(newer).where(found.c.value.is_not(None)))
    return [value for value in db.execute(select(values.c.value)).scalars() if value is not None]


def _select(db: Connection, wanted: Wanted) -> Select[Any]:
    rows = select(Deed.__table__, Account.name).outerjoin(Account, Account.id == Deed.account)
    if wanted.person:
        rows = rows.where(_is_person(wanted.person))
    if wanted.party:
        rows = rows.where(Deed.party == wanted.party)
    if wanted.act:
        rows = rows.where(Deed.act == wanted.act)
    if wanted.object:
        rows = rows.where(_is_object(db, wanted.object))
    if wanted.since is not None:
        rows = rows.where(Deed.at >= wanted.since)
    if wanted.until is not None:
        rows = rows.where(Deed.at < wanted.until)
    return rows.order_by(Deed.at.desc(), Deed.id.desc())


def _is_object(db: Connection, text: str) -> Any:
    """A kind of object where there is one of that name, else an id, looked for among all kinds by their index."""
    types = _distinct(db, Deed.object_type)
    return (
        Deed.object_type == text if text in types else Deed.object_type.in_(types) & (Deed.object_id == text)
    )


def _is_person(text: str) -> Any:
    """Whose deed: the account's number, a contact, or part of a name, whichever is meant."""
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    if is_number:
        return Deed.account == int(text)
    try:
        contact = Contact.parse(text)
    except InvalidInputError:
        named = Account.name.icontains(text, autoescape=True)
    else:
        named = (Account.phone if contact.channel == "sms" else Account.mail) == contact.value
    return Deed.account.in_(select(Account.id).where(named))
