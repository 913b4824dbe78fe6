"""Times as the person who reads the page knows them: in the zone that she set, with how far away they are."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from flask import Flask
from markupsafe import Markup

from lotproof_web.i18n import book
from lotproof_web.phrases import minute
from lotproof_web.signed_in import actor, now


def zone() -> tzinfo:
    """The zone of whoever is signed in; UTC for a visitor."""
    who = actor()
    if who is None:
        return UTC
    try:
        return ZoneInfo(who.zone)
    except (ZoneInfoNotFoundError, ValueError):  # an account must stay usable whatever stands in it
        return UTC


def local(at: datetime | None) -> str:
    """Return 2026-11-23 14:05 in that zone, "" for none."""
    return minute(at.astimezone(zone())) if at else ""


def away(at: datetime | None) -> str:
    """Return how far away a time's day is: "today", "in 12 days", "3 days ago"; "" for none."""
    if at is None:
        return ""
    here = zone()
    days = (at.astimezone(here).date() - now().astimezone(here).date()).days
    if days == 0:
        return book().say("today")
    if days > 0:
        return book().count("in %(n)s day", "in %(n)s days", days)
    return book().count("%(n)s day ago", "%(n)s days ago", -days)


def when(at: datetime | None) -> Markup:
    """Return a time for a page, with how far away it is; "" for none."""
    if at is None:
        return Markup("")
    return Markup('<time datetime="{}">{}</time> <span class="quiet">{}</span>').format(
        at.isoformat(), local(at), away(at)
    )


def tell_times(app: Flask) -> None:
    """Offer templates the filters `local`, `away` and `when`."""
    app.jinja_env.filters.update(local=local, away=away, when=when)
