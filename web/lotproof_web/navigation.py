"""Where people can go, by what they may do: at most seven entries at the side, five at the bottom of a phone.

An entry is shown where its page exists and one of its permissions is granted; entries without any are everybody's.
What does not fit stands on the page "More".
"""

from collections.abc import Iterator
from dataclasses import dataclass

from flask import current_app
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect

from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission
from lotproof_web.words.mark import N_

MOST_AT_THE_SIDE = 7
P = Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """One place to go. text: a message of the catalogue.  any_of: whoever has one of these sees it, all if empty."""

    text: str
    href: str
    icon: str
    any_of: frozenset[Permission] = frozenset()
    of_members: bool = False

    def is_for(self, who: Actor) -> bool:
        """Whether this person may go there."""
        if self.of_members and who.party is None:
            return False
        return not self.any_of or any(map(who.may, self.any_of))


TASKS = Entry(N_("Tasks"), "/tasks", "list")
FIELD = Entry(N_("Field book"), "/field/", "leaf", frozenset({P.RECORD_FIELD}))
LOTS = Entry(N_("Lots"), "/lotbook/", "box", frozenset({P.READ_LOTS, P.READ_LOTS_ANY}))
SCAN = Entry(N_("Scan"), "/lotbook/scan", "scan", frozenset({P.READ_LOTS, P.READ_LOTS_ANY}))
SAMPLES = Entry(N_("Samples"), "/samples/", "drop", frozenset({P.RECORD_INSPECTION}))
REVIEW = Entry(N_("Review"), "/review/", "eye", frozenset({P.REVIEW_ANY}))
QUALIFICATION = Entry(N_("Qualification"), "/qualification/", "shield", frozenset({P.APPLY}))
DOCUMENTS = Entry(
    N_("Documents"),
    "/documents/",
    "paper",
    frozenset({P.READ_DOCUMENTS, P.READ_DOCUMENTS_ANY, P.UPLOAD_DOCUMENTS}),
)
SUPPLIERS = Entry(N_("Suppliers"), "/suppliers/", "store", frozenset({P.READ_PARTIES_ANY}))
AUDIT = Entry(N_("Audit"), "/audit", "search", frozenset({P.READ_AUDIT_ANY}))
RUNNING = Entry(
    N_("Running"), "/notices/running", "gear", frozenset({P.RUN_NOTICES, P.SET_HOLIDAYS})
)
ORGANISATION = Entry(N_("Organisation"), "/organisation/", "people", of_members=True)
NOTICES = Entry(N_("Notices"), "/notices", "bell")
ACCOUNT = Entry(N_("Account"), "/account/", "person")
MORE = Entry(N_("More"), "/more", "menu")

ENTRIES = (
    TASKS,
    FIELD,
    LOTS,
    SAMPLES,
    REVIEW,
    QUALIFICATION,
    DOCUMENTS,
    SUPPLIERS,
    AUDIT,
    RUNNING,
    ORGANISATION,
)
"""In the order of the sidebar. `NOTICES`, `ACCOUNT` and the languages have their place in the top bar."""


def all_entries(who: Actor) -> tuple[Entry, ...]:
    """Return everywhere that this person may go, the top bar's places last."""
    return tuple(_shown((*ENTRIES, SCAN, NOTICES, ACCOUNT), who))


def side_entries(who: Actor) -> tuple[Entry, ...]:
    """Return the sidebar's entries."""
    return tuple(_shown(ENTRIES, who))[:MOST_AT_THE_SIDE]


def bottom_entries(who: Actor) -> tuple[Entry, ...]:
    """Return the phone's bottom bar: Tasks, Lots, Scan, Documents or Samples, More."""
    tests = who.may(P.RECORD_INSPECTION)
    fourth = (SAMPLES, DOCUMENTS) if tests else (DOCUMENTS, SAMPLES)
    first = next(_shown(fourth, who), None)
    return (*_shown((TASKS, LOTS, SCAN), who), *((first,) if first else ()), MORE)


def _shown(entries: tuple[Entry, ...], who: Actor) -> Iterator[Entry]:
    return (entry for entry in entries if entry.is_for(who) and _exists(entry.href))


def _exists(href: str) -> bool:
    """Whether this application has that page; asked once for each address."""
    known: dict[str, bool] = current_app.extensions.setdefault("lotproof_pages", {})
    if href not in known:
        known[href] = has_page(href)
    return known[href]


def has_page(href: str) -> bool:
    """Whether this application answers at a path, whatever it answers."""
    try:
        current_app.url_map.bind("").match(href, method="GET")
    except RequestRedirect:
        return True
    except HTTPException:
        return False
    return True
