"""Somebody's time zone."""

from datetime import tzinfo
from functools import lru_cache
from zoneinfo import ZoneInfo

from lotproof.notices.working_days import CHINA


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """Return the zone of an IANA name; China's where it is none that we know."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, not a name at all, a folder of names
        return CHINA
