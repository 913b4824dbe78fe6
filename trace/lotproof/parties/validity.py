"""When a paper counts: its days, what suspended it, what ended it. Pure.

- Days are those of the zone in which it was issued, China's unless the record says otherwise; the last one counts.
- What the platform decided counts from the moment of the decision, and never before it.
- Every interval is [from, to): at the instant at which a suspension begins it is suspended, at its end no more.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from lotproof.kernel.instants import parse_instant

ZONE = "Asia/Shanghai"
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
"""No record has days beyond these, and some have no instant: a paper that holds for ever has no last day."""


class State(StrEnum):
    """What a paper is at some time."""

    VALID = "valid"
    NOT_YET = "not_yet_valid"
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"


@dataclass(frozen=True, slots=True)
class Held:
    """A paper that was approved. since, until: its days as instants, None for no end.  suspended: [from, to).

    scope: product categories that it is for, empty for all.  stands_for: other types of paper that it does for.
    """

    id: str
    party: str
    document_type: str
    number: str | None
    issuer: str | None
    scope: frozenset[str]
    stands_for: frozenset[str]
    valid_from: date
    valid_to: date | None
    since: datetime
    until: datetime | None
    approved_at: datetime
    suspended: tuple[tuple[datetime, datetime | None], ...] = ()
    revoked_at: datetime | None = None

    def state(self, at: datetime) -> tuple[State, datetime]:
        """Return what it is at an instant, and since when (for `NOT_YET`: until when)."""
        if self.revoked_at is not None and at >= self.revoked_at:
            return State.REVOKED, self.revoked_at
        if self.until is not None and at >= self.until:
            return State.EXPIRED, self.until
        begins = max(self.since, self.approved_at)
        if at < begins:
            return State.NOT_YET, begins
        for start, end in self.suspended:
            if start <= at and (end is None or at < end):
                return State.SUSPENDED, start
        return State.VALID, begins

    def does_for(self, document_type: str, category: str | None) -> bool:
        """Whether it is such a paper, or stands for one, and covers the category (None: none is asked for)."""
        fits = document_type == self.document_type or document_type in self.stands_for
        return fits and (not self.scope or category is None or category in self.scope)


def is_day_of_paper(day: date) -> bool:
    """Whether a paper can begin or end on that day."""
    return FIRST_DAY <= day <= LAST_DAY


def held_of(id: str, body: Mapping[str, Any]) -> Held:
    """Return a record of type `qualification` as a paper. body: that was checked."""
    zone = ZoneInfo(body.get("zone", ZONE))
    first = date.fromisoformat(body["valid_from"])
    last = date.fromisoformat(body["valid_to"]) if "valid_to" in body else None
    return Held(
        id=id,
        party=body["party"],
        document_type=body["document_type"],
        number=body.get("number"),
        issuer=body.get("issuer"),
        scope=frozenset(body.get("scope", ())),
        stands_for=frozenset(body.get("stands_for", ())),
        valid_from=first,
        valid_to=last,
        since=start_of(first, zone),
        until=start_of(last + timedelta(days=1), zone) if last else None,
        approved_at=parse_instant(body["approved_at"]),
        suspended=spans(body.get("suspended", ())),
        revoked_at=parse_instant(body["revoked_at"]) if "revoked_at" in body else None,
    )


def spans(stated: Sequence[Sequence[str | None]]) -> tuple[tuple[datetime, datetime | None], ...]:
    """Read intervals as records state them: [[from, to or null], …]."""
    return tuple((parse_instant(str(a)), parse_instant(b) if b else None) for a, b in stated)


def start_of(day: date, zone: ZoneInfo) -> datetime:
    """Return the first instant of a day."""
    return datetime.combine(day, time(), zone)
