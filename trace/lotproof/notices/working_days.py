"""Working days: which days they are, and when so many of them have passed. Pure.

- Monday to Friday, but for holidays, and weekend days on which work is done in exchange for one (调休).
- The day on which a period begins does not count, and its last day ends when work ends: Civil Code of China, articles
  201 and 203.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

Holidays = Mapping[date, bool]
"""Day → whether it is a working day, for each day on which that is not what the weekday says."""

CHINA = ZoneInfo("Asia/Shanghai")
CLOSES = time(18, 0)
"""When work ends on a working day."""
_SATURDAY = 5
_LONGEST = 10_000


def is_working(day: date, holidays: Holidays) -> bool:
    """Whether work is done on a day."""
    return holidays.get(day, day.weekday() < _SATURDAY)


def after(
    start: datetime, days: int, holidays: Holidays, *, zone: tzinfo = CHINA, closes: time = CLOSES
) -> datetime:
    """Return the end of the last of so many working days after the day of `start`. days: 1 to 10,000.

    zone: whose days are meant; the result is in it.
    """
    if not 1 <= days <= _LONGEST:
        raise ValueError(f"{days} working days are no period")
    day, left = start.astimezone(zone).date(), days
    while left:
        day += timedelta(days=1)
        left -= is_working(day, holidays)
    return datetime.combine(day, closes, zone)


def between(start: datetime, end: datetime, holidays: Holidays, *, zone: tzinfo = CHINA) -> int:
    """Return how many working days lie after the day of `start`, up to and with the day of `end`; 0 if none."""
    day, last, count = start.astimezone(zone).date(), end.astimezone(zone).date(), 0
    while day < last:
        day += timedelta(days=1)
        count += is_working(day, holidays)
    return count
