"""How long a crop has to wait after a treatment, said before anybody is refused. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Wait:
    """code: "open" (may be harvested), "waits", "not_allowed" or "not_recorded".  first: earliest day of harvest.

    days: from the asked day to `first`, 0 where it has come.
    """

    code: str
    first: date | None = None
    days: int = 0


def wait_of(earliest: date | None, today: date, *, spoiled: bool = False, unknown: bool = False) -> Wait:
    """Return how a growing cycle stands. spoiled: a product that is not allowed was applied.

    unknown: of an application the interval is not recorded, so that nothing can be said.
    """
    if spoiled:
        return Wait("not_allowed", earliest)
    if earliest is not None and earliest > today:
        return Wait("waits", earliest, (earliest - today).days)
    return Wait("not_recorded" if unknown else "open", earliest)


def wait_after(
    intervals: Mapping[str, int] | None, crop: str | None, on: date, earliest: date | None
) -> Wait:
    """Return how it would stand after an application on a day. intervals: of the product, None where not recorded.

    earliest: first day of harvest after what was applied before.
    """
    if intervals is None or crop is None:
        return Wait("not_recorded", earliest)
    if crop not in intervals:
        return Wait("not_allowed", earliest)
    first = on + timedelta(days=intervals[crop])
    return wait_of(max(first, earliest) if earliest else first, on)
