"""Sign in: by password, by a code, and by the second step where there is one. Guesses are counted, then judged."""

from typing import Any

from sqlalchemy import Connection, select, update

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.people import challenges, passwords, throttle
from lotproof.people.authenticator import use_authenticator
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance, Step, Visitor
from lotproof.people.letting_in import actor_for, find_account, let_in, open_door, wrong_sign_in
from lotproof.people.models import Account
from lotproof.people.sending_codes import subject_of
from lotproof.storage.engine import reading, writing


def sign_in(entrance: Entrance, visitor: Visitor, contact_text: str, password: str) -> Step:
    """Sign in by password.

    Raises: InvalidInputError `invalid_contact`, `wrong_sign_in` (an unknown name and a wrong password alike, after the
    same work), TooManyTriesError.
    """
    contact = Contact.parse(contact_text)
    subject, network = subject_of(entrance, contact), throttle.network_of(visitor.address)
    with writing(entrance.engine) as db:
        throttle.charge(db, throttle.ADDRESS, network, entrance.now())
        throttle.charge(db, throttle.PASSWORD, subject, entrance.now())
    with reading(entrance.engine) as db:
        known = find_account(db, contact)
    is_right = passwords.verify(known.password if known is not None else None, password)
    again = passwords.hash_of(password, entrance.entropy) if _needs_rehash(known, is_right) else None
    with writing(entrance.engine) as db:
        account = find_account(db, contact, locked=True) if is_right else None
        # Set anew or deactivated while the password was judged: then it was not the password any more.
        if account is None or account.password != known.password:
            who = actor_for(known.id) if known is not None else None
            note(db, who, entrance.now(), "sign_in_refused", address=visitor.address)
            step = None
        else:
            throttle.forgive(db, throttle.PASSWORD, subject)
            throttle.take_back(db, throttle.ADDRESS, network)
            if again:
                db.execute(update(Account).where(Account.id == account.id).values(password=again))
            step = let_in(db, entrance, account, visitor, entrance.now(), "password")
    if step is None:
        raise wrong_sign_in()
    return step


def sign_in_by_code(entrance: Entrance, visitor: Visitor, handle: str, code: str) -> Step:
    """Sign in by a code that was sent. Raises: InvalidInputError `wrong_code`, NotFoundError `challenge_over`,
    TooManyTriesError."""
    with writing(entrance.engine) as db:
        account = answered_by_owner(db, entrance, visitor, Purpose.SIGN_IN, handle, code)
        step = let_in(db, entrance, account, visitor, entrance.now(), "code") if account is not None else None
    if step is None:
        raise challenges.wrong_code()
    return step


def second_step(entrance: Entrance, visitor: Visitor, handle: str, code: str) -> Step:
    """Finish by a code of the authenticator, or by a recovery code.

    Raises: InvalidInputError `wrong_code`, NotFoundError `challenge_over`, TooManyTriesError.
    """
    now = entrance.now()
    with writing(entrance.engine) as db:
        row = challenges.take_try(db, Purpose.SECOND_STEP, handle, now)
        throttle.charge(db, throttle.PROOF, str(row.account), now)
        step = None
        if use_authenticator(db, entrance, row.account, code):
            throttle.forgive(db, throttle.PROOF, str(row.account))
            challenges.use(db, row, now)
            step = open_door(db, entrance, row.account, visitor, now, "second_step")
        else:
            note(db, actor_for(row.account), now, "second_step_refused", address=visitor.address)
    if step is None:
        said = "this is no code of your authenticator that is valid now"
        raise InvalidInputError(
            "wrong_code", said, "wait for the next one, or use a recovery code",
            [Problem("code", "wrong_code", said)],
        )  # fmt: skip
    return step


def answered_by_owner(
    db: Connection, entrance: Entrance, visitor: Visitor, purpose: Purpose, handle: str, code: str
) -> Any:
    """Judge a code; return the row of the account that it is for, locked, or None where the code is wrong.

    Raises: NotFoundError `challenge_over`, TooManyTriesError.
    """
    now, network = entrance.now(), throttle.network_of(visitor.address)
    throttle.charge(db, throttle.ADDRESS, network, now)
    row = challenges.answer_code(db, entrance, purpose, handle, code, now)
    if row is None or row.account is None:
        return None
    throttle.take_back(db, throttle.ADDRESS, network)
    mine = select(Account.__table__).where(Account.id == row.account, Account.deactivated_at.is_(None))
    return db.execute(mine.with_for_update()).one_or_none()


def _needs_rehash(known: Any, is_right: bool) -> bool:
    return is_right and passwords.is_outdated(known.password)
