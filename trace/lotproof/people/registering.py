"""Register: a code proves that the number or address is hers; then the account is made and she is signed in."""

from collections.abc import Collection
from typing import Any

from lotproof.kernel.errors import Problem
from lotproof.people import accounts, challenges, consents, passwords, purposes, throttle
from lotproof.people.challenges import Purpose
from lotproof.people.contacts import Contact
from lotproof.people.entrance import Entrance, Step, Visitor
from lotproof.people.letting_in import find_account, let_in, open_door
from lotproof.people.plain_text import one_line, refuse
from lotproof.storage.engine import reading, writing


def register(
    entrance: Entrance,
    visitor: Visitor,
    handle: str,
    code: str,
    name: str,
    password: str,
    agreed: Collection[str],
) -> Step:
    """Make an account. password: "" for one that signs in by codes.  agreed: purposes that she agrees to.

    Whoever has an account already is let into that one, as the code proved who she is; nothing of it changes.
    Raises: InvalidInputError `invalid_form`, `wrong_code`; NotFoundError `challenge_over`; TooManyTriesError.
    """
    with reading(entrance.engine) as db:
        row = challenges.find(db, Purpose.REGISTER, handle, entrance.now())
    _refuse_form(row, name, password, agreed)
    kept = passwords.hash_of(password, entrance.entropy) if password else None
    now, network = entrance.now(), throttle.network_of(visitor.address)
    with writing(entrance.engine) as db:
        throttle.charge(db, throttle.ADDRESS, network, now)
        row = challenges.answer_code(db, entrance, Purpose.REGISTER, handle, code, now)
        step = None
        if row is not None:
            throttle.take_back(db, throttle.ADDRESS, network)
            contact = Contact(row.channel, row.contact)
            known = find_account(db, contact)
            if known is not None:
                step = let_in(db, entrance, known, visitor, now, "code")
            else:
                account = accounts.create(db, name, contact, now, password=kept, language=visitor.language)
                consents.give(db, account, agreed, now)
                step = open_door(db, entrance, account, visitor, now, "code")
    if step is None:
        raise challenges.wrong_code()
    return step


def _refuse_form(row: Any, name: str, password: str, agreed: Collection[str]) -> None:
    problems: list[Problem] = []
    one_line("name", name, accounts.LONGEST_NAME, problems)
    if password:
        problems += passwords.check(password, row.contact)
    refuse([*problems, *purposes.missing(agreed)])
