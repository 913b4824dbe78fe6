"""Tell people something: their notices and what leaves the house for them, in the act's own transaction."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from lotproof.notices.delivery import Channel, Delivery, deliveries
from lotproof.notices.filling import detail_of
from lotproof.notices.kinds import KINDS
from lotproof.notices.models import Notice, Outgoing, Preference
from lotproof.notices.state import State
from lotproof.notices.upserts import upsert
from lotproof.notices.words import WORDS, holes
from lotproof.people.models import Account
from lotproof.storage.engine import in_batches


@dataclass(frozen=True, slots=True)
class _Reader:
    account: int
    language: str
    out: Mapping[Channel, Delivery]


def tell(
    db: Connection,
    accounts: Collection[int],
    kind: str,
    about_type: str,
    about_id: str,
    values: Mapping[str, Any],
    now: datetime,
    once: str,
) -> int:
    """Tell these accounts, and return how many had not been told yet. Commits with the act, or not at all.

    db: writing, as `uow.db` is.  kind: of `kinds.KINDS`; values fill the holes of its words: text, whole numbers, days,
    times, decimals.  once: whoever has a notice with the same word is not told again, by whichever process.
    Accounts that are closed are passed over. Takes five statements for up to 500 accounts.
    Raises: ValueError where a hole of the kind would stay empty.
    """
    empty = holes(WORDS[kind]["en"]) - values.keys() - {"task"}
    if empty:
        raise ValueError(f"a notice {kind} lacks {', '.join(sorted(empty))}")
    shared = {
        "kind": kind,
        "about_type": about_type,
        "about_id": about_id,
        "detail": detail_of(values),
        "at": now,
        "once": once,
    }
    return sum(_tell(db, some, shared) for some in in_batches(sorted(set(accounts))))


def _tell(db: Connection, accounts: Sequence[int], shared: Mapping[str, Any]) -> int:
    readers = {one.account: one for one in _readers(db, accounts, str(shared["kind"]))}
    if not readers:
        return 0
    rows = [
        {**shared, "account": one.account, "in_digest": one.out.get(Channel.MAIL) is Delivery.DAILY}
        for one in readers.values()
    ]
    new = upsert(db, Notice).values(rows)
    written = db.execute(
        new.on_conflict_do_nothing(index_elements=["account", "once"]).returning(Notice.id, Notice.account)
    ).all()
    leaving = [
        outgoing(
            channel, reader.language, shared["at"], kind=shared["kind"], notice=row.id, account=row.account
        )
        for row in written
        for reader in (readers[row.account],)
        for channel, when in reader.out.items()
        if when is Delivery.AT_ONCE
    ]
    if leaving:
        db.execute(insert(Outgoing), leaving)
    return len(written)


def _readers(db: Connection, accounts: Sequence[int], kind: str) -> Iterable[_Reader]:
    known = KINDS[kind]
    chosen = select(Preference.account, Preference.channel, Preference.delivery).where(
        Preference.account.in_(accounts), Preference.topic == known.topic
    )
    wishes: dict[int, dict[tuple[str, str], Delivery]] = {}
    for row in db.execute(chosen):
        wishes.setdefault(row.account, {})[known.topic, row.channel] = Delivery(row.delivery)
    found = select(Account.id, Account.mail, Account.phone, Account.language).where(
        Account.id.in_(accounts), Account.deactivated_at.is_(None)
    )
    for id, mail, phone, language in db.execute(found.order_by(Account.id)):
        out = deliveries(known, has_mail=bool(mail), has_phone=bool(phone), wishes=wishes.get(id, {}))
        yield _Reader(id, language, out)


def outgoing(channel: Channel, language: str, now: datetime, *, kind: str, **more: Any) -> dict[str, Any]:
    """Return a row of what leaves the house, due at once."""
    row: dict[str, Any] = {
        "notice": None,
        "account": None,
        "channel": channel,
        "address": None,
        "kind": kind,
        "detail": {},
        "language": language,
        "priority": 1,
        "state": State.WAITING,
        "tries": 0,
        "next_try_at": now,
        "expires_at": None,
        "last_error": "",
        "made_at": now,
    }
    return row | more
