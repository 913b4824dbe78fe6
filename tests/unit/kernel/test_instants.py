"""RFC 3339 in and out. The examples of its section 5.8 are among the cases."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.instants import parse_instant, parse_offset, rfc3339


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"),  # RFC 3339, section 5.8
        ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57.000Z"),  # RFC 3339, section 5.8
        ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"),  # RFC 3339, section 5.8
        ("2026-11-23T16:36:00+08:00", "2026-11-23T08:36:00.000Z"),
        ("2026-11-23T08:36:00.1239999Z", "2026-11-23T08:36:00.123Z"),
        ("2024-02-29T00:00:00-00:00", "2024-02-29T00:00:00.000Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59.000Z"),
    ],
)
def test_an_instant_is_written_in_utc_with_three_digits_cut_off(text: str, utc: str) -> None:
    assert rfc3339(parse_instant(text)) == utc


def test_an_instant_keeps_the_offset_that_was_written() -> None:
    moment = parse_instant("2026-04-17T09:26:42-04:00")

    assert moment.utcoffset() == timedelta(hours=-4)
    assert moment.hour == 9


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T08:36:00",
        "2026-11-23 08:36:00Z",
        "2026-11-23t08:36:00z",
        "2026-11-23T08:36Z",
        "2026-11-23T08:36:00.Z",
        "2026-11-23T08:36:00+0800",
        "2026-11-23T08:36:00+24:00",
        "2026-11-23T24:00:00Z",
        "2026-02-29T08:36:00Z",
        "2026-13-01T08:36:00Z",
        "1990-12-31T23:59:60Z",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+14:00",
        "9999-12-31T23:59:59-01:00",
        "20261123T083600Z",
        "２０26-11-23T08:36:00Z",
        "2026-11-23T08:36:00Z\n",
    ],
)
def test_what_is_no_strict_rfc_3339_time_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        parse_instant(text)

    assert caught.value.code == "invalid_time"
    assert caught.value.hint


def test_a_time_without_offset_is_not_written() -> None:
    with pytest.raises(InvalidInputError, match="invalid_time"):
        rfc3339(datetime(2026, 11, 23, tzinfo=UTC).replace(tzinfo=None))


def test_a_time_of_another_zone_is_written_in_utc() -> None:
    taipei = timezone(timedelta(hours=8))

    assert rfc3339(datetime(2026, 11, 23, 1, 2, 3, 999_999, tzinfo=taipei)) == "2026-11-22T17:02:03.999Z"


@pytest.mark.parametrize("value", [5, None, ["2026-11-23T08:36:00Z"], b"2026-11-23T08:36:00Z"])
def test_what_is_no_text_at_all_is_refused_alike(value: Any) -> None:
    with pytest.raises(InvalidInputError, match="invalid_time"):
        parse_instant(value)
    with pytest.raises(InvalidInputError, match="invalid_offset"):
        parse_offset(value)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("+08:00", 480), ("-04:00", -240), ("+05:45", 345), ("+00:00", 0), ("+14:00", 840), ("-14:00", -840)],
)
def test_an_offset_is_read(text: str, minutes: int) -> None:
    assert parse_offset(text) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "text", ["", "Z", "08:00", "+8:00", "+0800", "+14:01", "+15:00", "+08:60", "+08:00 "]
)
def test_what_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(InvalidInputError, match="invalid_offset"):
        parse_offset(text)
