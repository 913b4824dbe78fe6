from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from io import BytesIO

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger import tables as t
from lotproof.lots.book import recalling, releases, undo
from lotproof.lots.book.queue import open_findings, open_holds
from lotproof.lots.book.seasons import as_member, write_rows
from lotproof.lots.queries import find_lots, list_lots_of, lot_line
from lotproof.lots.recall import new_recall
from lotproof.notices.models import Notice
from lotproof.people.actor import Actor
from lotproof.people.models import Deed
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from lotproof_schemas.season_table import SeasonRow, read_season
from support.books import SHANGHAI, at, fill_in, member, owned_places
from support.world import (
    APPLES,
    CYCLE,
    FARM,
    OPERATOR,
    PACKER,
    PACKHOUSE,
    SHOP,
    STORE,
    World,
    check_ledger,
    lot,
    portion,
)


def refusal(act: Callable[[], object]) -> str:
    with pytest.raises(LotproofError) as caught:
        act()
    return caught.value.code


def hold(world: World, actor: Actor, *codes: str) -> None:
    with world.log.unit_of_work() as uow:
        releases.hold_lots(uow, world.log.operator, actor, [lot(code) for code in codes], "smells of petrol")


def wish(world: World, actor: Actor, *codes: str) -> int:
    with writing(world.log.engine) as db:
        lots = [lot(code) for code in codes]
        return releases.wish_release(
            db, world.log.operator, actor, lots, "was diesel of a tractor", world.clock.now
        )


def approve(world: World, actor: Actor, one: int) -> None:
    with world.log.unit_of_work() as uow:
        releases.approve_release(uow, world.log.operator, actor, one)


def recall(world: World, actor: Actor, *codes: str) -> tuple[str, list[str]]:
    uri = new_recall(world.entropy)
    with world.log.unit_of_work() as uow:
        seeds = [lot(code) for code in codes]
        return uri, list(recalling.recall_now(uow, world.log.operator, actor, seeds, "glass", uri))


@pytest.fixture
def managers(world: World) -> tuple[Actor, Actor]:
    """Two quality managers of the farm who have the same name."""
    owned_places(world)
    world.harvested("H1")
    world.later(minutes=1)
    return member(world, FARM, Role.QUALITY_MANAGER), member(
        world, FARM, Role.QUALITY_MANAGER, name="Lin  fang"
    )


