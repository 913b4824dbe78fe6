"""Members of an organisation: their roles are given, changed and taken away.

- An owner gives working roles; operator, reviewer and auditor are given by operators alone, and never to oneself.
- An organisation always has an owner, until it is closed.
- Everything is looked up within the organisation that one acts for: another's member is not there.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, NotFoundError, Problem, RefusedError
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.entrance import Teller, say_nothing
from lotproof.people.models import Account, Membership
from lotproof.people.own_rows import name_of_party
from lotproof.people.permissions import Permission
from lotproof.people.roles import GRANTED_BY_OPERATORS, WORKING, Role


def members_of(db: Connection, party: str) -> list[Any]:
    """Return the members of now: id, account, name, phone, mail, roles, since. The first to join comes first."""
    rows = (
        select(
            Membership.id, Membership.account, Membership.roles, Membership.since,
            Account.name, Account.phone, Account.mail,
        )
        .join(Account, Account.id == Membership.account)
        .where(Membership.party == party, Membership.until.is_(None))
    )  # fmt: skip
    return list(db.execute(rows.order_by(Membership.id)))


def working_roles(words: Collection[str]) -> list[Role]:
    """Return the roles that an owner may give. Raises: ForbiddenError `granted_by_operators`; InvalidInputError."""
    if granted := set(words) & GRANTED_BY_OPERATORS:
        raise ForbiddenError(
            "granted_by_operators",
            f"only an operator gives the role {', '.join(sorted(granted))}",
            "ask the operator of this instance",
        )
    roles: list[Role] = [role for role in WORKING if role in words]
    if not roles or set(words) - set(WORKING):
        raise InvalidInputError(
            "unknown_role", "choose what the member does", "one role or several",
            [Problem("roles", "unknown_role", "choose one role or several")],
        )  # fmt: skip
    return roles


def change_roles(
    db: Connection,
    actor: Actor,
    member: int,
    words: Collection[str],
    now: datetime,
    tell: Teller = say_nothing,
) -> None:
    """Let a member do other work. What an operator granted stays as it is.

    Raises: ForbiddenError; NotFoundError `no_such_member`; RefusedError `last_owner`.
    """
    actor.require(Permission.MANAGE_MEMBERS)
    roles = working_roles(words)
    row = _one_of(db, actor.acting_for, member)
    if Role.OWNER not in roles:
        _refuse_last_owner(db, row)
    granted = [role for role in row.roles.split() if role in GRANTED_BY_OPERATORS]
    _set_roles(db, actor, row, [*roles, *granted], now)
    _tell(db, row, "roles_changed", now, tell)


def remove_member(
    db: Connection, actor: Actor, member: int, now: datetime, tell: Teller = say_nothing
) -> None:
    """End a membership; from then on she acts for this organisation no more.

    Raises: ForbiddenError; NotFoundError `no_such_member`; RefusedError `last_owner`.
    """
    actor.require(Permission.MANAGE_MEMBERS)
    row = _one_of(db, actor.acting_for, member)
    _end(db, actor, row, now)
    _tell(db, row, "removed", now, tell)


def leave(db: Connection, actor: Actor, now: datetime) -> None:
    """End one's own membership. Raises: RefusedError `last_owner`."""
    mine = (Membership.account == actor.account) & (Membership.party == actor.acting_for)
    row = db.execute(select(Membership.__table__).where(mine, Membership.until.is_(None))).one()
    _end(db, actor, _one_of(db, row.party, row.id), now)


def join(
    db: Connection, account: int, party: str, roles: Collection[Role], by: int | None, now: datetime
) -> int:
    """Make somebody a member, or give a member these roles too; returns the membership."""
    mine = (Membership.account == account) & (Membership.party == party) & Membership.until.is_(None)
    known = db.execute(select(Membership.id, Membership.roles).where(mine).with_for_update()).first()
    words = " ".join(role for role in Role if role in roles or (known and role in known.roles.split()))
    if known is not None:
        db.execute(update(Membership).where(Membership.id == known.id).values(roles=words))
        return int(known.id)
    row = {"account": account, "party": party, "roles": words, "granted_by": by, "since": now}
    return int(db.execute(insert(Membership).returning(Membership.id), row).scalar_one())


