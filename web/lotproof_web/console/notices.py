"""My notices: what I was told, and how I want to hear of things."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, redirect, render_template, request
from sqlalchemy import Connection
from werkzeug.wrappers import Response

from lotproof.kernel.errors import InvalidInputError
from lotproof.notices import actions, queries
from lotproof.notices.delivery import CHOICES, CHOSEN_BY_PEOPLE, Channel, Delivery, usual_sms
from lotproof.notices.filling import filled
from lotproof.notices.kinds import Topic
from lotproof.people.actor import Actor
from lotproof.storage.engine import writing
from lotproof_web.abouts import address_of
from lotproof_web.api.here import ledger
from lotproof_web.forms import problems_of
from lotproof_web.i18n import book, language
from lotproof_web.lists import ROWS, Filter, csv_answer, read_list, wants_csv
from lotproof_web.local_time import local, zone
from lotproof_web.signed_in import now, reads, signed_in
from lotproof_web.words.mark import N_
from lotproof_web.words.notices import DELIVERIES, TOPICS

notices = Blueprint("notices", __name__)
FILTERS = (
    Filter("topic", N_("Topic"), tuple((str(topic), text) for topic, text in TOPICS.items())),
    Filter("state", N_("State"), (("unread", N_("Unread")),)),
)
_MOST_IN_A_FILE = 5000


@dataclass(frozen=True, slots=True)
class Shown:
    """A notice in words. href: the object's page, "" for none."""

    id: int
    title: str
    text: str
    at: datetime
    is_read: bool
    href: str


@notices.get("/notices")
def index() -> str | Response:
    """List them, newest first."""
    who, asked = signed_in(), read_list(FILTERS)
    topic = Topic(asked.chosen["topic"]) if "topic" in asked.chosen else None
    as_file = wants_csv()
    found, count = queries.listed(
        reads(),
        _account(who),
        topic=topic,
        only_unread="state" in asked.chosen,
        q=asked.q,
        first=0 if as_file else asked.offset,
        most=_MOST_IN_A_FILE if as_file else asked.limit,
    )
    rows = [_shown(who, one) for one in found]
    if as_file:
        return _file(rows)
    return render_template(
        "notices/list.html", listing=asked, rows=rows[:ROWS], more=len(rows) > ROWS, count=count
    )


@notices.get("/notices/<int:id>")
def one(id: int) -> str:
    """Show one; mails lead here."""
    who = signed_in()
    told = queries.get(reads(), _account(who), id)
    return render_template("notices/one.html", notice=_shown(who, told))


@notices.post("/notices/<int:id>/open")
def open_one(id: int) -> Response:
    """Mark one as read, and go to what it is about."""
    who = signed_in()
    with writing(ledger().log.engine) as db:
        told = actions.read(db, _account(who), id, now())
    return redirect(address_of(who, told.about_type, told.about_id) or f"/notices/{id}", 303)


@notices.post("/notices/read")
def read_all() -> Response:
    """Mark everything as read."""
    who = signed_in()
    with writing(ledger().log.engine) as db:
        actions.read_all(db, _account(who), now())
    return redirect("/notices", 303)


@notices.get("/notices/preferences")
def preferences() -> str:
    """Show how one hears of things."""
    return _preferences(reads(), signed_in(), {})


@notices.post("/notices/preferences")
def choose() -> Response | tuple[str, int]:
    """Keep what was chosen."""
    who, sms = signed_in(), request.form.get("sms", "")
    chosen = {(str(topic), "mail"): request.form.get(f"mail_{topic}", "") for topic in CHOSEN_BY_PEOPLE}
    chosen |= {(str(topic), "sms"): sms for topic in CHOSEN_BY_PEOPLE}
    try:
        with writing(ledger().log.engine) as db:
            actions.choose(db, _account(who), chosen)
    except InvalidInputError as error:
        return _preferences(reads(), who, problems_of(error)), 422
    return redirect("/notices/preferences?saved=1", 303)


def _account(who: Actor) -> int:
    assert who.account is not None  # a browser's session belongs to an account
    return who.account


def _shown(who: Actor, told: queries.Told) -> Shown:
    words = filled(told.kind, language().code, told.detail, zone())
    href = address_of(who, told.about_type, told.about_id)
    return Shown(told.id, words.title, words.text, told.at, told.read_at is not None, href)


def _file(rows: Sequence[Shown]) -> Response:
    say = book().say
    head = (say("Time"), say("Notice"), say("Text"), say("State"))
    states = {True: say("Read"), False: say("Unread")}
    return csv_answer(
        "notices", head, [(local(one.at), one.title, one.text, states[one.is_read]) for one in rows]
    )


def _preferences(db: Connection, who: Actor, problems: dict[str, list[str]]) -> str:
    chosen, reach = queries.wishes(db, _account(who)), queries.reach(db, _account(who))
    # One choice for all topics: twelve fields would be too many for one form.
    sms = next(
        (how for (_, by), how in chosen.items() if by == Channel.SMS), usual_sms(has_mail=reach.has_mail)
    )
    say = book().say
    return render_template(
        "notices/preferences.html",
        mail=[
            (str(topic), TOPICS[topic], chosen.get((topic, Channel.MAIL), Delivery.AT_ONCE))
            for topic in CHOSEN_BY_PEOPLE
        ],
        sms=sms,
        reach=reach,
        by_mail=[(str(how), say(DELIVERIES[how])) for how in CHOICES[Channel.MAIL]],
        by_sms=[(str(how), say(DELIVERIES[how])) for how in CHOICES[Channel.SMS]],
        problems=problems,
        saved="saved" in request.args,
    )
