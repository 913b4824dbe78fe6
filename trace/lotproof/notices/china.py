"""The days of China's published holiday arrangements. Pure.

Source: 国务院办公厅关于2026年部分节假日安排的通知 (国办发明电〔2025〕7号, 4 November 2025). The arrangement of a year
is published late in the year before, and cannot be reckoned: a year that is not here has to be entered, or imported.
"""

from collections.abc import Mapping
from datetime import date, timedelta

_FREE = (
    ("元旦", date(2026, 1, 1), 3),
    ("春节", date(2026, 2, 15), 9),
    ("清明节", date(2026, 4, 4), 3),
    ("劳动节", date(2026, 5, 1), 5),
    ("端午节", date(2026, 6, 19), 3),
    ("中秋节", date(2026, 9, 25), 3),
    ("国庆节", date(2026, 10, 1), 7),
)
"""Name, first day, number of days."""
_WORKED = (
    ("元旦", date(2026, 1, 4)),
    ("春节", date(2026, 2, 14)),
    ("春节", date(2026, 2, 28)),
    ("劳动节", date(2026, 5, 9)),
    ("国庆节", date(2026, 9, 20)),
    ("国庆节", date(2026, 10, 10)),
)
"""Weekend days on which work is done, and for which holiday."""

PUBLISHED: Mapping[date, tuple[str, bool]] = {
    first + timedelta(days=past): (name, False) for name, first, count in _FREE for past in range(count)
} | {day: (name, True) for name, day in _WORKED}
"""Day → name of the holiday, and whether work is done."""
YEARS = frozenset(day.year for day in PUBLISHED)
