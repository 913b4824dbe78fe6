"""How long somebody waits who tried in vain: counted in the database, so that every process knows it.

- A try is counted before it is judged, and forgiven when it was right: guesses side by side gain nothing.
- Whoever waits is refused before anything is judged; being refused does not make the wait longer.
- Counted alike whether there is such an account or not: the answer tells nothing.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_address
from typing import Any

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.kernel.errors import LotproofError
from lotproof.people.account_models import Throttle

FORGOTTEN_AFTER = timedelta(hours=24)


class TooManyTriesError(LotproofError):
    """It was tried too often (HTTP 429). wait_s: after how many seconds it may be tried again."""

    wait_s: int = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """free: tries without a wait; the next one waits `first_s` seconds, each further one twice as long, to `most_s`."""

    name: str
    free: int
    first_s: int
    most_s: int = 3600

    def wait_s(self, count: int) -> int:
        """Seconds to wait after so many tries in vain."""
        over = count - self.free
        return 0 if over < 0 else int(min(self.most_s, self.first_s * 2 ** min(over, 20)))


PASSWORD = Rule("password", 5, 30)  # for one name, known or not
PROOF = Rule("proof", 5, 30)  # of one account: authenticator, recovery code, password asked again
ADDRESS = Rule("address", 20, 30)  # from one address, whatever is guessed
CODE_TO = Rule("code_to", 3, 60)  # codes that are sent to one contact
CODE_FROM = Rule("code_from", 10, 60)  # codes that are asked for from one address
CODE_WORD = Rule("code_word", 10, 60)  # short codes of invitations, by account


def charge(db: Connection, rule: Rule, subject: str, now: datetime) -> None:
    """Count a try. Raises: TooManyTriesError `too_many_tries` while one has to wait; nothing is counted then."""
    row = _locked(db, f"{rule.name}:{subject}", now)
    if row.blocked_until is not None and row.blocked_until > now:
        raise _too_many(row.blocked_until - now)
    count = 1 if now - row.last_at > FORGOTTEN_AFTER else row.count + 1
    wait_s = rule.wait_s(count)
    until = now + timedelta(seconds=wait_s) if wait_s else None
    same = Throttle.subject == row.subject
    db.execute(update(Throttle).where(same).values(count=count, last_at=now, blocked_until=until))


def forgive(db: Connection, rule: Rule, subject: str) -> None:
    """What was tried was right: forget all tries."""
    db.execute(delete(Throttle).where(Throttle.subject == f"{rule.name}:{subject}"))


def take_back(db: Connection, rule: Rule, subject: str) -> None:
    """What was tried was right: take back this one try, and leave those of others from the same address."""
    same = (Throttle.subject == f"{rule.name}:{subject}") & (Throttle.count > 0)
    db.execute(update(Throttle).where(same).values(count=Throttle.count - 1, blocked_until=None))


def forget(db: Connection, now: datetime) -> int:
    """Delete what nobody counts any more, addresses among it; rows that somebody works on wait for the next time."""
    old = select(Throttle.subject).where(Throttle.last_at < now - FORGOTTEN_AFTER)
    free = old.with_for_update(skip_locked=True)
    return db.execute(delete(Throttle).where(Throttle.subject.in_(free))).rowcount


def network_of(address: str) -> str:
    """What is counted as one address: IPv4 alone, IPv6 by the /64 that one household or server has."""
    try:
        known = ip_address(address)
    except ValueError:
        return "unknown"
    if known.version == 6:
        return str(ip_address(int(known) >> 64 << 64)) + "/64"
    return str(known)


def _locked(db: Connection, subject: str, now: datetime) -> Any:
    """Return the subject's row, locked until the transaction ends; it is made where there was none."""
    row = select(Throttle.__table__).where(Throttle.subject == subject).with_for_update()
    known = db.execute(row).one_or_none()
    if known is None:
        insert = (postgresql if db.dialect.name == "postgresql" else sqlite).insert(Throttle)
        blank = {"subject": subject, "count": 0, "last_at": now}
        db.execute(insert.values(blank).on_conflict_do_nothing(index_elements=["subject"]))
        known = db.execute(row).one()
    return known


def _too_many(wait: timedelta) -> TooManyTriesError:
    seconds = max(1, round(wait.total_seconds()))
    told = f"{seconds} seconds" if seconds < 120 else f"{round(seconds / 60)} minutes"
    error = TooManyTriesError(
        "too_many_tries", f"it was tried too often; wait {told}", "wait, then try again, or ask for a code"
    )
    error.wait_s = seconds
    return error