def grant(
    db: Connection, operator: Actor, account: int, party: str, words: Collection[str], now: datetime
) -> None:
    """Give and take away what operators alone give: exactly these of operator, reviewer and auditor are hers then.

    Raises: ForbiddenError `not_allowed`, `own_grant`; InvalidInputError `unknown_role`.
    """
    operator.require(Permission.GRANT_ROLES_ANY)
    if account == operator.account:
        raise ForbiddenError("own_grant", "nobody gives roles to herself", "another operator has to do it")
    set_granted(db, operator, account, party, words, now)


def set_granted(
    db: Connection, by: Actor | None, account: int, party: str, words: Collection[str], now: datetime
) -> None:
    """As `grant`, without asking who does it: for the command line of the machine. by: None for that."""
    if unknown := set(words) - GRANTED_BY_OPERATORS:
        raise InvalidInputError("unknown_role", f"an operator grants none of {', '.join(sorted(unknown))}")
    member = join(db, account, party, (), by.account if by else None, now)
    row = _one_of(db, party, member)
    working = [role for role in row.roles.split() if role not in GRANTED_BY_OPERATORS]
    _set_roles(db, by, row, [*working, *sorted(words)], now)


def set_all(db: Connection, account: int, party: str, roles: Collection[Role], now: datetime) -> None:
    """Give somebody exactly these roles, as the operator's command line may; none at all ends the membership.

    Raises: RefusedError `last_owner`.
    """
    row = _one_of(db, party, join(db, account, party, (), None, now))
    if Role.OWNER not in roles:
        _refuse_last_owner(db, row)
    if roles:
        _set_roles(db, None, row, [role for role in Role if role in roles], now)
    else:
        db.execute(update(Membership).where(Membership.id == row.id).values(until=now))
        note(db, None, now, "remove_member", "account", str(account), party=party)


def _tell(db: Connection, row: Any, kind: str, now: datetime, tell: Teller) -> None:
    values, once = {"organisation": name_of_party(db, row.party)}, f"{kind} {row.party} {now.isoformat()}"
    tell(db, [row.account], kind, "organisation", row.party, values, now, once)


def _end(db: Connection, actor: Actor, row: Any, now: datetime) -> None:
    _refuse_last_owner(db, row)
    db.execute(update(Membership).where(Membership.id == row.id).values(until=now))
    note(db, actor, now, "remove_member", "account", str(row.account))


def _set_roles(db: Connection, actor: Actor | None, row: Any, roles: Collection[str], now: datetime) -> None:
    words = " ".join(roles)
    db.execute(update(Membership).where(Membership.id == row.id).values(roles=words))
    note(
        db,
        actor,
        now,
        "grant_roles",
        "account",
        str(row.account),
        party=row.party,
        roles=words,
        before=row.roles,
    )


def _one_of(db: Connection, party: str, member: int) -> Any:
    """Return a membership of the organisation, locked with all others of it, in id order.

    Two owners who remove each other at the same time therefore cannot both succeed.
    """
    open_ones = (Membership.party == party) & Membership.until.is_(None)
    rows = db.execute(
        select(Membership.__table__).where(open_ones).order_by(Membership.id).with_for_update()
    ).all()
    found = next((row for row in rows if row.id == member), None)
    if found is None:
        raise NotFoundError(
            "no_such_member", "your organisation has no such member", "look at the list again"
        )
    return found


def _refuse_last_owner(db: Connection, row: Any) -> None:
    """Raises: RefusedError `last_owner`."""
    if Role.OWNER not in row.roles.split():
        return
    others = select(Membership.roles).where(
        Membership.party == row.party, Membership.until.is_(None), Membership.id != row.id
    )
    if not any(Role.OWNER in words.split() for words in db.execute(others).scalars()):
        raise RefusedError(
            "last_owner",
            "this is the last owner of the organisation",
            "make another member an owner first, or close the organisation",
        )
