"""Prove again who you are before an act that cannot be undone: by password, authenticator, or a code that is sent."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, Problem, RefusedError
from lotproof.people import challenges, passwords, throttle
from lotproof.people.authenticator import use_authenticator
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance, Visitor
from lotproof.people.letting_in import actor_for
from lotproof.people.models import Account, Session
from lotproof.people.sending_codes import count_code
from lotproof.people.sessions import PROVED_FOR
from lotproof.storage.engine import reading, writing


def is_proved(db: Connection, session: int, now: datetime) -> bool:
    """Whether she gave password or code in this session within the last quarter of an hour."""
    at = db.execute(
        select(Session.proved_at).where(Session.id == session, Session.ended_at.is_(None))
    ).scalar()
    return at is not None and now - at <= PROVED_FOR


def require_proved(db: Connection, session: int, now: datetime) -> None:
    """Raises: ForbiddenError `prove_first`."""
    if not is_proved(db, session, now):
        raise ForbiddenError(
            "prove_first",
            "this cannot be undone, so it asks again who you are",
            "give your password or a code",
        )


def prove(
    entrance: Entrance, visitor: Visitor, account: int, session: int, answer: str, handle: str = ""
) -> None:
    """Prove it by the password, a code of the authenticator, or the code that was sent for `handle`.

    Raises: InvalidInputError `wrong_proof`, TooManyTriesError; NotFoundError `challenge_over`.
    """
    now = entrance.now()
    with writing(entrance.engine) as db:
        throttle.charge(db, throttle.PROOF, str(account), now)
    with reading(entrance.engine) as db:
        kept = db.execute(select(Account.password).where(Account.id == account)).scalar()
    # The work is done outside of the transaction, and only where the answer is no code.
    is_right = len(answer) >= passwords.SHORTEST and passwords.verify(kept, answer)
    with writing(entrance.engine) as db:
        is_right = is_right or use_authenticator(db, entrance, account, answer)
        if not is_right and handle:
            row = challenges.answer_code(db, entrance, Purpose.PROOF, handle, answer, now)
            is_right = row is not None and row.account == account
        if is_right:
            throttle.forgive(db, throttle.PROOF, str(account))
            mine = (Session.id == session) & (Session.account == account) & Session.ended_at.is_(None)
            db.execute(update(Session).where(mine).values(proved_at=now))
        else:
            note(db, actor_for(account), now, "proof_refused", address=visitor.address)
    if not is_right:
        said = "this is neither your password nor a code that is valid now"
        raise InvalidInputError(
            "wrong_proof", said, "try again, or let a code be sent to you",
            [Problem("password", "wrong_proof", said)],
        )  # fmt: skip


def send_proof(entrance: Entrance, visitor: Visitor, account: int) -> str:
    """Send a code to her who has no password at hand; returns the handle. Raises: TooManyTriesError."""
    now = entrance.now()
    with writing(entrance.engine) as db:
        row = db.execute(
            select(Account.phone, Account.mail, Account.language).where(Account.id == account)
        ).one()
        if row.phone is None and row.mail is None:
            raise RefusedError("no_contact", "there is no number or address to send a code to")
        contact = Contact("sms", row.phone) if row.phone else Contact("mail", str(row.mail))
        count_code(db, entrance, visitor, contact)
        code = challenges.six_digits(entrance.entropy)
        digest = challenges.code_digest(entrance, Purpose.PROOF, contact.value, code)
        handle = challenges.begin(
            db, Purpose.PROOF, now, entrance.entropy, contact=contact, account=account, code=digest
        )
        entrance.send(db, contact.channel, contact.value, code, row.language, now)
    return handle
