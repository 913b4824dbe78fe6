"""The second step: an authenticator app, switched on, used and switched off, and recovery codes for when it is lost.

- A secret is sealed by the vault for its account, so that one row's secret is none in another's place.
- It counts only after one code of it was given; until then it waits in a challenge.
- Each code is good once: the step that was used is kept, and moves forward only.
"""

from base64 import b32encode
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from lotproof.ledger.reseal import Again, take_turn_to_seal
from lotproof.people import challenges, totp
from lotproof.people.account_models import Challenge, RecoveryCode
from lotproof.people.challenges import Purpose
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance
from lotproof.people.letting_in import actor_for
from lotproof.people.models import Account

RECOVERY_CODES = 10
_NONCE = 12


def begin_authenticator(db: Connection, entrance: Entrance, account: int) -> str:
    """Make a secret that is not in use yet; return the handle under which it waits for its first code."""
    take_turn_to_seal(db, entrance.vault)
    sealed = entrance.vault.seal(_name(account), totp.new_secret(entrance.entropy), entrance.entropy(_NONCE))
    return challenges.begin(
        db, Purpose.TOTP, entrance.now(), entrance.entropy, account=account, sealed=sealed
    )


def waiting_secret(db: Connection, entrance: Entrance, account: int, handle: str) -> bytes:
    """Return the secret to show, to its owner only. Raises: NotFoundError `challenge_over`."""
    row = challenges.find(db, Purpose.TOTP, handle, entrance.now())
    if row.account != account:
        raise challenges.over()
    return entrance.vault.open(_name(account), row.sealed)


def confirm_authenticator(
    db: Connection, entrance: Entrance, account: int, handle: str, code: str
) -> list[str] | None:
    """Switch it on by its first code; return recovery codes, to be shown this once, or None for a wrong code.

    Raises: NotFoundError `challenge_over`.
    """
    now = entrance.now()
    take_turn_to_seal(db, entrance.vault)
    row = challenges.take_try(db, Purpose.TOTP, handle, now)
    if row.account != account:
        raise challenges.over()
    step = totp.matching_step(entrance.vault.open(_name(account), row.sealed), code, now, None)
    if step is None:
        return None
    challenges.use(db, row, now)
    on = {"totp_secret": row.sealed, "totp_used_step": step}
    db.execute(update(Account).where(Account.id == account).values(on))
    note(db, actor_for(account), now, "switch_on_authenticator", "account", str(account))
    return _new_codes(db, entrance, account)


def switch_off_authenticator(db: Connection, entrance: Entrance, account: int) -> None:
    """Sign in without a second step from now on. She proved who she is before."""
    db.execute(update(Account).where(Account.id == account).values(totp_secret=None, totp_used_step=None))
    db.execute(delete(RecoveryCode).where(RecoveryCode.account == account))
    note(db, actor_for(account), entrance.now(), "switch_off_authenticator", "account", str(account))


def renew_recovery_codes(db: Connection, entrance: Entrance, account: int) -> list[str]:
    """Return new codes, to be shown this once; those of before are no good any more."""
    note(db, actor_for(account), entrance.now(), "renew_recovery_codes", "account", str(account))
    return _new_codes(db, entrance, account)


def _new_codes(db: Connection, entrance: Entrance, account: int) -> list[str]:
    codes = [_written(b32encode(entrance.entropy(10)).decode()) for _ in range(RECOVERY_CODES)]
    db.execute(delete(RecoveryCode).where(RecoveryCode.account == account))
    db.execute(insert(RecoveryCode), [{"account": account, "digest": _digest(code)} for code in codes])
    return codes


def use_authenticator(db: Connection, entrance: Entrance, account: int, code: str) -> bool:
    """Whether it is a code of the account's authenticator or one of its recovery codes; it is used up then."""
    row = db.execute(
        select(Account.totp_secret, Account.totp_used_step)
        .where(Account.id == account, Account.deactivated_at.is_(None))
        .with_for_update()
    ).one_or_none()
    if row is None or row.totp_secret is None:
        return False
    secret = entrance.vault.open(_name(account), row.totp_secret)
    step = totp.matching_step(secret, code, entrance.now(), row.totp_used_step)
    if step is not None:
        db.execute(update(Account).where(Account.id == account).values(totp_used_step=step))
        return True
    return _use_recovery_code(db, entrance, account, code)


def reseal_authenticators(db: Connection, again: Again) -> int:
    """Seal every secret anew, those too that wait for their first code; returns how many there are."""
    done = 0
    for table, column, owner in (
        (Account, Account.totp_secret, Account.id),
        (Challenge, Challenge.sealed, Challenge.account),
    ):
        rows: Any = select(table.id, column.label("sealed"), owner.label("account")).where(
            column.is_not(None)
        )
        for row in db.execute(rows.order_by(table.id)).all():
            sealed = again(_name(row.account), row.sealed)
            db.execute(update(table).where(table.id == row.id).values({column.key: sealed}))
            done += 1
    return done


def _use_recovery_code(db: Connection, entrance: Entrance, account: int, code: str) -> bool:
    mine = (RecoveryCode.account == account) & (RecoveryCode.digest == _digest(code))
    used = update(RecoveryCode).where(mine, RecoveryCode.used_at.is_(None))
    if db.execute(used.values(used_at=entrance.now())).rowcount != 1:
        return False
    note(db, actor_for(account), entrance.now(), "use_recovery_code", "account", str(account))
    return True


def _name(account: int) -> str:
    return f"totp {account}"


def _written(code: str) -> str:
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _digest(code: str) -> bytes:
    return sha256("".join(char for char in code.upper() if char.isalnum())[:40].encode()).digest()
