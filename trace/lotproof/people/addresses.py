"""The address book of an account: Chinese addresses down to the district, and those of other countries."""

import re
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from lotproof.kernel.errors import NotFoundError, Problem, RefusedError
from lotproof.people.account_models import Address
from lotproof.people.plain_text import one_line, refuse

MOST = 50
FIELDS = ("recipient", "phone", "country", "region", "city", "district", "street", "postcode")
_LONGEST = {"recipient": 100, "phone": 30, "postcode": 12, "country": 2}
_NEEDED = frozenset({"recipient", "phone", "country", "city", "street"})
_IN_CHINA = _NEEDED | {"region", "district"}


def checked(typed: Mapping[str, str]) -> dict[str, str]:
    """Return an address as it is kept. Pure.  Raises: InvalidInputError `invalid_form` with every problem."""
    problems: list[Problem] = []
    country = typed.get("country", "").strip().upper()
    needed = _IN_CHINA if country == "CN" else _NEEDED
    kept = {
        name: one_line(
            name, typed.get(name, ""), _LONGEST.get(name, 200), problems, optional=name not in needed
        )
        for name in FIELDS
    }
    kept["country"] = country
    if country and not re.fullmatch(r"[A-Z]{2}", country):
        problems.append(Problem("country", "unknown_country", "two letters such as CN"))
    if country == "CN" and kept["postcode"] and not re.fullmatch(r"[0-9]{6}", kept["postcode"]):
        problems.append(Problem("postcode", "invalid_postcode", "a postcode of China has 6 digits"))
    if kept["phone"] and not re.fullmatch(r"[0-9+ .()\-]{5,30}", kept["phone"]):
        problems.append(Problem("phone", "invalid_phone", "digits, with + and spaces"))
    refuse(problems)
    return kept


def addresses_of(db: Connection, account: int) -> list[Any]:
    """Return somebody's addresses, the usual one first."""
    rows = select(Address.__table__).where(Address.account == account)
    return list(db.execute(rows.order_by(Address.is_default.desc(), Address.id)))


def one_of(db: Connection, account: int, id: int) -> Any:
    """Return one address of an account. Raises: NotFoundError `no_such_address`, also for another's."""
    mine = (Address.id == id) & (Address.account == account)
    row = db.execute(select(Address.__table__).where(mine)).one_or_none()
    if row is None:
        raise _not_there()
    return row


def add_address(db: Connection, account: int, typed: Mapping[str, str], *, is_default: bool) -> int:
    """Add an address and return its id; the first is the usual one. Raises: InvalidInputError; RefusedError."""
    kept, known = checked(typed), addresses_of(db, account)
    if len(known) >= MOST:
        raise RefusedError("too_many_addresses", f"the book holds {MOST} addresses", "remove one first")
    usual = is_default or not known
    if usual:
        _no_default(db, account)
    made = insert(Address).returning(Address.id)
    return int(db.execute(made, {**kept, "account": account, "is_default": usual}).scalar_one())


def change_address(
    db: Connection, account: int, id: int, typed: Mapping[str, str], *, is_default: bool
) -> None:
    """Write an address anew. Raises: InvalidInputError; NotFoundError `no_such_address`."""
    kept, row = checked(typed), one_of(db, account, id)
    if is_default:
        _no_default(db, account)
    new = {**kept, "is_default": is_default or row.is_default}
    db.execute(update(Address).where(Address.id == id).values(new))


def remove_address(db: Connection, account: int, id: int) -> None:
    """Take an address out of the book. Raises: NotFoundError `no_such_address`."""
    mine = (Address.id == id) & (Address.account == account)
    if db.execute(delete(Address).where(mine)).rowcount != 1:
        raise _not_there()


def _no_default(db: Connection, account: int) -> None:
    db.execute(update(Address).where(Address.account == account).values(is_default=False))


def _not_there() -> NotFoundError:
    return NotFoundError("no_such_address", "your address book has no such address", "look at the list again")
