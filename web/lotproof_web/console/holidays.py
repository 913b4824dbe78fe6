"""For operators: the days that deadlines do not count, and the weekend days that they do."""

from collections.abc import Mapping
from datetime import date

from flask import Blueprint, redirect, render_template, request
from werkzeug.wrappers import Response

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.notices.holidays import Day, day_of, days, enter, read_csv, take_back, years
from lotproof.people.permissions import Permission
from lotproof.storage.engine import writing
from lotproof_web.api.here import ledger
from lotproof_web.i18n import book
from lotproof_web.lists import csv_answer, wants_csv
from lotproof_web.local_time import zone
from lotproof_web.signed_in import needs, now, reads, signed_in

holidays = Blueprint("holidays", __name__)
_SETS = Permission.SET_HOLIDAYS
_FIELDS = {"invalid_day": "day", "invalid_name": "name", "invalid_is_working": "is_working"}


@holidays.get("/notices/running/holidays")
@needs(_SETS)
def index() -> str | Response:
    """List the days of a year."""
    if not wants_csv():
        return _page({}, {})
    rows = [(str(one.day), one.name, "班" if one.is_working else "休") for one in days(reads())]
    return csv_answer("holidays", ("day", "name", "is_working"), rows)


@holidays.post("/notices/running/holidays")
@needs(_SETS)
def add() -> Response | tuple[str, int]:
    """Enter one day."""
    day, name, working = (request.form.get(one, "").strip() for one in ("day", "name", "is_working"))
    read = day_of("", day, name, working)
    if isinstance(read, Problem):
        return _page({_FIELDS[read.code]: [book().say(read.message)]}, request.form), 422
    return _entered([read])


@holidays.post("/notices/running/holidays/import")
@needs(_SETS)
def bring() -> Response | tuple[str, int]:
    """Enter the days of a CSV file, all or none."""
    given = request.files.get("file")
    try:
        listed = read_csv(given.stream.read().decode("utf-8") if given else "")
    except InvalidInputError as error:
        lines = [
            book().say("Line %(n)s: %(what)s", n=one.where, what=book().say(one.message))
            for one in error.problems
        ]
        return _page({"file": lines}, {}), 422
    except UnicodeDecodeError:
        return _page({"file": [book().say("The file is not in UTF-8.")]}, {}), 422
    return _entered(listed)


@holidays.post("/notices/running/holidays/take-back")
@needs(_SETS)
def remove() -> Response | tuple[str, int]:
    """Forget what was entered for a day."""
    try:
        day = date.fromisoformat(request.form.get("day", ""))
    except ValueError:
        return _page({"": [book().say("This is no day.")]}, {}), 422
    with writing(ledger().log.engine) as db:
        take_back(db, signed_in(), day, now())
    return redirect(f"/notices/running/holidays?year={day.year}", 303)


def _entered(listed: list[Day]) -> Response:
    with writing(ledger().log.engine) as db:
        enter(db, signed_in(), listed, now())
    return redirect(f"/notices/running/holidays?year={listed[0].day.year}", 303)


def _page(problems: Mapping[str, list[str]], typed: Mapping[str, str]) -> str:
    this_year, asked = now().astimezone(zone()).year, request.args.get("year", "")
    year = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) == 4 else this_year
    listed = days(reads())
    known = years(listed)
    return render_template(
        "notices/holidays.html",
        year=year,
        years=sorted({*known, this_year, this_year + 1}),
        is_known=year in known,
        days=[one for one in listed if one.day.year == year],
        problems=problems,
        typed=typed,
    )
