"""Holidays: the published ones, and over them what operators enter or import."""

from __future__ import annotations

from datetime import date

import pytest

from lotproof.kernel.errors import ForbiddenError, InvalidInputError
from lotproof.notices.holidays import Day, days, enter, holidays, read_csv, take_back, years
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from lotproof_web.words.notices import REASONS
from support.people import actor_of, person
from support.world import OPERATOR, START, World

NEW_YEAR, NOW = date(2027, 1, 1), START
FILE = "\ufeffday,name,is_working\n2027-01-01,元旦,休\n2027-01-03,元旦,班\n"


def test_the_published_days_hold_until_an_operator_enters_others(world: World) -> None:
    operator = actor_of(world, person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR))
    spring = date(2026, 2, 16)

    with writing(world.log.engine) as db:
        assert enter(db, operator, read_csv(FILE), NOW) == 2
        enter(db, operator, [Day(spring, "moved", True), Day(NEW_YEAR, "New Year", False)], NOW)
    with world.read() as db:
        counted, listed = holidays(db), days(db, 2027)
    assert (counted[spring], counted[NEW_YEAR], counted[date(2026, 10, 1)]) == (True, False, False)
    assert [(one.day.day, one.name, one.is_working) for one in listed] == [
        (1, "New Year", False),
        (3, "元旦", True),
    ]

    with writing(world.log.engine) as db:
        take_back(db, operator, spring, NOW)
        take_back(db, operator, NEW_YEAR, NOW)
    with world.read() as db:
        counted = holidays(db)
        assert years(days(db)) == {2026, 2027}
    assert (counted[spring], NEW_YEAR in counted) == (False, False)


def test_only_operators_change_holidays(world: World) -> None:
    reviewer = actor_of(world, person(world, "Rui", OPERATOR.party_uri, Role.REVIEWER))

    with writing(world.log.engine) as db, pytest.raises(ForbiddenError):
        enter(db, reviewer, read_csv(FILE), NOW)
    with writing(world.log.engine) as db, pytest.raises(ForbiddenError):
        take_back(db, reviewer, NEW_YEAR, NOW)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", [("1", "columns_missing")]),
        ("day;name\n", [("1", "columns_missing")]),
        ("day,name,is_working\n", [("2", "no_rows")]),
        ("day,name,is_working\n2027-02-30,x,no\n", [("2", "invalid_day")]),
        ("day,name,is_working\n2027-01-01,,no\n2027-01-02,x,maybe\n",
         [("2", "invalid_name"), ("3", "invalid_is_working")]),
        ("day,name,is_working\n2027-01-01,x,no\n2027-01-01,x,no\n", [("3", "day_twice")]),
        ("day,name,is_working\n2027-01-01\n", [("2", "invalid_name")]),
    ],
)  # fmt: skip
def test_a_file_with_a_wrong_row_enters_nothing_and_names_the_row(
    text: str, problems: list[tuple[str, str]]
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_csv(text)

    assert [(one.where, one.code) for one in refused.value.problems] == problems
    assert {one.message for one in refused.value.problems} <= set(REASONS)
