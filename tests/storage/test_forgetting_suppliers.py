"""Who was erased is forgotten in applications, notes and the list of suppliers too."""

from __future__ import annotations

from datetime import date

from sqlalchemy import select

from lotproof.kernel.identifiers import Gln
from lotproof.lots.drafting import Author
from lotproof.lots.erasure.act import erase
from lotproof.notices.models import Deadline, Notice
from lotproof.parties.actions import register_party
from lotproof.people.deactivating import deactivate
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from lotproof.suppliers import applying, notes, reviewing
from lotproof.suppliers.applying import Said
from lotproof.suppliers.forgetting import forget_erased
from lotproof.suppliers.models import Application, ApplicationDocument, ReputationNote, Supplier
from support.applying import document, reviewer, submit
from support.people import actor_of, person
from support.world import OPERATOR, World, check_ledger

FARMER = Gln("9520000000059")


def test_an_erased_farmer_and_a_reviewer_who_left_are_forgotten(world: World) -> None:
    with world.log.unit_of_work() as uow:
        body = {"names": {"zh_Hans": "王小农"}, "person": True, "kind": "farm_household"}
        register_party(uow, world.log.operator, FARMER, body)
    who = actor_of(world, person(world, "Wang", FARMER.party_uri, Role.OWNER, Role.SUPPLIER))
    decider = reviewer(world)
    paper, said = document(world, "contract", FARMER.party_uri), Said("L-7788", "", (), date(2026, 1, 1))
    with writing(world.log.engine) as db:
        now = world.clock.now
        id = applying.start(db, who, FARMER.party_uri, "supplier", "*", now, world.entropy)
        applying.add_paper(db, who, id, "land_contract", paper, said, now)
    submit(world, who, id)
    with world.log.unit_of_work() as uow:
        reviewing.reject(uow, decider, world.log.operator, id, 2, "Wang's neighbour objects")
    with writing(world.log.engine) as db:
        notes.add_note(db, decider, FARMER.party_uri, "a neighbour", "Wang is late", world.clock.now)
    assert forget_erased(world.log, world.clock.now) == 0

    erase(world.log, Author(OPERATOR.party_uri, approvals=("Ann", "Bo")), FARMER.party_uri)
    with writing(world.log.engine) as db:
        assert decider.account is not None
        deactivate(db, decider.account, world.clock.now)

    assert forget_erased(world.log, world.clock.now) == 2
    assert forget_erased(world.log, world.clock.now) == 0
    with world.read() as db:
        application = db.execute(select(Application.__table__)).one()
        assert (application.state, application.reason, application.decided_name) == ("rejected", "", "")
        assert db.execute(select(ApplicationDocument.number)).scalar_one() == ""
        assert db.execute(select(ReputationNote.id)).first() is None
        row = db.execute(select(Supplier.__table__)).one()
        told = [one.values() for one in db.execute(select(Notice.detail)).scalars()]
        named = list(db.execute(select(Deadline.name)).scalars())
    assert not [detail for detail in told if "王小农" in detail]
    assert named == ["–"]
    assert (row.name, row.search) == (FARMER.digits, FARMER.digits)
    check_ledger(world)
