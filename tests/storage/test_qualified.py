"""Papers of those who act: judged at the time of the act, on the chain of their party, and never repainting."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import InvalidInputError, RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger import tables as t
from lotproof.lots.drafting import Author
from lotproof.lots.entering import enter
from lotproof.lots.erasure.act import erase
from lotproof.lots.may import may
from lotproof.lots.native import Fact, build_event
from lotproof.lots.telling import tell_story
from lotproof.parties.actions import register_party
from lotproof.parties.deciding import Paper, approve, lift, revoke, suspend
from lotproof.parties.models import Qualification
from lotproof.parties.qualified import standing
from lotproof.parties.requiring import Edition, require
from support.statements import counted
from support.world import (
    APPLES,
    CYCLE,
    FARM,
    OPERATOR,
    ORCHARD,
    PACKER,
    SHOP,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)

CHINA = ZoneInfo("Asia/Shanghai")
ORGANIC = Paper(
    FARM.party_uri, "organic_certificate", date(2026, 1, 1), date(2026, 6, 30), "123OP2600001", "A certifier"
)


def ask(world: World, role: str = "supplier", *papers: str, category: str = "*") -> None:
    with world.log.unit_of_work() as uow:
        wanted = [one.split("|") for one in papers or ("organic_certificate",)]
        require(uow, world.log.operator, Edition(role, category, "*", date(2026, 1, 1), wanted))


def give(world: World, paper: Paper = ORGANIC) -> str:
    with world.log.unit_of_work() as uow:
        return approve(uow, world.log.operator, paper, "Rae")


def decide(world: World, act: Any, id: str) -> None:
    with world.log.unit_of_work() as uow:
        act(uow, world.log.operator, id, "a reason", "Rae")


def pick(world: World, code: str, at: datetime | None = None) -> None:
    more = {"at": at} if at else {}
    world.record("harvest", place=ORCHARD, portions=(portion(lot(code), "10"),), cycle=CYCLE, **more)


def refused(world: World, code: str) -> str:
    with pytest.raises(RefusedError) as caught:
        pick(world, code)
    return caught.value.code


def test_without_requirements_nothing_changes(world: World) -> None:
    pick(world, "A")

    assert world.findings(lot("A")) == ["qualification_not_recorded"]
    check_ledger(world)


def test_a_lot_begins_only_with_the_papers_that_are_asked_for(world: World) -> None:
    ask(world)
    assert refused(world, "A") == "qualification_missing"

    give(world)
    pick(world, "A")

    assert world.findings(lot("A")) == []
    check_ledger(world)


def test_the_day_after_the_last_day_stops_what_is_new_and_repaints_nothing(world: World) -> None:
    ask(world)
    give(world)
    pick(world, "A")
    then = world.clock.now
    world.clock.advance(datetime(2026, 7, 1, 0, 1, tzinfo=CHINA) - world.clock.now)

    assert refused(world, "B") == "qualification_expired"
    with pytest.raises(RefusedError, match="organic certificate") as caught:
        world.record("shipping", place=ORCHARD, to_place=STORE, portions=(portion(lot("A"), "1"),))
    assert caught.value.code == "qualification_expired"
    assert "/qualification" in caught.value.hint
    with world.read() as db:
        assert may(db, FARM.party_uri, "create_lot", None, then).answer == "allowed"
        assert may(db, FARM.party_uri, "take_order", None, world.clock.now).code == "qualification_expired"
        papers = tell_story(db, lot("A")).papers
    assert [(one.document_type, one.number, one.valid_to) for one in papers] == [
        ("organic_certificate", "123OP2600001", date(2026, 6, 30))
    ]
    check_ledger(world)


def test_what_happened_before_the_end_may_be_recorded_after_it(world: World) -> None:
    ask(world)
    give(world)
    happened = world.later(minutes=5)
    world.later(days=60)

    pick(world, "A", happened)

    assert world.findings(lot("A")) == []
    check_ledger(world)


def test_a_suspension_stops_until_it_is_lifted_and_a_revocation_for_ever(world: World) -> None:
    ask(world)
    id = give(world)
    pick(world, "A")

    decide(world, suspend, id)
    assert refused(world, "B") == "qualification_suspended"
    with pytest.raises(RefusedError, match="not_in_force"):
        decide(world, suspend, id)
    world.later(minutes=1)
    decide(world, lift, id)
    pick(world, "B")
    decide(world, revoke, id)
    assert refused(world, "C") == "qualification_revoked"
    with pytest.raises(RefusedError, match="not_in_force"):
        decide(world, revoke, id)
    check_ledger(world)


def test_a_document_from_outside_stays_with_a_finding_and_holds_nothing(world: World) -> None:
    ask(world)
    event = build_event(
        Fact("harvest", world.later(minutes=1), place=ORCHARD, portions=(portion(lot("X"), "5"),))
    )
    with world.log.unit_of_work() as uow:
        enter(uow, world.log.operator, Author(FARM.party_uri, "submitter"), event)

    assert "qualification_missing" in world.findings(lot("X"))
    assert world.holds(lot("X")) == []
    check_ledger(world)


def test_who_only_hands_in_what_another_did_is_not_judged_for_it(world: World) -> None:
    ask(world)
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, SHOP, {"names": {"en": "Shop"}, "roles": ["buyer"]})
    event = build_event(
        Fact("harvest", world.later(minutes=1), place=ORCHARD, portions=(portion(lot("X"), "5"),))
    )
    with world.log.unit_of_work() as uow:
        enter(uow, world.log.operator, Author(SHOP.party_uri, "submitter"), event)

    assert "qualification_missing" not in world.findings(lot("X"))
    check_ledger(world)


def test_inspectors_and_carriers_need_theirs(world: World) -> None:
    pick(world, "A")
    ask(world, "laboratory", "laboratory_cma|laboratory_cnas")
    ask(world, "carrier", "transport_licence")

    with pytest.raises(RefusedError, match="laboratory cma"):
        world.record("inspection", by=PACKER, lots=(lot("A"),), verdict="pass")
    moved = {"place": ORCHARD, "to_place": STORE, "portions": (portion(lot("A"), "1"),)}
    with pytest.raises(RefusedError, match="transport licence"):
        world.record("shipping", carrier=SHOP, **moved)
    world.record("shipping", **moved)
    cma = Paper(PACKER.party_uri, "laboratory_cma", date(2026, 1, 1), date(2028, 1, 1), "260100340001")
    give(world, cma)
    world.record("inspection", by=PACKER, lots=(lot("A"),), verdict="pass")
    check_ledger(world)


def test_the_category_of_the_product_decides_what_is_asked(world: World) -> None:
    ask(world, category="fruit")
    pick(world, "A")
    world.master("product", APPLES, {"names": {"en": "Apples"}, "uom": "KGM", "category": "fruit"})

    assert refused(world, "B") == "qualification_missing"
    with world.read() as db:
        assert may(db, FARM.party_uri, "list", lot("A").uri, world.clock.now).code == "qualification_missing"
    check_ledger(world)


def test_papers_and_decisions_stand_on_the_chain_of_the_party_without_reasons(world: World) -> None:
    id = give(world)
    decide(world, suspend, id)

    with world.read() as db:
        leaves = (
            select(t.entry.c.leaf).join(t.chain_link, t.chain_link.c.entry_index == t.entry.c.entry_index)
            .join(t.chain, t.chain.c.id == t.chain_link.c.chain).where(t.chain.c.uri == FARM.party_uri)
        )  # fmt: skip
        said = [leaf for leaf in db.execute(leaves).scalars() if b"qualification" in leaf]
    assert len(said) == 2
    assert all(b"organic_certificate" in leaf for leaf in said)
    assert not any(b"a reason" in leaf or b"Rae" in leaf for leaf in said)
    check_ledger(world)


def test_who_is_erased_keeps_the_paper_and_loses_its_number(world: World) -> None:
    farmer = Gln("9520000000059")
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, farmer, {"names": {"en": "Ms Wu"}, "person": True})
    give(world, Paper(farmer.party_uri, "land_contract", date(2026, 1, 1), number="L-7788", person=True))

    erase(world.log, Author(OPERATOR.party_uri, approvals=("Ann", "Bo")), farmer.party_uri)

    with world.read() as db:
        row = db.execute(select(Qualification.__table__)).one()
    assert (row.number, row.document_type) == (None, "land_contract")
    check_ledger(world)


def test_a_paper_that_ends_before_it_begins_is_refused_with_every_other_problem(world: World) -> None:
    with pytest.raises(InvalidInputError) as caught:
        give(world, Paper(FARM.party_uri, "organic_certificate", date(2026, 5, 1), date(2026, 4, 1), "OP1"))

    assert [(one.where, one.code) for one in caught.value.problems] == [
        ("number", "invalid_number"), ("valid_to", "ends_before_it_begins"),
    ]  # fmt: skip


def test_an_act_asks_few_statements_more(world: World) -> None:
    with counted(world.log.engine) as before:
        pick(world, "A")
    ask(world)
    give(world)
    with counted(world.log.engine) as after:
        pick(world, "B")
    with world.read() as db, counted(world.log.engine) as asked:
        standing(db, FARM.party_uri, "supplier", None, world.clock.now)

    assert len(after) <= len(before) + 3
    assert len(asked) == 3
