"""Leads: who hears when a deadline of a role has passed. Operators name them."""

from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, select

from lotproof.kernel.errors import InvalidInputError
from lotproof.notices.models import Lead
from lotproof.people.actor import Actor
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


def name_lead(db: Connection, actor: Actor, role: str, party: str, address: str) -> None:
    """Make the account with this mail address or phone number the lead of a role, in the place of the one before.

    party: the organisation's URI, "" for anywhere.
    Raises: ForbiddenError `not_allowed`; InvalidInputError `unknown_role`, `unknown_account`.
    """
    actor.require(Permission.RUN_NOTICES)
    if role not in set(Role):
        raise InvalidInputError("unknown_role", f"there is no role {role!r}", "choose one of the list")
    to = address.strip().lower()
    found = select(Account.id).where(
        (Account.mail == to) | (Account.phone == to), Account.deactivated_at.is_(None)
    )
    account = db.execute(found).scalar()
    if account is None:
        raise InvalidInputError(
            "unknown_account",
            "nobody has an account with this address",
            "write it as it stands in the account",
        )
    end_lead(db, actor, role, party)
    db.execute(insert(Lead), {"role": role, "party": party, "account": account})


def end_lead(db: Connection, actor: Actor, role: str, party: str) -> None:
    """Have no lead for a role any more: the one for anywhere hears, else the operators."""
    actor.require(Permission.RUN_NOTICES)
    db.execute(delete(Lead).where(Lead.role == role, Lead.party == party))
