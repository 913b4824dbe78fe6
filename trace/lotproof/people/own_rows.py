"""Read one's own account and organisation."""

from typing import Any

from sqlalchemy import Connection, select

from lotproof.parties.records import names_of
from lotproof.people.models import Account, Organisation


def account_row(db: Connection, account: int) -> Any:
    """Return the row of an account that somebody is signed in to."""
    return db.execute(select(Account.__table__).where(Account.id == account)).one()


def organisation_row(db: Connection, party: str) -> Any:
    """Return what is kept of an organisation beside the log, None where its operator registered it there alone."""
    return db.execute(select(Organisation.__table__).where(Organisation.party == party)).one_or_none()


def party_name(db: Connection, party: str) -> dict[str, str]:
    """Return the names of an organisation by language."""
    return dict(names_of(db, [party]).get(party, {"en": party.rpartition("/")[2]}))


def name_of_party(db: Connection, party: str) -> str:
    """Return one name of an organisation, for a notice: the Chinese one where it has one."""
    names = party_name(db, party)
    return names.get("zh_Hans") or names.get("en") or next(iter(names.values()))