def test_a_hold_ends_by_two_people_even_of_one_name_and_neither_is_named_in_the_clear(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    first, second = managers
    hold(world, first, "H1")
    one = wish(world, first, "H1")
    assert world.holds(lot("H1")) == ["manual"]

    assert refusal(lambda: approve(world, first, one)) == "same_person"
    approve(world, second, one)

    assert world.holds(lot("H1")) == []
    assert refusal(lambda: approve(world, second, one)) == "already_decided"
    with world.read() as db:
        leaves = [bytes(leaf) for leaf in db.execute(select(t.entry.c.leaf)).scalars()]
        assert len(json.loads(leaves[-1])["signed"]["approvals"]) == 2
        assert not [leaf for leaf in leaves if b"Lin" in leaf or b"petrol" in leaf or b"diesel" in leaf]
        acts = list(db.execute(select(Deed.act).order_by(Deed.id)).scalars())
    assert acts == ["hold_lot", "wish_release", "approve_release"]
    check_ledger(world)


def test_a_first_approval_can_be_taken_back_and_is_asked_for_once(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    first, second = managers
    hold(world, first, "H1")
    one = wish(world, first, "H1")

    assert refusal(lambda: wish(world, second, "H1")) == "already_waits"
    with writing(world.log.engine) as db:
        releases.withdraw_release(db, second, one, world.clock.now)

    assert world.holds(lot("H1")) == ["manual"]
    assert wish(world, second, "H1") > one


def test_who_may_not_release_is_refused_and_a_release_of_others_is_not_there(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    first, _ = managers
    hold(world, first, "H1")
    one = wish(world, first, "H1")
    stranger = member(world, PACKER, Role.QUALITY_MANAGER, name="Wu Ming")

    assert refusal(lambda: approve(world, stranger, one)) == "no_such_wish"
    assert (
        refusal(lambda: approve(world, member(world, FARM, Role.SUPPLIER, name="Gu"), one)) == "not_allowed"
    )
    assert refusal(lambda: wish(world, stranger, "H1")) == "unknown_lot"


def test_a_hold_of_the_operator_ends_by_the_operator(world: World, managers: tuple[Actor, Actor]) -> None:
    hold(world, member(world, OPERATOR, Role.OPERATOR, name="Op One"), "H1")

    assert refusal(lambda: wish(world, managers[0], "H1")) == "not_your_hold"

    one = wish(world, member(world, OPERATOR, Role.OPERATOR, name="Op Two"), "H1")
    approve(world, member(world, OPERATOR, Role.OPERATOR, name="Op Three"), one)
    assert world.holds(lot("H1")) == []
    check_ledger(world)


def test_the_queue_shows_holds_and_findings_of_ones_own_lots(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    hold(world, managers[0], "H1")
    world.record("receiving", by=PACKER, place=PACKHOUSE, portions=(portion(lot("P9"), "3"),))

    with world.read() as db:
        assert [(line.code, line.because) for line in open_holds(db, FARM.party_uri)] == [("H1", "manual")]
        assert open_holds(db, PACKER.party_uri) == []
        assert {line.because for line in open_findings(db, PACKER.party_uri)} >= {"unknown_origin"}
        assert "P9" not in {line.code for line in open_findings(db, FARM.party_uri)}
        assert {line.code for line in open_findings(db, None)} >= {"H1", "P9"}


def sold(world: World) -> None:
    """The farm's lot is partly packed by the packer, and some of that is on its way to the shop."""
    world.record("shipping", to_place=PACKHOUSE, carrier=PACKER, portions=(portion(lot("H1"), "900"),))
    world.record("receiving", by=PACKER, place=PACKHOUSE, portions=(portion(lot("H1"), "900"),))
    world.record("initial_packing", by=PACKER, place=PACKHOUSE, inputs=(portion(lot("H1"), "500"),),
                 outputs=(portion(lot("P1"), "500"),))  # fmt: skip
    world.record(
        "shipping", by=PACKER, place=PACKHOUSE, to_place=STORE, portions=(portion(lot("P1"), "100"),)
    )


def test_a_rehearsal_shows_ones_own_lots_and_counts_those_of_others(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    sold(world)
    with world.read() as db:
        mine = recalling.rehearse(db, managers[0], [lot("H1")], world.log.around.blobs)
        boss = member(world, OPERATOR, Role.OPERATOR, name="Op One")
        all_of_it = recalling.rehearse(db, boss, [lot("H1")], world.log.around.blobs)

    assert ({line.lot for line in mine.lines}, mine.lots, mine.beyond) == ({lot("H1").uri}, 2, 1)
    assert ({line.lot for line in all_of_it.lines}, all_of_it.beyond) == ({lot("H1").uri, lot("P1").uri}, 0)
    assert world.holds(lot("P1")) == []


def test_a_recall_holds_everything_and_every_affected_organisation_answers(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    sold(world)
    packer = member(world, PACKER, Role.WAREHOUSE, name="Wu Ming")
    uri, affected = recall(world, managers[0], "H1")

    assert affected == [FARM.party_uri, PACKER.party_uri, SHOP.party_uri]
    assert world.holds(lot("P1")) == ["recall"]
    with world.read() as db:
        told = db.execute(select(Notice.kind, Notice.account).where(Notice.kind == "recall_begun")).all()
    assert ("recall_begun", packer.account) in [tuple(one) for one in told]
    with world.read() as db:
        assert [one for one, _ in recalling.unanswered(db, PACKER.party_uri)] == [uri]
        assert recalling.unanswered(db, FARM.party_uri) == []
        assert recalling.recalls_for(db, OPERATOR.party_uri) == []
        assert [one.recall for one in recalling.recalls_for(db, PACKER.party_uri)] == [uri]
    with writing(world.log.engine) as db:
        recalling.answer_recall(db, packer, uri, {lot("P1").uri: Decimal(400)}, "set aside", world.clock.now)
        other = {LotId(APPLES, "X").uri: Decimal(1)}
        assert (
            refusal(lambda: recalling.answer_recall(db, packer, uri, other, "", world.clock.now))
            == "unknown_lot"
        )
    with world.read() as db:
        assert [(one.party, one.amounts) for one in recalling.answers_to(db, uri)] == [
            (FARM.party_uri, {}), (SHOP.party_uri, {}), (PACKER.party_uri, {lot("P1").uri: "400"})]  # fmt: skip
        assert recalling.unanswered(db, PACKER.party_uri) == []
        buyer = member(world, OPERATOR, Role.BUYER, name="Qi")
        assert (
            refusal(lambda: recalling.recall_for(db, buyer, uri, world.log.around.blobs)) == "unknown_recall"
        )
    check_ledger(world)


def test_to_recall_lets_nobody_see_what_others_made_of_it_in_list_or_search(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    sold(world)
    recall(world, managers[0], "H1")
    farm, shop = FARM.party_uri, SHOP.party_uri

    with world.read() as db:
        assert [line.code for line in list_lots_of(db, farm)] == ["H1"]
        assert [line.code for line in find_lots(db, farm, None, "P", 10)] == []
        assert [line.code for line in find_lots(db, shop, None, "P", 10)] == ["P1"]  # on its way there
        assert refusal(lambda: lot_line(db, farm, lot("P1").uri)) == "unknown_lot"
        assert lot_line(db, shop, lot("P1").uri).code == "P1"


def test_a_recall_ends_by_two_people_of_who_began_it(world: World, managers: tuple[Actor, Actor]) -> None:
    first, second = managers
    uri, _ = recall(world, first, "H1")
    stranger = member(world, PACKER, Role.QUALITY_MANAGER, name="Wu Ming")

    def end(actor: Actor) -> int:
        with writing(world.log.engine) as db:
            return releases.wish_end_of_recall(
                db, world.log.operator, actor, uri, "no glass", world.clock.now
            )

    assert refusal(lambda: end(stranger)) == "not_your_hold"
    one = end(first)
    world.later(minutes=1)
    assert refusal(lambda: approve(world, first, one)) == "same_person"
    approve(world, second, one)

    assert world.holds(lot("H1")) == []
    check_ledger(world)


def test_what_was_recorded_by_mistake_is_taken_back_once_and_by_who_recorded_it(world: World) -> None:
    owned_places(world)
    grower = member(world, FARM, Role.SUPPLIER)
    done = fill_in(
        world, grower, "harvest", cycle=CYCLE, product=APPLES, code="H1", amount="10", at=at(world)
    )
    blobs = world.log.around.blobs
    with world.read() as db:
        receipt = undo.receipt_of(db, FARM.party_uri, done.submission, blobs, FARM.party_uri)
        assert (receipt.kind, receipt.undo, receipt.used) == ("harvest", "", 0)
        assert (
            refusal(lambda: undo.receipt_of(db, PACKER.party_uri, done.submission, blobs, ""))
            == "no_such_event"
        )

    def take_back(actor: Actor) -> None:
        with world.log.unit_of_work() as uow:
            undo.undo(uow, world.log.operator, actor, done.submission)

    assert refusal(lambda: take_back(member(world, PACKER, Role.SUPPLIER, name="Wu Ming"))) == "no_such_event"
    assert refusal(lambda: take_back(member(world, FARM, Role.BUYER, name="Gu"))) == "not_allowed"
    take_back(grower)

    assert world.balance(lot("H1")).created == 0
    assert refusal(lambda: take_back(grower)) == "already_undone"
    with world.read() as db:
        assert undo.receipt_of(db, FARM.party_uri, done.submission, blobs, FARM.party_uri).undo == "undone"
    check_ledger(world)


def test_what_touches_a_lot_on_hold_says_that_it_cannot_be_taken_back(
    world: World, managers: tuple[Actor, Actor]
) -> None:
    grower = member(world, FARM, Role.SUPPLIER, name="Gu")
    lost = {"lot": f"{APPLES}/H1", "amount": "1", "reason": "rotten", "at": at(world)}
    done = fill_in(world, grower, "loss", **lost)
    hold(world, managers[0], "H1")

    with world.read() as db:
        blobs, party = world.log.around.blobs, FARM.party_uri
        assert undo.receipt_of(db, party, done.submission, blobs, party).undo == "on_hold"


def rows_of(text: str) -> list[SeasonRow]:
    read = read_season(BytesIO(text.encode()), lambda _place: SHANGHAI, "season.csv")
    assert not read.problems, read.problems
    return read.rows


SEASON = f"""kind,cycle,registration,amount,uom,at,portions,gtin,name
product,,,,KGM,,,09520000100049,Pears
input_applied,{CYCLE},PD20260001,1.5,LTR,2026-05-01T08:00+08:00,,,
harvest,{CYCLE},,,,2026-05-30T08:00+08:00,09520000100018/S1=5 KGM,,
"""


def test_a_member_records_a_season_of_her_own_organisation(world: World) -> None:
    owned_places(world)
    grower = member(world, FARM, Role.SUPPLIER)
    rows = rows_of(SEASON)

    with world.log.unit_of_work() as uow:
        write_rows(uow, rows, as_member(world.log.operator, grower))

    assert world.balance(lot("S1")).created == 5
    check_ledger(world)


def test_every_row_of_others_is_refused_with_its_row_and_nothing_is_recorded(world: World) -> None:
    owned_places(world)
    packer = member(world, PACKER, Role.SUPPLIER, name="Wu Ming")
    rows = rows_of(
        "kind,by,cycle,registration,at,portions,reason,gln,name,zone,lots\n"
        f"input_applied,,{CYCLE},PD20260001,2026-05-01T08:00+08:00,,,,,,\n"
        f"harvest,{FARM},{CYCLE},,2026-05-30T08:00+08:00,09520000100018/S1=5 KGM,,,,,\n"
        "hold,,,,2026-05-30T08:00+08:00,,why,,,,09520000100018/S1\n"
        "place,,,,,,,9520000001001,Mine,Asia/Shanghai,\n"
    )

    with pytest.raises(LotproofError) as caught, world.log.unit_of_work() as uow:
        write_rows(uow, rows, as_member(world.log.operator, packer))

    assert sorted((one.where, one.code) for one in caught.value.problems) == [
        ("row 2", "unknown_lot"), ("row 3", "other_organisation"), ("row 4", "not_in_a_file"),
        ("row 5", "recorded_by_another")]  # fmt: skip
    check_ledger(world)
