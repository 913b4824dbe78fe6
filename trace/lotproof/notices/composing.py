"""Make a letter of a row: the words of its notice, code or digest, and the address that holds now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from functools import partial
from typing import Any

from sqlalchemy import Connection, select

from lotproof.kernel.errors import LotproofError
from lotproof.notices.codes import KIND as CODE
from lotproof.notices.delivery import Channel
from lotproof.notices.filling import FALLBACK, fill, filled, filled_code
from lotproof.notices.letters import Letter
from lotproof.notices.models import Notice
from lotproof.notices.words import DIGEST, LETTER, Words
from lotproof.notices.zones import zone_of
from lotproof.people.models import Account

DIGEST_KIND = "digest"


class NoAddressError(LotproofError):
    """There is nobody, or nothing, to write to any more."""

    def __init__(self) -> None:
        super().__init__("no_address", "the account is closed, or has no such address any more")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row of what leaves the house, taken by one worker."""

    id: int
    notice: int | None
    account: int | None
    channel: str
    address: str | None
    kind: str
    detail: Mapping[str, Any]
    language: str
    priority: int
    state: str
    tries: int
    next_try_at: datetime
    expires_at: datetime | None
    last_error: str
    made_at: datetime
    sent_at: datetime | None


def compose(db: Connection, row: Claimed, public_url: str) -> Letter:
    """Return the letter. Two statements. Raises: NoAddressError."""
    name, address, zone = _receiver(db, row)
    language = row.language if row.language in LETTER else FALLBACK
    frame = LETTER[language]
    letter = partial(
        Letter, Channel(row.channel), address, name, language=language, id=row.id, made_at=row.made_at
    )
    if row.kind == CODE:
        words = filled_code(language, row.detail, zone)
        return letter(title=words.title, text=words.text)
    foot = f"{frame['foot']}\n{public_url}/notices/preferences"
    if row.kind == DIGEST_KIND:
        words = digest_words(language, row.detail, zone)
        links = ((frame["open"], f"{public_url}/notices"),)
    else:
        words = _of_notice(db, row, language, zone)
        links = ((frame["open"], f"{public_url}/notices/{row.notice}"),)
    return letter(title=words.title, text=words.text, links=links, foot=foot)


def digest_words(language: str, detail: Mapping[str, Any], zone: tzinfo) -> Words:
    """Return the words of a digest: a line for each of its notices, oldest first."""
    around = fill(DIGEST[language], language, {"count": detail.get("count", 0)}, zone)
    lines = [filled(one["kind"], language, one["detail"], zone) for one in detail.get("notices", ())]
    more = "…" if detail.get("count", 0) > len(lines) else ""
    told = [f"• {words.title}\n  {words.text}" for words in lines]
    return Words(around.title, "\n".join([around.text, *told, more]).rstrip())


def _receiver(db: Connection, row: Claimed) -> tuple[str, str, tzinfo]:
    if row.account is None:
        if not row.address:
            raise NoAddressError
        return "", row.address, zone_of("")
    found = select(Account.name, Account.mail, Account.phone, Account.zone)
    account = db.execute(
        found.where(Account.id == row.account, Account.deactivated_at.is_(None))
    ).one_or_none()
    if account is None:
        raise NoAddressError
    address = row.address or (account.mail if row.channel == Channel.MAIL else account.phone)
    if not address:
        raise NoAddressError
    return account.name, address, zone_of(account.zone)


def _of_notice(db: Connection, row: Claimed, language: str, zone: tzinfo) -> Words:
    detail = db.execute(select(Notice.detail).where(Notice.id == row.notice)).scalar()
    if detail is None:  # erased, or so old that it was tidied away
        raise NoAddressError
    return filled(row.kind, language, detail, zone)
