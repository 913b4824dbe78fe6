"""Send a code to whoever wants to register, sign in or set a password. The answer never tells who has an account."""

from sqlalchemy import Connection

from lotproof.people import challenges, throttle
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import Contact
from lotproof.people.entrance import Entrance, Visitor
from lotproof.people.letting_in import find_account
from lotproof.storage.engine import writing


def ask_for_code(entrance: Entrance, visitor: Visitor, purpose: Purpose, contact_text: str) -> str:
    """Send a code and return the handle of the challenge that it answers.

    To register it goes to anybody; else only where there is an account, and the answer is the same where there is none.
    Raises: InvalidInputError `invalid_contact`, TooManyTriesError.
    """
    contact = Contact.parse(contact_text)
    now = entrance.now()
    with writing(entrance.engine) as db:
        throttle.forget(db, now)
        count_code(db, entrance, visitor, contact)
        account = find_account(db, contact)
        code = challenges.six_digits(entrance.entropy)
        is_sent = account is not None or purpose is Purpose.REGISTER
        # Without an account the challenge is made all the same, and no code is right for it.
        digest = challenges.code_digest(entrance, purpose, contact.value, code)
        handle = challenges.begin(
            db,
            purpose,
            now,
            entrance.entropy,
            contact=contact,
            account=account.id if account is not None else None,
            code=digest if is_sent else None,
        )
        if is_sent:
            language = account.language if account is not None else visitor.language
            entrance.send(db, contact.channel, contact.value, code, language, now)
    return handle


def count_code(db: Connection, entrance: Entrance, visitor: Visitor, contact: Contact) -> None:
    """Count one more code. Raises: TooManyTriesError."""
    now = entrance.now()
    throttle.charge(db, throttle.CODE_FROM, throttle.network_of(visitor.address), now)
    throttle.charge(db, throttle.CODE_TO, subject_of(entrance, contact), now)


def subject_of(entrance: Entrance, contact: Contact) -> str:
    """What tries for one contact are counted under: it does not show whose it is, and needs no account."""
    return entrance.digest("throttle", contact.value).hex()
