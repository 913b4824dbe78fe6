"""Suppliers in every state, papers that were really handed in, and a certificate that ended yesterday."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, func, select

from lotproof.demo import applicants as a
from lotproof.demo import cast
from lotproof.demo.accounts import actor_of
from lotproof.demo.cards import find_cards
from lotproof.demo.lapsed import try_lapsed_harvest
from lotproof.demo.people import FARMER, PACKER, QUALITY, REVIEWER
from lotproof.documents.models import Document, DocumentPage
from lotproof.documents.states import State
from lotproof.ledger import tables as t
from lotproof.lots.book.plots import plots_of
from lotproof.lots.book.releases import waiting_releases
from lotproof.lots.may import may
from lotproof.lots.telling import tell_story
from lotproof.notices.models import Notice, Outgoing
from lotproof.storage.engine import reading
from lotproof.suppliers.models import Application, Supplier
from lotproof.suppliers.states import shown
from lotproof.suppliers.tasks import tasks_of
from support.built_season import TODAY, Built

STATES = {
    a.DRAFT.owner.key: "draft",
    a.SUBMITTED.owner.key: "submitted",
    a.OVERDUE.owner.key: "submitted",
    a.UNDER_REVIEW.owner.key: "under_review",
    a.MORE_WANTED.owner.key: "more_wanted",
    a.APPROVED.owner.key: "approved",
    a.REJECTED.owner.key: "rejected",
    a.ENDS_IN_60.owner.key: "expiring",
    a.ENDS_IN_30.owner.key: "expiring",
    a.ENDS_IN_7.owner.key: "expiring",
    a.LAPSED.owner.key: "expired",
    a.SUSPENDED.owner.key: "suspended",
    a.REVOKED.owner.key: "revoked",
}


def test_there_is_a_supplier_in_every_state(season: Built, db: Connection) -> None:
    rows = {row.party: row for row in db.execute(select(Supplier.__table__))}

    now = season.clock.now
    found = {
        one.owner.key: shown(row.standing, row.ends_at, row.applying, now)
        for one in a.APPLICANTS
        for row in [rows[one.organisation.uri]]
    }
    assert found == STATES


@pytest.mark.parametrize(("one", "days"), [(a.ENDS_IN_60, 60), (a.ENDS_IN_30, 30), (a.ENDS_IN_7, 7)])
def test_certificates_end_in_so_many_days_and_their_owners_were_told(
    season: Built, db: Connection, one: a.Applicant, days: int
) -> None:
    row = db.execute(select(Supplier.ends_at).where(Supplier.party == one.organisation.uri)).one()
    owner = actor_of(db, one.owner)
    told = select(func.count()).where(Notice.account == owner.account, Notice.kind == "qualification_ends")

    assert row.ends_at - season.clock.now == timedelta(days=days)
    assert db.execute(told).scalar_one() == {60: 1, 30: 2, 7: 3}[days]


def test_a_certificate_that_ended_yesterday_stops_what_is_done_today_and_nothing_before(
    season: Built, db: Connection
) -> None:
    farm = a.LAPSED.organisation.uri
    today = may(db, farm, "create_lot", None, season.clock.now)
    yesterday = may(db, farm, "create_lot", None, season.clock.now - timedelta(hours=1))

    assert (today.answer, today.code) == ("refused", "qualification_expired")
    assert "ended on 2026-11-22" in today.because
    assert today.hint
    assert yesterday.answer == "allowed"


def test_lots_of_last_month_show_that_the_farm_was_certified_then(db: Connection) -> None:
    (card,) = [one for one in find_cards(db) if one.code == "certified_then"]
    story = tell_story(db, card.lot)

    assert {(one.document_type, one.valid_to and one.valid_to.isoformat()) for one in story.papers} == {
        ("business_licence", None),
        ("organic_certificate", "2026-11-22"),
    }


def test_the_farms_harvest_of_today_is_refused_and_nothing_is_recorded(season: Built) -> None:
    size = select(func.count()).select_from(t.submission)
    with reading(season.log.engine) as db:
        before = db.execute(size).scalar_one()
    refused = try_lapsed_harvest(season.log)

    with reading(season.log.engine) as db:
        assert db.execute(size).scalar_one() == before
    assert refused.code == "qualification_expired"
    assert refused.farm["en"].startswith("Zhaolu")
    assert refused.hint
    assert refused.tried == TODAY


def test_photos_went_the_whole_way_and_lost_where_they_were_taken(db: Connection) -> None:
    rows = db.execute(select(Document.__table__)).all()
    pages = db.execute(select(func.count()).select_from(DocumentPage.__table__)).scalar_one()

    assert len(rows) >= 12
    assert {row.state for row in rows} == {State.CLEAN}
    assert all(row.clean_sha256 != row.sha256 for row in rows)
    assert pages == len(rows)


def test_reviewers_find_a_queue_with_one_that_is_overdue(season: Built, db: Connection) -> None:
    tasks = tasks_of(db, actor_of(db, REVIEWER), season.clock.now)

    due = [task.due_at for task in tasks if task.due_at is not None]
    assert len(tasks) == 3
    assert sum(one < season.clock.now for one in due) == 1
    assert sum(one > season.clock.now for one in due) == 2


def test_a_draft_lacks_a_certificate(season: Built, db: Connection) -> None:
    (row,) = db.execute(select(Application.__table__).where(Application.state == "draft")).all()
    tasks = tasks_of(db, actor_of(db, a.DRAFT.owner), season.clock.now)

    assert row.party == a.DRAFT.organisation.uri
    assert [task.kind for task in tasks] == ["finish_application"]


def test_mails_wait_and_notices_are_unread(db: Connection) -> None:
    waiting = db.execute(select(func.count()).select_from(Outgoing.__table__)).scalar_one()
    farmer = actor_of(db, FARMER).account
    mine = db.execute(select(func.count()).where(Notice.account == farmer, Notice.read_at.is_(None)))

    assert waiting >= 20
    assert mine.scalar_one() >= 1


def test_the_farmer_sprayed_last_week_and_may_harvest_from_tomorrow_on(season: Built, db: Connection) -> None:
    plot = plots_of(db, cast.SUN.uri, season.clock.now, season.log.around.blobs)[0]

    assert plot.last is not None
    assert plot.last.at > datetime(2026, 11, 16, tzinfo=UTC)
    assert (plot.wait.code, plot.wait.days) == ("waits", 1)


def test_a_release_waits_for_its_second_person(db: Connection) -> None:
    (wish,) = waiting_releases(db, cast.LANLING.uri)

    assert wish.first_by == actor_of(db, PACKER).account
    assert actor_of(db, QUALITY).party == wish.party


def test_everybody_who_acts_was_certified_from_the_first_day_on(db: Connection) -> None:
    card = find_cards(db)[0]

    assert {one.document_type for one in tell_story(db, card.lot).papers} >= {
        "business_licence",
        "organic_certificate",
    }
