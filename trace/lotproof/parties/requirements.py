"""Which papers a role asks for, by product category and kind of organisation, in editions. Pure.

- An edition is a record of type `requirement`; it holds from its `valid_from` until the next one of the same role,
  category and kind. Editions for every category or every kind ("*") hold beside the closer ones: all papers are asked.
- A paper may have alternatives: one of them is enough. An edition without papers ends what the one before it asked.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from lotproof.parties.validity import ZONE, start_of

ANY = "*"
ROLES_OF_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "create_lot": ("supplier",),
    "ship": ("supplier", "warehouse", "carrier", "seller_staff"),
    "list": ("supplier", "seller_staff"),
    "take_order": ("supplier", "seller_staff"),
    "inspect": ("laboratory", "inspector"),
}
"""In which roles one may do it: who has none of them on record is asked for the papers of the first."""
ROLES = tuple(sorted({role for roles in ROLES_OF_ACTIONS.values() for role in roles}))
KINDS = ("company", "cooperative", "family_farm", "sole_trader", "farm_household")
"""Kinds of organisation, as `people.roles.OrganisationKind` has them."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One edition. papers: each a tuple of document types of which one is enough."""

    id: str
    role: str
    category: str
    kind: str
    valid_from: date
    since: datetime
    papers: tuple[tuple[str, ...], ...]


def requirement_of(id: str, body: Mapping[str, Any]) -> Requirement:
    """Return a record of type `requirement` as an edition. body: that was checked."""
    first = date.fromisoformat(body["valid_from"])
    papers = tuple(tuple(one) for one in body["papers"])
    since = start_of(first, ZoneInfo(body.get("zone", ZONE)))
    return Requirement(id, body["role"], body["category"], body["kind"], first, since, papers)


def edition_id(role: str, category: str, kind: str, valid_from: date) -> str:
    """Return the id of an edition: saying it again says the same edition anew."""
    return "/".join((role, category, kind, valid_from.isoformat()))


def in_force(
    editions: Iterable[Requirement], role: str, category: str | None, kind: str | None, at: datetime
) -> list[Requirement]:
    """Return the editions that hold at an instant, most general first. category, kind None: not known."""
    newest: dict[tuple[str, str], Requirement] = {}
    for one in editions:
        fits = one.role == role and one.category in (ANY, category) and one.kind in (ANY, kind)
        if fits and one.since <= at:
            known = newest.get((one.category, one.kind))
            if known is None or known.since < one.since:
                newest[one.category, one.kind] = one
    return sorted(newest.values(), key=lambda one: (one.category != ANY, one.kind != ANY, one.category))
