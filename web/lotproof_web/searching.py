"""Where the one search looks: each source finds what this person may see, and no more.

A source costs at most two statements and gives at most ten hits. Domains add theirs to `SOURCES`.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from sqlalchemy import Connection

from lotproof.documents.queries import list_of
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.queries import find_lots
from lotproof.people.actor import Actor
from lotproof.people.known_parties import known_party, party_of_code
from lotproof.people.permissions import Permission
from lotproof.suppliers.queries import Wish, suppliers
from lotproof_web.frame import organisation_names
from lotproof_web.i18n import book
from lotproof_web.navigation import has_page
from lotproof_web.scan_text import read_code
from lotproof_web.words.mark import N_

MOST = 10


@dataclass(frozen=True, slots=True)
class Hit:
    """Something that was found. kind: a message of the catalogue.  status: a code of `statuses`, "" for none.

    exact: whether the text can mean nothing else, so that a scanner opens it at once.
    """

    kind: str
    title: str
    href: str
    note: str = ""
    status: str = ""
    exact: bool = False


Source = Callable[[Connection, Actor, str, datetime], Sequence[Hit]]


def lots(db: Connection, actor: Actor, text: str, now: datetime) -> list[Hit]:
    """Lots by code, by GTIN/LOT, by what a scanner reads."""
    del now
    if actor.may(Permission.READ_LOTS_ANY):
        reader = None
    elif actor.may(Permission.READ_LOTS) and actor.party is not None:
        reader = actor.party
    else:
        return []
    named = _named(text)
    found = find_lots(db, reader, named.uri if named else None, text, MOST)
    return [
        Hit(
            N_("Lot"),
            line.code,
            lot_page(line.gtin, line.code),
            f"GTIN {line.gtin}",
            line.state,
            named is not None,
        )
        for line in found
    ]


def lot_page(gtin: str, code: str) -> str:
    """The address of a lot in the lot book, of its public page where there is no lot book."""
    own = f"/lotbook/lot/{gtin}/{quote(code, safe='')}"
    return own if has_page(own) else LotId(gtin, code).path


def _named(text: str) -> LotId | None:
    try:
        named = read_code(text)
    except InvalidInputError:
        return None
    return named if isinstance(named, LotId) else None


def parties(db: Connection, actor: Actor, text: str, now: datetime) -> list[Hit]:
    """Suppliers by name, number and credit code for those who read them all; one's own organisations for everybody."""
    if actor.may(Permission.READ_PARTIES_ANY):
        rows, _count = suppliers(db, actor, Wish(text=text), now, MOST, 0)
        return [
            Hit(N_("Supplier"), row.name, f"/suppliers/{row.party.rpartition('/')[2]}", row.party)
            for row in rows
        ]
    wanted = text.casefold()
    return [
        Hit(N_("Organisation"), name, "/organisation/", party)
        for party, name in organisation_names(actor).items()
        if wanted in f"{name} {party}".casefold() and party == actor.party
    ]


def documents(db: Connection, actor: Actor, text: str, now: datetime) -> list[Hit]:
    """Documents of the organisation that one acts for, by name."""
    del now
    if not any(map(actor.may, (Permission.READ_DOCUMENTS, Permission.UPLOAD_DOCUMENTS))):
        return []
    rows, _count = list_of(db, actor, text=text, limit=MOST)
    return [Hit(N_("Document"), row.name, f"/documents/{row.id}", status=row.state) for row in rows]


def by_credit_code(db: Connection, actor: Actor, text: str, now: datetime) -> list[Hit]:
    """The organisation with this 统一社会信用代码: one's own, any for those who read all parties."""
    del now
    party = party_of_code(db, text)
    if party is None or not (party in actor.belongs_to or actor.may(Permission.READ_PARTIES_ANY)):
        return []
    known = known_party(db, actor, party)
    href = (
        f"/suppliers/{party.rpartition('/')[2]}"
        if actor.may(Permission.READ_PARTIES_ANY)
        else "/organisation/"
    )
    return [
        Hit(N_("Organisation"), book().name(known.names) or book().key(party), href, text.upper(), exact=True)
    ]


SOURCES: tuple[Source, ...] = (lots, by_credit_code, parties, documents)


def search_all(db: Connection, actor: Actor, text: str, now: datetime) -> Iterator[Hit]:
    """Everything that this person may see and the text finds, lots first."""
    for source in SOURCES:
        yield from source(db, actor, text, now)
