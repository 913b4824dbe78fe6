"""Let somebody in again whom no code reaches: the operator hands her an address and a code for a new password."""

from sqlalchemy import update

from lotproof.people import challenges
from lotproof.people.authenticator import switch_off_authenticator
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.entrance import Entrance
from lotproof.people.models import Account
from lotproof.people.sessions import end_all_sessions
from lotproof.storage.engine import writing


def hand_over(entrance: Entrance, account: int, contact: Contact, *, switch_off: bool) -> tuple[str, str]:
    """Sign her out everywhere and forget her password; returns the handle of a reset and its code.

    switch_off: her second step too, where she lost that.
    """
    now, code = entrance.now(), challenges.six_digits(entrance.entropy)
    with writing(entrance.engine) as db:
        db.execute(update(Account).where(Account.id == account).values(password=None))
        end_all_sessions(db, account, now)
        if switch_off:
            switch_off_authenticator(db, entrance, account)
        digest = challenges.code_digest(entrance, Purpose.RESET, contact.value, code)
        handle = challenges.begin(
            db, Purpose.RESET, now, entrance.entropy, contact=contact, account=account, code=digest
        )
        note(db, None, now, "hand_over_reset", "account", str(account))
    return handle, code
