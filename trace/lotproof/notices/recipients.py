"""Whom something concerns: people by role, and those who answer for a role."""

from collections.abc import Collection, Iterable

from sqlalchemy import Connection, false, or_, select

from lotproof.notices.models import Lead
from lotproof.people.models import Account, Membership
from lotproof.people.roles import Role


def people_with(db: Connection, party: str | None, roles: Iterable[Role]) -> list[int]:
    """Return the accounts that have one of these roles now, in order. party: whose people; None: anywhere."""
    words = (" " + Membership.roles + " ").contains
    found = (
        select(Membership.account)
        .join(Account, Account.id == Membership.account)
        .where(
            Membership.until.is_(None),
            Account.deactivated_at.is_(None),
            or_(false(), *(words(f" {role} ", autoescape=True) for role in roles)),
        )
    )
    if party is not None:
        found = found.where(Membership.party == party)
    return list(db.execute(found.distinct().order_by(Membership.account)).scalars())


def leads_of(db: Connection, role: str, party: str | None) -> Collection[int]:
    """Return who answers for a role: its lead there, else its lead anywhere, else all operators."""
    named = (
        select(Lead.account)
        .join(Account, Account.id == Lead.account)
        .where(Lead.role == role, Lead.party.in_({party or "", ""}), Account.deactivated_at.is_(None))
        .order_by(Lead.party.desc())
    )
    lead = db.execute(named).scalars().first()
    return [lead] if lead is not None else people_with(db, None, [Role.OPERATOR])
