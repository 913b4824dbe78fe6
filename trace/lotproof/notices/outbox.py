"""Send what waits: each row is claimed, handed over, and settled, by any number of processes at once.

- A claim moves the row's next try on, in a transaction of its own. A worker that dies leaves a row that comes up again
  when the claim has run out: sent at least once, and under the same message id.
- What the server did not take is tried again, after a pause that doubles, until it was tried `MOST_TRIES` times.
- A server that does not answer ends this run for its channel, and costs one row a try: a thousand mails do not wait for
  a thousand timeouts.
- Addresses and codes are emptied when they are no longer needed, and never written to the log.
"""

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, select, update

from lotproof.kernel.clock import Clock
from lotproof.notices.codes import KIND as CODE
from lotproof.notices.composing import Claimed, NoAddressError, compose
from lotproof.notices.models import Outgoing
from lotproof.notices.senders import RefusedByReceiverError, TryLaterError, UnreachableError, Ways
from lotproof.notices.state import State
from lotproof.storage.engine import reading, writing

CLAIM = timedelta(minutes=10)
"""Longer than any sender takes: nobody else has the row meanwhile."""
FIRST_PAUSE, FIRST_PAUSE_OF_CODES, LONGEST_PAUSE = (
    timedelta(minutes=1),
    timedelta(seconds=10),
    timedelta(hours=6),
)
MOST_TRIES = 12
_MOST = 200
"""Of one run, so that whoever runs it also comes to other things."""
_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Run:
    """What one run did."""

    sent: int = 0
    later: int = 0
    failed: int = 0
    no_way: int = 0


def send_due(engine: Engine, ways: Ways, clock: Clock, public_url: str, most: int = _MOST) -> Run:
    """Send what is due, the most pressing first. public_url: where links lead, without a slash at its end."""
    run = Run()
    if not _is_anything_due(engine, clock()):
        return run
    run.no_way = _set_aside(engine, clock(), ways)
    left = set(ways)
    try:
        for _ in range(most):
            claimed = _claim(engine, clock(), left)
            if claimed is None:
                break
            left -= _send(engine, ways, clock, public_url, claimed, run)
    finally:
        for way in ways.values():
            way.close()
    return run


def pause(tries: int, priority: int) -> timedelta:
    """Return how long to wait after so many tries."""
    first = FIRST_PAUSE if priority else FIRST_PAUSE_OF_CODES
    return min(first * (1 << (tries - 1)), LONGEST_PAUSE)


def _is_anything_due(engine: Engine, now: datetime) -> bool:
    """One small read, so that looking often costs nobody a turn to write."""
    with reading(engine) as db:
        return db.execute(select(Outgoing.id).where(_due(now)).limit(1)).first() is not None


def _due(now: datetime) -> ColumnElement[bool]:
    return (Outgoing.state == State.WAITING) & (Outgoing.next_try_at <= now)


def _set_aside(engine: Engine, now: datetime, ways: Ways) -> int:
    """Take out what has run out, and what has no way; returns how many have none."""
    waiting = update(Outgoing).where(Outgoing.state == State.WAITING)
    emptied: dict[str, Any] = {"address": None, "detail": {}}
    with writing(engine) as db:
        late = waiting.where(Outgoing.expires_at <= now)
        db.execute(late.values(state=State.FAILED, last_error="it ran out before it was sent", **emptied))
        without = waiting.where(Outgoing.channel.not_in(list(ways)))
        db.execute(without.where(Outgoing.kind == CODE).values(**emptied))
        done = without.values(state=State.NO_WAY, last_error="no way to send it is set up")
        return db.execute(done).rowcount


def _claim(engine: Engine, now: datetime, channels: Collection[str]) -> Claimed | None:
    with writing(engine) as db:
        free = select(Outgoing.id).where(_due(now), Outgoing.channel.in_(channels))
        order = free.order_by(Outgoing.priority, Outgoing.next_try_at, Outgoing.id).limit(1)
        # SQLite has one writer at a time; PostgreSQL passes over what another process has in hand.
        id = db.execute(order.with_for_update(skip_locked=True)).scalar()
        if id is None:
            return None
        taken = update(Outgoing).where(Outgoing.id == id)
        row = db.execute(
            taken.values(tries=Outgoing.tries + 1, next_try_at=now + CLAIM).returning(*Outgoing.__table__.c)
        ).one()
        return Claimed(**row._mapping)


def _send(engine: Engine, ways: Ways, clock: Clock, public_url: str, row: Claimed, run: Run) -> set[str]:
    """Send one row and settle it; returns the channel if nothing more gets through there now."""
    try:
        with reading(engine) as db:
            letter = compose(db, row, public_url)
        ways[letter.channel].send(letter)
    except TryLaterError as error:
        if row.tries < MOST_TRIES:
            run.later += 1
            again = clock() + pause(row.tries, row.priority)
            _settle(engine, row, state=State.WAITING, next_try_at=again, last_error=error.message)
        else:
            run.failed += 1
            _fail(engine, row, error.message)
        _logger.warning("outgoing %s: try %s did not get through: %s", row.id, row.tries, error.message)
        return {row.channel} if isinstance(error, UnreachableError) else set()
    except (RefusedByReceiverError, NoAddressError) as error:
        run.failed += 1
        _fail(engine, row, error.message)
        _logger.warning("outgoing %s will not be sent: %s", row.id, error.message)
    else:
        run.sent += 1
        _settle(engine, row, state=State.SENT, sent_at=clock(), address=None, detail={}, last_error="")
    return set()


def _fail(engine: Engine, row: Claimed, why: str) -> None:
    emptied: dict[str, Any] = {"address": None, "detail": {}} if row.kind == CODE else {}
    _settle(engine, row, state=State.FAILED, last_error=why, **emptied)


def _settle(engine: Engine, row: Claimed, **values: object) -> None:
    """Write how it went, unless the claim had run out and somebody else has the row by now."""
    with writing(engine) as db:
        mine = (Outgoing.id == row.id) & (Outgoing.tries == row.tries) & (Outgoing.state == State.WAITING)
        db.execute(update(Outgoing).where(mine).values(**values))


def try_again(db: Connection, now: datetime, ids: Collection[int] | None = None) -> int:
    """Let what failed, or had no way, be sent again; returns how many. ids: None for all. Codes stay failed."""
    given_up = Outgoing.state.in_([State.FAILED, State.NO_WAY]) & (Outgoing.kind != CODE)
    again = update(Outgoing).where(given_up if ids is None else given_up & Outgoing.id.in_(ids))
    return db.execute(again.values(state=State.WAITING, tries=0, next_try_at=now, last_error="")).rowcount
