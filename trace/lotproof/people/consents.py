"""Agree to a purpose, and take it back: every agreement stays as the proof that it was given, with its times."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from lotproof.kernel.errors import RefusedError
from lotproof.people.account_models import Consent
from lotproof.people.deeds import note
from lotproof.people.letting_in import actor_for
from lotproof.people.purposes import require_purpose


def give(db: Connection, account: int, names: Collection[str], now: datetime) -> None:
    """Agree to the text of now. What stands already is not given twice. Raises: InvalidInputError."""
    standing = {(row.purpose, row.version) for row in history(db, account) if row.withdrawn_at is None}
    for name in sorted(set(names)):
        version = require_purpose(name).version
        if (name, version) not in standing:
            row = {"account": account, "purpose": name, "version": version, "given_at": now}
            db.execute(insert(Consent), row)
            note(db, actor_for(account), now, "consent", "consent", name, version=version)


def withdraw(db: Connection, account: int, name: str, now: datetime) -> None:
    """Take it back from now on. Raises: RefusedError `consent_needed` for what an account cannot be without."""
    if require_purpose(name).is_needed:
        raise RefusedError(
            "consent_needed", "an account cannot be kept without this", "deactivate your account instead"
        )
    mine = (Consent.account == account) & (Consent.purpose == name) & Consent.withdrawn_at.is_(None)
    if db.execute(update(Consent).where(mine).values(withdrawn_at=now)).rowcount:
        note(db, actor_for(account), now, "withdraw_consent", "consent", name)


def history(db: Connection, account: int) -> list[Any]:
    """Return every agreement with its times, newest first."""
    rows = select(Consent.__table__).where(Consent.account == account)
    return list(db.execute(rows.order_by(Consent.given_at.desc(), Consent.id.desc())))
