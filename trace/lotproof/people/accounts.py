"""Accounts: made, and what their owners change of them."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from lotproof.kernel.errors import NotFoundError, Problem, RefusedError
from lotproof.people.contacts import Contact
from lotproof.people.deeds import note
from lotproof.people.letting_in import actor_for
from lotproof.people.models import Account
from lotproof.people.plain_text import one_line, refuse

LANGUAGES = ("en", "zh_Hans", "zh_Hant")
ZONE = "Asia/Shanghai"
LONGEST_NAME = 100


def create(
    db: Connection,
    name: str,
    contact: Contact,
    now: datetime,
    *,
    password: str | None = None,
    language: str = "zh_Hans",
    zone: str = ZONE,
) -> int:
    """Make an account and return its id. password: a hash, None for one that signs in by codes only.

    Raises: InvalidInputError `invalid_form`, RefusedError `contact_taken`.
    """
    problems: list[Problem] = []
    row = {
        "name": one_line("name", name, LONGEST_NAME, problems),
        "phone": contact.value if contact.channel == "sms" else None,
        "mail": contact.value if contact.channel == "mail" else None,
        "password": password,
        "language": language if language in LANGUAGES else "en",
        "zone": zone,
        "created_at": now,
    }
    refuse(problems)
    refuse_taken(db, contact)
    try:
        made = db.execute(insert(Account).returning(Account.id), row)
    except IntegrityError:  # somebody registered it at this moment
        raise _taken() from None
    account = int(made.scalar_one())
    note(db, actor_for(account), now, "register", "account", str(account), channel=contact.channel)
    return account


def refuse_taken(db: Connection, contact: Contact) -> None:
    """Raises: RefusedError `contact_taken` where an account has this contact."""
    column = Account.phone if contact.channel == "sms" else Account.mail
    if db.execute(select(Account.id).where(column == contact.value)).first() is not None:
        raise _taken()


def change_profile(db: Connection, account: int, name: str, language: str, zone: str, now: datetime) -> None:
    """Change what pages say and how they say it. Raises: InvalidInputError `invalid_form`."""
    problems: list[Problem] = []
    kept = one_line("name", name, LONGEST_NAME, problems)
    if language not in LANGUAGES:
        problems.append(Problem("language", "unknown_language", f"one of {', '.join(LANGUAGES)}"))
    if not is_zone(zone):
        problems.append(Problem("zone", "unknown_zone", "an IANA time zone such as Asia/Shanghai"))
    refuse(problems)
    new = {"name": kept, "language": language, "zone": zone}
    db.execute(update(Account).where(Account.id == account).values(new))
    note(db, actor_for(account), now, "change_profile", "account", str(account))


def find_by_contact(db: Connection, contact: Contact) -> int:
    """Return the id of the account with this contact. Raises: NotFoundError `no_such_account`."""
    column = Account.phone if contact.channel == "sms" else Account.mail
    found = db.execute(select(Account.id).where(column == contact.value)).scalar()
    if found is None:
        raise NotFoundError("no_such_account", f"nobody is known as {contact.masked}", "she registers first")
    return int(found)


def is_zone(text: str) -> bool:
    """Whether there is such a time zone."""
    try:
        ZoneInfo(text)
    except (ValueError, KeyError, OSError):
        return False
    return len(text) <= 64


def _taken() -> RefusedError:
    return RefusedError(
        "contact_taken", "there is an account with this number or address", "sign in, or use another one"
    )
