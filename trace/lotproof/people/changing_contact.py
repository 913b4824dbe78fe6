"""Add or replace the telephone number or mail address of an account: a code goes to the new one and proves it."""

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from lotproof.kernel.errors import RefusedError
from lotproof.people import challenges
from lotproof.people.accounts import refuse_taken
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance, Visitor
from lotproof.people.letting_in import actor_for
from lotproof.people.models import Account
from lotproof.people.sending_codes import count_code
from lotproof.storage.engine import writing


def ask_new_contact(entrance: Entrance, visitor: Visitor, account: int, contact_text: str) -> str:
    """Send a code to a new contact; returns the handle. Raises: InvalidInputError `invalid_contact`, TooManyTriesError.

    Whether somebody else is known by it is told only to whoever has the code.
    """
    contact, now = Contact.parse(contact_text), entrance.now()
    with writing(entrance.engine) as db:
        count_code(db, entrance, visitor, contact)
        code = challenges.six_digits(entrance.entropy)
        digest = challenges.code_digest(entrance, Purpose.NEW_CONTACT, contact.value, code)
        handle = challenges.begin(
            db, Purpose.NEW_CONTACT, now, entrance.entropy, contact=contact, account=account, code=digest
        )
        entrance.send(db, contact.channel, contact.value, code, visitor.language, now)
    return handle


def take_new_contact(entrance: Entrance, account: int, handle: str, code: str) -> None:
    """Let the account be known by it. Raises: InvalidInputError `wrong_code`; NotFoundError `challenge_over`;
    RefusedError `contact_taken`."""
    now = entrance.now()
    with writing(entrance.engine) as db:
        row = challenges.answer_code(db, entrance, Purpose.NEW_CONTACT, handle, code, now)
        if row is not None:
            if row.account != account:
                raise challenges.over()
            contact = Contact(row.channel, row.contact)
            refuse_taken(db, contact)
            column = "phone" if contact.channel == "sms" else "mail"
            try:
                db.execute(update(Account).where(Account.id == account).values({column: contact.value}))
            except IntegrityError:  # somebody registered it at this moment
                raise RefusedError(
                    "contact_taken", "there is an account with this number or address"
                ) from None
            once = f"contact {now.isoformat()}"
            values = {"happened_at": now}
            entrance.tell(db, [account], "contact_changed", "account", str(account), values, now, once)
            note(
                db,
                actor_for(account),
                now,
                "change_contact",
                "account",
                str(account),
                channel=contact.channel,
            )
    if row is None:
        raise challenges.wrong_code()
