"""From the first paper to the decision: what is lacking, who may decide, and what stands on the log afterwards."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from lotproof.documents.models import Document
from lotproof.kernel.errors import (
    ForbiddenError,
    InvalidInputError,
    LotproofError,
    NotFoundError,
    RefusedError,
)
from lotproof.ledger import tables as t
from lotproof.notices.models import Deadline, Notice
from lotproof.parties.actions import register_party
from lotproof.parties.qualified import standing
from lotproof.people.actor import Actor
from lotproof.people.models import Deed, Membership, Organisation
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from lotproof.suppliers import applying, claims, notes, queries, reviewing, stopping
from lotproof.suppliers.alerts import tell_of_ends
from lotproof.suppliers.applying import Said
from lotproof.suppliers.history import steps_of
from lotproof.suppliers.models import Application
from lotproof.suppliers.queries import Wish
from lotproof.suppliers.tasks import tasks_of
from support.applying import ORGANIC, asked, begun, document, farmer, reviewer, submit, submitted
from support.people import actor_of, person
from support.statements import counted
from support.world import FARM, OPERATOR, PACKER, World, check_ledger


def row_of(world: World, id: str) -> Any:
    with world.read() as db:
        return db.execute(select(Application.__table__).where(Application.id == id)).one()


def told(world: World) -> list[str]:
    with world.read() as db:
        return list(db.execute(select(Notice.kind).order_by(Notice.id)).scalars())


def approve(world: World, who: Actor, id: str, version: int | None = None) -> list[str]:
    with world.log.unit_of_work() as uow:
        return reviewing.approve(uow, who, world.log.operator, id, version or row_of(world, id).version)


def ask_more(world: World, who: Actor, id: str) -> None:
    with world.log.unit_of_work() as uow:
        reviewing.ask_for_more(uow, who, world.log.operator, id, row_of(world, id).version, "a clearer photo")


def test_what_is_lacking_is_said_all_at_once(world: World) -> None:
    asked(world, "supplier", "organic_certificate", "business_licence|household_proof")
    who = farmer(world)
    id = begun(world, who, Said("OP1", "", (), date(2026, 5, 1), date(2026, 4, 1)))

    with pytest.raises(InvalidInputError) as caught:
        submit(world, who, id)

    said = {(one.where.rpartition("-")[2], one.code) for one in caught.value.problems}
    assert said == {
        ("number", "invalid_number"), ("valid_to", "ends_before_it_begins"), ("papers", "paper_missing"),
    }  # fmt: skip
    assert row_of(world, id).state == "draft"
    check_ledger(world)


def test_an_approved_application_lets_the_farm_begin_lots_from_then_on(world: World) -> None:
    asked(world)
    who, decider = farmer(world), reviewer(world)
    id = submitted(world, who)
    before = world.clock.now
    world.later(hours=1)

    made = approve(world, decider, id)

    with world.read() as db:
        assert standing(db, FARM.party_uri, "supplier", None, world.clock.now).answer == "allowed"
        assert standing(db, FARM.party_uri, "supplier", None, before).code == "qualification_not_yet_valid"
        acts = set(db.execute(select(Deed.act)).scalars())
        steps = [step.act for step in steps_of(db, id)]
        on_log = b"".join(db.execute(select(t.entry.c.leaf)).scalars())
    assert len(made) == 1
    assert {"submit_application", "approve_application"} <= acts
    assert steps == ["approve", "submit", "add_paper_to", "start"]
    assert b"Rae" not in on_log
    assert told(world) == ["application_received", "application_approved"]
    check_ledger(world)


def test_a_rejection_leaves_no_reason_on_the_log(world: World) -> None:
    who, decider = farmer(world), reviewer(world)
    id = submitted(world, who)

    with world.log.unit_of_work() as uow:
        reviewing.reject(
            uow, decider, world.log.operator, id, row_of(world, id).version, "the stamp is forged"
        )

    with world.read() as db:
        on_log = b"".join(db.execute(select(t.entry.c.leaf)).scalars())
        assert standing(db, FARM.party_uri, "supplier", None, world.clock.now).answer == "not_recorded"
    assert b"forged" not in on_log
    assert b"rejected" not in on_log
    assert (row_of(world, id).state, row_of(world, id).reason) == ("rejected", "the stamp is forged")
    check_ledger(world)


def test_asking_for_more_stops_the_clock_and_handing_in_starts_it_again(world: World) -> None:
    who, decider = farmer(world), reviewer(world)
    world.clock.advance(datetime(2026, 6, 1, 2, tzinfo=UTC) - world.clock.now)  # a Monday in China
    id = submitted(world, who)
    first = row_of(world, id).due_at
    world.later(days=2)

    ask_more(world, decider, id)
    paused = row_of(world, id)
    world.later(days=20)
    with writing(world.log.engine) as db:
        paper = applying.papers_in(db, id)[0].id
        applying.replace_document(db, who, id, paper, document_of(db), world.clock.now)
    submit(world, who, id)

    again = row_of(world, id)
    assert (paused.state, paused.due_at, paused.days_left) == ("more_wanted", None, 3)
    assert again.due_at > first
    assert (again.due_at.astimezone(UTC).date() - world.clock.now.date()).days <= 5
    with world.read() as db:
        open_ones = db.execute(select(Deadline.kind).where(Deadline.closed_at.is_(None))).scalars().all()
    assert open_ones == ["review"]
    check_ledger(world)


def document_of(db: Any) -> str:
    return str(db.execute(select(Document.id)).scalars().first())


def test_of_two_who_decide_at_once_one_wins_and_the_other_is_told_by_whom(world: World) -> None:
    who, deciders = farmer(world), [reviewer(world, "Rae"), reviewer(world, "Ren")]
    id = submitted(world, who)
    version, met = row_of(world, id).version, threading.Barrier(2)
    came: dict[str, LotproofError | None] = {}

    def decide(one: Actor, act: str) -> None:
        met.wait()
        try:
            with world.log.unit_of_work() as uow:
                if act == "approve":
                    reviewing.approve(uow, one, world.log.operator, id, version)
                else:
                    reviewing.reject(uow, one, world.log.operator, id, version, "not readable")
            came[one.name] = None
        except LotproofError as error:
            came[one.name] = error

    threads = [
        threading.Thread(target=decide, args=pair)
        for pair in zip(deciders, ("approve", "reject"), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    winner = next(name for name, error in came.items() if error is None)
    (loser,) = [error for error in came.values() if error is not None]
    assert loser.code == "decided_meanwhile"
    assert winner in loser.message
    assert row_of(world, id).decided_name == winner
    assert (
        len([kind for kind in told(world) if kind in ("application_approved", "application_rejected")]) == 1
    )
    check_ledger(world)


def test_nobody_decides_over_an_organisation_that_she_belongs_to(world: World) -> None:
    who = farmer(world)
    account = person(world, "Both", OPERATOR.party_uri, Role.REVIEWER)
    with writing(world.log.engine) as db:
        row = {"account": account, "party": FARM.party_uri, "roles": "supplier", "since": world.clock.now}
        db.execute(insert(Membership), row)
    both = actor_of(world, account)
    id = submitted(world, who)

    with pytest.raises(ForbiddenError, match="own_organisation"):
        approve(world, both, id)
    with world.read() as db:
        assert queries.next_in_queue(db, both, "") is None
    check_ledger(world)


def test_another_s_application_looks_as_if_it_were_not_there(world: World) -> None:
    id = submitted(world, farmer(world))
    stranger = actor_of(world, person(world, "Stranger", PACKER.party_uri, Role.OWNER))

    with world.read() as db:
        for unknown in (id, "urn:uuid:00000000-0000-4000-8000-000000000000"):
            with pytest.raises(NotFoundError, match="there is no such application"):
                queries.case_of(db, stranger, unknown, world.clock.now)
    with pytest.raises(NotFoundError), writing(world.log.engine) as db:
        applying.withdraw(db, stranger, id, world.clock.now)


def test_a_document_about_somebody_else_cannot_be_handed_in(world: World) -> None:
    who = farmer(world)
    id, other = begun(world, who), document(world, "other", PACKER.party_uri)

    with pytest.raises(NotFoundError), writing(world.log.engine) as db:
        applying.add_paper(db, who, id, "organic_certificate", other, ORGANIC, world.clock.now)


def test_a_correction_keeps_what_was_typed_in_the_history(world: World) -> None:
    who, decider = farmer(world), reviewer(world)
    id = submitted(world, who)
    with writing(world.log.engine) as db:
        paper = applying.papers_in(db, id)[0].id
        reviewing.correct(db, decider, id, paper, "number", "123OP2600002", world.clock.now)

    with world.read() as db:
        step = steps_of(db, id)[0]
        assert applying.papers_in(db, id)[0].number == "123OP2600002"
    assert (step.act, step.name) == ("correct", "Rae")
    assert (step.detail["old"], step.detail["new"]) == ("123OP2600001", "123OP2600002")


def test_who_looked_before_a_correction_approves_nothing_that_she_did_not_see(world: World) -> None:
    who, decider, other = farmer(world), reviewer(world), reviewer(world, "Sol")
    id = submitted(world, who)
    seen = row_of(world, id).version
    with writing(world.log.engine) as db:
        paper = applying.papers_in(db, id)[0].id
        reviewing.correct(db, other, id, paper, "number", "123OP2600002", world.clock.now)

    with pytest.raises(RefusedError, match="decided_meanwhile"):
        approve(world, decider, id, seen)

    assert row_of(world, id).state == "submitted"
    approve(world, decider, id)
    check_ledger(world)


def test_what_was_submitted_cannot_be_changed_by_its_applicant(world: World) -> None:
    who = farmer(world)
    id = submitted(world, who)

    with pytest.raises(RefusedError, match="not_a_draft"), writing(world.log.engine) as db:
        applying.say(db, who, id, applying.papers_in(db, id)[0].id, ORGANIC)
    with pytest.raises(RefusedError, match="already_open"), writing(world.log.engine) as db:
        applying.start(db, who, FARM.party_uri, "supplier", "*", world.clock.now, world.entropy)


def test_an_unclean_document_cannot_be_decided_by(world: World) -> None:
    who, decider = farmer(world), reviewer(world)
    id = begun(world, who)
    waiting = document(world, "waiting", state="received")
    with writing(world.log.engine) as db:
        applying.replace_document(db, who, id, applying.papers_in(db, id)[0].id, waiting, world.clock.now)
    submit(world, who, id)

    with pytest.raises(RefusedError, match="document_not_clean"):
        approve(world, decider, id)
    assert row_of(world, id).state == "submitted"
    check_ledger(world)


def test_each_reminder_comes_once_and_a_renewed_paper_brings_none(world: World) -> None:
    who, decider = farmer(world), reviewer(world)
    approve(world, decider, submitted(world, who))
    ends = datetime(2026, 12, 31, 16, tzinfo=UTC)

    said = []
    for days in (70, 59, 59, 29, 6, 5, -1, -2):
        world.clock.advance(ends - world.clock.now - timedelta(days=days))
        said.append(tell_of_ends(world.log, world.clock.now))
    assert said == [0, 1, 0, 1, 1, 0, 1, 0]
    with world.read() as db:
        rows, _ = queries.suppliers(db, decider, Wish(state="expired"), world.clock.now, 25, 0)
        tasks = [task.kind for task in tasks_of(db, who, world.clock.now)]
    assert [row.party for row in rows] == [FARM.party_uri]
    assert tasks == ["renew_paper"]

    newer = Said("123OP2700009", "A certifier", (), date(2026, 12, 1), date(2027, 12, 31))
    approve(world, decider, submitted(world, who, newer, "newer"))
    with world.read() as db:
        rows, _ = queries.suppliers(db, decider, Wish(state="approved"), world.clock.now, 25, 0)
        assert tasks_of(db, who, world.clock.now) == []
    assert [row.party for row in rows] == [FARM.party_uri]
    check_ledger(world)


def test_a_suspension_is_told_and_lifted(world: World) -> None:
    asked(world)
    who, decider = farmer(world), reviewer(world)
    (paper,) = approve(world, decider, submitted(world, who))

    for act, code in (
        ("suspend", "qualification_suspended"),
        ("lift", ""),
        ("revoke", "qualification_revoked"),
    ):
        world.later(minutes=1)
        with world.log.unit_of_work() as uow:
            stopping.stop(uow, decider, world.log.operator, act, paper, "the field was visited")
        with world.read() as db:
            assert standing(db, FARM.party_uri, "supplier", None, world.clock.now).code == code
    with pytest.raises(ForbiddenError), world.log.unit_of_work() as uow:
        stopping.stop(uow, who, world.log.operator, "lift", paper, "please")
    assert told(world)[-3:] == ["qualification_suspended", "qualification_restored", "qualification_revoked"]
    check_ledger(world)


def test_staff_enters_an_application_and_hands_it_over_once(world: World) -> None:
    staff = actor_of(world, person(world, "Staff", OPERATOR.party_uri, Role.OPERATOR))
    comer = actor_of(world, person(world, "Comer", None))
    with writing(world.log.engine) as db:
        id = applying.start(db, staff, PACKER.party_uri, "supplier", "*", world.clock.now, world.entropy)
        old, _ = claims.make_claim(db, staff, id, world.clock.now, world.entropy)
        token, _ = claims.make_claim(db, staff, id, world.later(minutes=1), world.entropy)
    with pytest.raises(NotFoundError), writing(world.log.engine) as db:
        claims.take_claim(db, comer, old, world.clock.now)

    with writing(world.log.engine) as db:
        assert claims.take_claim(db, comer, token, world.clock.now) == id
    with pytest.raises(NotFoundError), writing(world.log.engine) as db:
        claims.take_claim(db, comer, token, world.clock.now)

    assert comer.account is not None
    now = actor_of(world, comer.account)
    assert (now.party, now.roles) == (PACKER.party_uri, {Role.OWNER, Role.SUPPLIER})
    with world.read() as db:
        assert queries.case_of(db, now, id, world.clock.now).row.id == id
    with pytest.raises(RefusedError, match="has_owner"), writing(world.log.engine) as db:
        claims.make_claim(db, staff, id, world.clock.now, world.entropy)


def test_of_whom_the_operator_registered_the_kind_is_kept_with_the_owner_who_takes_over(world: World) -> None:
    staff = actor_of(world, person(world, "Staff", OPERATOR.party_uri, Role.OPERATOR))
    worker = actor_of(world, person(world, "Worker", PACKER.party_uri, Role.WAREHOUSE))
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, PACKER, {"names": {"en": "Packer"}, "kind": "cooperative"})
    with writing(world.log.engine) as db:
        id = applying.start(db, staff, PACKER.party_uri, "supplier", "*", world.clock.now, world.entropy)
        token, _ = claims.make_claim(db, staff, id, world.clock.now, world.entropy)
        claims.take_claim(db, worker, token, world.clock.now)

    with world.read() as db:
        kept = db.execute(select(Organisation.kind).where(Organisation.party == PACKER.party_uri)).scalar()
        mine = Membership.account == worker.account
        roles = db.execute(select(Membership.roles).where(mine)).scalar_one()
    assert kept == "cooperative"
    assert set(roles.split()) == {"owner", "supplier", "warehouse"}


def test_notes_say_their_source_and_are_read_by_staff_alone(world: World) -> None:
    who, decider = farmer(world), reviewer(world)
    with writing(world.log.engine) as db:
        notes.add_note(
            db, decider, FARM.party_uri, "county office, by phone", "no complaints", world.clock.now
        )
        with pytest.raises(InvalidInputError):
            notes.add_note(db, decider, FARM.party_uri, " ", "", world.clock.now)

    with world.read() as db:
        (note,) = notes.notes_of(db, decider, FARM.party_uri)
        with pytest.raises(ForbiddenError):
            notes.notes_of(db, who, FARM.party_uri)
    assert (note.author, note.source) == ("Rae", "county office, by phone")


def test_reviewers_are_given_the_queue_the_first_due_at_the_top(world: World) -> None:
    who, decider, other = farmer(world), reviewer(world), reviewer(world, "Ren")
    id = submitted(world, who)
    with world.read() as db:
        assert [task.kind for task in tasks_of(db, decider, world.clock.now)] == ["review"]
        with counted(world.log.engine) as asked_for:
            rows, count = queries.queue(db, decider, "farm", "", 25, 0)
    assert (len(rows), count, len(asked_for)) == (1, 1, 2)

    with writing(world.log.engine) as db:
        reviewing.claim(db, other, id, row_of(world, id).version, world.clock.now)

    with world.read() as db:
        assert tasks_of(db, decider, world.clock.now) == []
        assert queries.queue(db, other, "", "mine", 25, 0)[1] == 1


def test_a_new_supplier_is_told_which_papers_to_hand_in_until_she_begins(world: World) -> None:
    asked(world, "supplier", "business_licence", "organic_certificate|green_food_certificate")
    world.master("party", FARM.party_uri, {"names": {"en": "Farm"}, "roles": ["supplier"]}, by=FARM)
    who = farmer(world)
    with world.read() as db, counted(world.log.engine) as statements:
        tasks = tasks_of(db, who, world.clock.now)
    assert [task.kind for task in tasks] == ["hand_in_paper", "hand_in_paper"]
    assert len(statements) <= 4

    begun(world, who)
    with world.read() as db:
        assert [task.kind for task in tasks_of(db, who, world.clock.now)] == ["finish_application"]


def test_nobody_is_told_to_hand_in_papers_for_roles_that_she_does_not_have(world: World) -> None:
    asked(world, "carrier", "transport_licence")
    world.master("party", FARM.party_uri, {"names": {"en": "Farm"}, "roles": ["supplier"]}, by=FARM)

    with world.read() as db:
        assert tasks_of(db, farmer(world), world.clock.now) == []
