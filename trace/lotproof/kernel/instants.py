"""Instants as text: RFC 3339 in and out, and UTC offsets as EPCIS writes them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from .errors import InvalidInputError

_RFC3339 = re.compile(
    r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)",
    re.ASCII,
)
_OFFSET = re.compile(r"([+-])(0\d|1[0-3]):([0-5]\d)|([+-])14:00", re.ASCII)


def parse_instant(text: str) -> datetime:
    """Read a strict RFC 3339 date-time; the result is aware and keeps the offset as written.

    Capital T and Z only. Digits beyond microseconds are cut off. Leap seconds (:60) are refused,
    because no datetime can hold them.
    Raises: InvalidInputError("invalid_time").
    """
    if not isinstance(text, str):  # what comes out of JSON may be anything
        raise _invalid_time(text)
    if not _RFC3339.fullmatch(text):
        raise _invalid_time(text)
    try:
        moment = datetime.fromisoformat(text)
        if moment.year in (1, 9999):
            moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise _invalid_time(text) from None
    return moment


def rfc3339(moment: datetime) -> str:
    """Write an aware datetime in UTC, three fraction digits, truncated: 2026-11-23T08:36:00.123Z."""
    if moment.tzinfo is None:
        raise InvalidInputError("invalid_time", "a time without an offset names no instant")
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds") + "Z"


def to_the_millisecond(moment: datetime) -> datetime:
    """Cut a time to what `rfc3339` writes, so that whoever reads it back reckons with the same."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def parse_offset(text: str) -> timedelta:
    """Read an offset such as "+08:00", within ±14:00 as EPCIS 2.0 eventTimeZoneOffset allows.

    Raises: InvalidInputError("invalid_offset").
    """
    match = _OFFSET.fullmatch(str(text))
    if match is None:
        raise InvalidInputError(
            "invalid_offset", f"not a UTC offset: {text!r}", "Write it as +08:00, between -14:00 and +14:00."
        )
    sign, hours, minutes, edge = match.groups()
    if edge:
        return timedelta(hours=14) if edge == "+" else -timedelta(hours=14)
    size = timedelta(hours=int(hours), minutes=int(minutes))
    return size if sign == "+" else -size


def _invalid_time(text: object) -> InvalidInputError:
    return InvalidInputError(
        "invalid_time",
        f"not an RFC 3339 date-time: {text!r}",
        "Write it as 2026-11-23T16:36:00+08:00 or 2026-11-23T08:36:00Z.",
    )
