"""Leads: who hears when a deadline of a role has passed. Operators name them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.identifiers import Gln
from lotproof.notices.models import Lead
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.models import Account
from lotproof.people.permissions import Permission
from lotproof.people.roles import Role


@dataclass(frozen=True, slots=True)
class Named:
    """A lead. party: "" for anywhere."""

    role: str
    party: str
    account: int
    name: str


def leads(db: Connection) -> list[Named]:
    """Return all leads. One statement."""
    rows = select(Lead.role, Lead.party, Lead.account, Account.name).join(Account, Account.id == Lead.account)
    return [Named(*row) for row in db.execute(rows.order_by(Lead.role, Lead.party))]


def name_lead(db: Connection, actor: Actor, role: str, party: str, address: str, now: datetime) -> None:
    """Make the account with this mail address or phone number the lead of a role, in the place of the one before.

    party: the organisation's GLN or URI, "" for anywhere.
    Raises: ForbiddenError `not_allowed`; InvalidInputError whose problems name role, party or address.
    """
    actor.require(Permission.RUN_NOTICES)
    if role not in set(Role):
        raise _wrong("role", "unknown_role", "there is no such role", "choose one of the list")
    where = _party(party.strip())
    to = address.strip().lower()
    found = select(Account.id).where(
        (Account.mail == to) | (Account.phone == to), Account.deactivated_at.is_(None)
    )
    account = db.execute(found).scalar()
    if account is None:
        said, hint = "nobody has an account with this address", "write it as it stands in the account"
        raise _wrong("address", "unknown_account", said, hint)
    db.execute(delete(Lead).where(Lead.role == role, Lead.party == where))
    db.execute(insert(Lead), {"role": role, "party": where, "account": account})
    note(db, actor, now, "name_lead", "lead", f"{role} {where}".strip(), named=account)


def end_lead(db: Connection, actor: Actor, role: str, party: str, now: datetime) -> None:
    """Have no lead for a role any more: the one for anywhere hears, else the operators."""
    actor.require(Permission.RUN_NOTICES)
    if db.execute(delete(Lead).where(Lead.role == role, Lead.party == party)).rowcount:
        note(db, actor, now, "end_lead", "lead", f"{role} {party}".strip())


def _party(text: str) -> str:
    if not text or ":" in text:
        return text
    try:
        return Gln(text).party_uri
    except InvalidInputError as error:
        raise _wrong("party", error.code, error.message, error.hint) from error


def _wrong(where: str, code: str, message: str, hint: str) -> InvalidInputError:
    return InvalidInputError(code, message, hint, [Problem(where, code, f"{message}: {hint}")])
