"""What stands around every signed-in page: whom one acts for, where one can go, what is unread."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Flask, Response, g, request
from sqlalchemy import Row

from lotproof.parties.persons import is_erased
from lotproof.parties.records import get_records
from lotproof.people.actor import Actor
from lotproof.people.saved_views import views_of
from lotproof_web import navigation
from lotproof_web.bell import unread
from lotproof_web.i18n import book
from lotproof_web.local_time import local
from lotproof_web.navigation import Entry
from lotproof_web.signed_in import actor, now, reads
from lotproof_web.statuses import status_of


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation as the top bar names it."""

    party: str
    name: str


@dataclass(frozen=True, slots=True)
class Frame:
    """The frame of one page. current: the path, to mark where one is.  acts_for: None for who belongs to nobody."""

    actor: Actor
    acts_for: Organisation | None
    others: tuple[Organisation, ...]
    side: tuple[Entry, ...]
    bottom: tuple[Entry, ...]
    unread: int

    @property
    def everywhere(self) -> tuple[Entry, ...]:
        """All places that this person may go to."""
        return navigation.all_entries(self.actor)

    def is_current(self, href: str) -> bool:
        """Whether the page is in that place."""
        place = href.rstrip("/")
        return request.path.rstrip("/") == place or request.path.startswith(f"{place}/")


def frame() -> Frame | None:
    """The frame of this request, None for a visitor. Costs two statements, besides those of who is signed in."""
    who = actor()
    if who is None:
        return None
    if "frame" not in g:
        names = organisation_names(who)
        mine = {party: Organisation(party, name) for party, name in names.items()}
        g.frame = Frame(
            who,
            mine.get(who.party or ""),
            tuple(one for party, one in mine.items() if party != who.party),
            navigation.side_entries(who),
            navigation.bottom_entries(who),
            unread(reads(), who),
        )
    found: Frame = g.frame
    return found


def saved_views(path: str) -> Sequence[Row[int, str, str]]:
    """The views of a list that this person saved. One statement a request."""
    who = actor()
    if who is None or who.account is None:
        return ()
    if "saved_views" not in g:
        g.saved_views = views_of(reads(), who.account, path)
    found: Sequence[Row[int, str, str]] = g.saved_views
    return found


def organisation_names(who: Actor) -> dict[str, str]:
    """Return the names of the organisations that somebody belongs to, by party, sorted by name."""
    if not who.belongs_to:
        return {}
    bodies = get_records(reads(), "party", who.belongs_to)
    names = {}
    for party in who.belongs_to:
        body = bodies.get(party, {})
        names[party] = ("" if is_erased(body) else book().name(body.get("names") or {})) or book().key(party)
    return dict(sorted(names.items(), key=lambda pair: pair[1]))


def put_frames(app: Flask) -> None:
    """Offer templates the frame and the statuses; let no signed-in page be kept by anybody."""
    app.jinja_env.globals.update(
        frame=frame, status_of=status_of, printed_at=lambda: local(now()), saved_views=saved_views
    )

    @app.after_request
    def keep_private(response: Response) -> Response:
        if g.get("actor") is not None and "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response
