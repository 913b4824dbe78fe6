"""Set a new password by a code. Every browser in which she is signed in is signed out; a second step stays owed."""

from datetime import datetime

from sqlalchemy import Connection, update

from lotproof.people import challenges, passwords
from lotproof.people.challenges import Purpose
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance, Step, Visitor
from lotproof.people.letting_in import actor_for, let_in
from lotproof.people.models import Account
from lotproof.people.plain_text import refuse
from lotproof.people.sessions import end_all_sessions
from lotproof.people.signing_in import answered_by_owner
from lotproof.storage.engine import writing


def change_password(entrance: Entrance, account: int, session: int, password: str) -> None:
    """Set another password; she proved who she is before, and stays signed in here alone.

    Raises: InvalidInputError `invalid_form`.
    """
    refuse(passwords.check(password))
    kept, now = passwords.hash_of(password, entrance.entropy), entrance.now()
    with writing(entrance.engine) as db:
        db.execute(update(Account).where(Account.id == account).values(password=kept))
        end_all_sessions(db, account, now, but=session)
        note(db, actor_for(account), now, "set_password", "account", str(account))
        _tell(db, entrance, account, now)


def reset_password(entrance: Entrance, visitor: Visitor, handle: str, code: str, password: str) -> Step:
    """Set the password and sign in. Raises: InvalidInputError `invalid_form`, `wrong_code`;
    NotFoundError `challenge_over`; TooManyTriesError."""
    refuse(passwords.check(password))
    kept = passwords.hash_of(password, entrance.entropy)
    step = None
    with writing(entrance.engine) as db:
        account = answered_by_owner(db, entrance, visitor, Purpose.RESET, handle, code)
        if account is not None:
            now = entrance.now()
            db.execute(update(Account).where(Account.id == account.id).values(password=kept))
            end_all_sessions(db, account.id, now)
            note(
                db, actor_for(account.id), now, "reset_password", "account", str(account.id),
                address=visitor.address,
            )  # fmt: skip
            _tell(db, entrance, account.id, now)
            step = let_in(db, entrance, account, visitor, now, "code")
    if step is None:
        raise challenges.wrong_code()
    return step


def _tell(db: Connection, entrance: Entrance, account: int, now: datetime) -> None:
    once = f"password {now.isoformat()}"
    entrance.tell(db, [account], "password_changed", "account", str(account), {"happened_at": now}, now, once)
