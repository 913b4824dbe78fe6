"""Working days: weekends, holidays and the weekend days that are worked for them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from lotproof.notices.china import PUBLISHED
from lotproof.notices.working_days import after, between, is_working

HOLIDAYS = {day: working for day, (_, working) in PUBLISHED.items()}
CHINA = ZoneInfo("Asia/Shanghai")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("start", "days", "ends"),
    [
        ("2026-06-01T09:00", 1, "2026-06-02T18:00"),  # the first day does not count
        ("2026-06-05T17:00", 1, "2026-06-08T18:00"),  # over a weekend
        ("2026-06-06T17:00", 1, "2026-06-08T18:00"),  # begun on a Saturday
        ("2026-02-13T09:00", 1, "2026-02-14T18:00"),  # a Saturday that is worked before the Spring Festival
        ("2026-02-13T09:00", 2, "2026-02-24T18:00"),  # and the nine days after it
        ("2026-09-30T09:00", 3, "2026-10-10T18:00"),  # a Saturday that is worked after the National Day
        ("2026-09-30T23:59", 1, "2026-10-08T18:00"),
        ("2026-12-31T09:00", 1, "2027-01-01T18:00"),  # a year that nobody entered has weekends alone
    ],
)
def test_a_period_ends_when_work_ends_on_its_last_working_day(start: str, days: int, ends: str) -> None:
    assert after(at(start), days, HOLIDAYS) == at(ends)


def test_the_day_of_the_start_is_that_of_the_zone() -> None:
    late = datetime(2026, 6, 4, 16, 30, tzinfo=UTC)  # 00:30 on Friday in China

    assert after(late, 1, {}) == at("2026-06-08T18:00")
    assert after(late, 1, {}, zone=UTC) == datetime(2026, 6, 5, 18, tzinfo=UTC)


@pytest.mark.parametrize("days", [0, -1, 10_001])
def test_a_period_has_at_least_one_day_and_an_end(days: int) -> None:
    with pytest.raises(ValueError, match="no period"):
        after(at("2026-06-01T09:00"), days, {})


@pytest.mark.parametrize("days", [1, 2, 5, 30, 250])
def test_counting_back_gives_the_same_number(days: int) -> None:
    start = at("2026-01-05T10:00")

    assert between(start, after(start, days, HOLIDAYS), HOLIDAYS) == days
    assert between(start, start, HOLIDAYS) == 0


def test_the_published_arrangement_of_2026_has_what_the_notice_says() -> None:
    free = [day for day, (_, working) in PUBLISHED.items() if not working]
    worked = sorted(day for day, (_, working) in PUBLISHED.items() if working)

    assert len(free) == 3 + 9 + 3 + 5 + 3 + 3 + 7
    assert all(day.weekday() >= 5 for day in worked)
    assert [f"{day:%m-%d}" for day in worked] == ["01-04", "02-14", "02-28", "05-09", "09-20", "10-10"]
    assert not is_working(date(2026, 2, 23), HOLIDAYS)
    assert is_working(date(2026, 2, 24), HOLIDAYS)
    assert (
        sum(
            is_working(date.fromordinal(n), HOLIDAYS)
            for n in range(date(2026, 1, 1).toordinal(), date(2027, 1, 1).toordinal())
        )
        == 248
    )
