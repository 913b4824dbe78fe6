"""The holidays that deadlines count by: the published ones, and over them what operators entered."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO

from sqlalchemy import Connection, delete, select

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.notices.china import PUBLISHED, YEARS
from lotproof.notices.models import Holiday
from lotproof.notices.upserts import upsert
from lotproof.notices.working_days import Holidays
from lotproof.people.actor import Actor
from lotproof.people.deeds import note
from lotproof.people.permissions import Permission

_WORKING = {
    "yes": True,
    "true": True,
    "1": True,
    "班": True,
    "no": False,
    "false": False,
    "0": False,
    "休": False,
}
LONGEST_NAME, MOST_ROWS, MOST_NOTED = 60, 2000, 10


@dataclass(frozen=True, slots=True)
class Day:
    """One day that differs from its weekday. is_entered: an operator did, and can take it back."""

    day: date
    name: str
    is_working: bool
    is_entered: bool = True


def holidays(db: Connection) -> Holidays:
    """Return what `working_days` counts by. One statement."""
    return {one.day: one.is_working for one in days(db)}


def days(db: Connection, year: int | None = None) -> list[Day]:
    """Return the days of a year, or all, in order. One statement."""
    found = {day: Day(day, name, is_working, False) for day, (name, is_working) in PUBLISHED.items()}
    for row in db.execute(select(Holiday.day, Holiday.name, Holiday.is_working)):
        found[row.day] = Day(row.day, row.name, row.is_working)
    return [found[day] for day in sorted(found) if year is None or day.year == year]


def years(listed: Iterable[Day]) -> frozenset[int]:
    """Return the years whose holidays are known: published, or entered."""
    return YEARS | {one.day.year for one in listed}


def enter(db: Connection, actor: Actor, given: Iterable[Day], now: datetime) -> int:
    """Enter days, in place of what was there; returns how many. Raises: ForbiddenError `not_allowed`."""
    actor.require(Permission.SET_HOLIDAYS)
    rows = [{"day": one.day, "name": one.name, "is_working": one.is_working} for one in given]
    if rows:
        new = upsert(db, Holiday)
        changed = {"name": new.excluded.name, "is_working": new.excluded.is_working}
        db.execute(new.on_conflict_do_update(index_elements=["day"], set_=changed), rows)
        listed = " ".join(str(row["day"]) for row in rows[:MOST_NOTED])
        note(db, actor, now, "enter_holidays", "holidays", listed, count=len(rows))
    return len(rows)


def take_back(db: Connection, actor: Actor, day: date, now: datetime) -> None:
    """Forget what was entered for a day: what was published holds again, else its weekday."""
    actor.require(Permission.SET_HOLIDAYS)
    if db.execute(delete(Holiday).where(Holiday.day == day)).rowcount:
        note(db, actor, now, "take_back_holiday", "holidays", str(day))


def read_csv(text: str) -> list[Day]:
    """Read days from CSV with the columns day (2027-01-01), name, is_working (yes, no, 班 or 休).

    Raises: InvalidInputError `invalid_holidays`, whose problems name every wrong row; then nothing is to be entered.
    """
    reader = csv.DictReader(StringIO(text.removeprefix("\ufeff")))
    if not {"day", "name", "is_working"} <= set(reader.fieldnames or ()):
        raise _invalid([Problem("1", "columns_missing", "the first line has to be: day,name,is_working")])
    found: dict[date, Day] = {}
    problems: list[Problem] = []
    for number, row in enumerate(reader, 2):
        read = _read_row(str(number), row)
        if isinstance(read, Problem):
            problems.append(read)
        elif read.day in found:
            problems.append(Problem(str(number), "day_twice", "this day stands in the file twice"))
        else:
            found[read.day] = read
        if number > MOST_ROWS:
            raise _invalid([Problem(str(number), "too_many_rows", "a file may have 2,000 rows at most")])
    if problems or not found:
        raise _invalid(problems or [Problem("2", "no_rows", "there is no day in it")])
    return list(found.values())


def _read_row(where: str, row: dict[str, str | None]) -> Day | Problem:
    day, name, working = ((row.get(column) or "").strip() for column in ("day", "name", "is_working"))
    return day_of(where, day, name, working)


def day_of(where: str, day: str, name: str, working: str) -> Day | Problem:
    """Read one day from text, or say what is wrong with it."""
    try:
        on = date.fromisoformat(day)
    except ValueError:
        return Problem(where, "invalid_day", "the day has to be written as 2027-01-01")
    if not name or len(name) > LONGEST_NAME:
        return Problem(where, "invalid_name", "the name has to be 1 to 60 characters")
    if working.lower() not in _WORKING:
        return Problem(where, "invalid_is_working", "is_working has to be yes, no, 班 or 休")
    return Day(on, name, _WORKING[working.lower()])


def _invalid(problems: list[Problem]) -> InvalidInputError:
    said = "; ".join(f"line {one.where}: {one.message}" for one in problems[:5])
    return InvalidInputError("invalid_holidays", said, "nothing was entered: correct the file", problems)
