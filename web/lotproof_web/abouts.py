"""Where the object of a notice is shown. Each domain adds its types; what has no page here leads nowhere."""

from collections.abc import Callable
from urllib.parse import quote, urlsplit

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof_web.navigation import has_page

Address = Callable[[Actor, str], str]
"""(who reads, the object's id) → the path of its page."""


def _lot(_who: Actor, id: str) -> str:
    try:
        lot = LotId.parse(id)
    except InvalidInputError:
        return ""
    return _first(f"/lotbook/lot/{lot.gtin14}/{quote(lot.code, safe='')}", urlsplit(lot.uri).path)


def _application(who: Actor, id: str) -> str:
    if who.may(Permission.REVIEW_ANY):
        return _first(f"/review/{quote(id, safe='')}")
    if who.may(
        Permission.READ_PARTIES_ANY
    ):  # a lead who is no reviewer: she finds the supplier, and somebody
        return _first("/suppliers/")
    return _first(f"/qualification/{quote(id, safe='')}", "/qualification/")


def _first(*paths: str) -> str:
    """The first of these paths that has a page."""
    return next((path for path in paths if has_page(path)), "")


def _page(pattern: str) -> Address:
    return lambda _who, id: _first(pattern.replace("{id}", quote(id, safe="")))


ABOUTS: dict[str, Address] = {
    "lot": _lot,
    "application": _application,
    "qualification": _page("/qualification/"),
    "document": _page("/documents/{id}"),
    "recall": _page("/lotbook/recalls/{id}"),
    "release_wish": _page("/lotbook/releases/{id}"),
    "account": _page("/account/"),
    "organisation": _page("/organisation/"),
    "holidays": _page("/notices/running/holidays"),
    "invitation": _page("/invitation/own/{id}"),
}


def address_of(who: Actor, about_type: str, about_id: str) -> str:
    """Return the path of an object's page, "" where there is none. The page itself asks who may see it."""
    known = ABOUTS.get(about_type)
    return known(who, about_id) if known else ""
