"""All accounts with their organisations and roles, for the operator."""

from typing import Any

from sqlalchemy import Connection, select

from lotproof.people.models import Account, Membership


def every_account(db: Connection) -> list[dict[str, Any]]:
    """Return plain values, the oldest account first. roles: party URI -> words. Two statements."""
    columns = (
        Account.id, Account.name, Account.phone, Account.mail, Account.created_at, Account.deactivated_at,
    )  # fmt: skip
    found = {
        row.id: {
            "account": row.id,
            "name": row.name,
            "phone": row.phone,
            "mail": row.mail,
            "created_at": row.created_at,
            "deactivated_at": row.deactivated_at,
            "roles": {},
        }
        for row in db.execute(select(*columns).order_by(Account.id))
    }
    works = select(Membership.account, Membership.party, Membership.roles).where(Membership.until.is_(None))
    for row in db.execute(works.order_by(Membership.id)):
        found[row.account]["roles"][row.party] = row.roles.split()
    return list(found.values())
