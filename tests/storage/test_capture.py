"""Documents from outside: kept as evidence, judged, resumable. On both databases."""

from __future__ import annotations

import copy
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from lotproof.epcis.vocabulary import STEP_APPLYING_INPUT
from lotproof.ledger import tables as t
from lotproof.lots import capture as capturing
from lotproof.lots import trace
from lotproof.lots.acts import hold, record
from lotproof.lots.capture import apply_job, capture, open_job, stage, unfinished
from lotproof.lots.capture_models import StagedEvent
from lotproof.lots.drafting import Author
from lotproof.lots.events import Query, find_events, full_event, signed_of
from lotproof.lots.models import EventRow
from lotproof.lots.native import Fact
from support.captured import CONTEXT, checked, codes, harvest, taken
from support.world import (
    CASES,
    CYCLE,
    FARM,
    OPERATOR,
    ORCHARD,
    PACKER,
    SEEDS,
    SPRAY,
    World,
    check_ledger,
    lot,
    portion,
)


def test_a_document_is_taken_once_however_often_it_comes(world: World) -> None:
    first = taken(world, harvest(), harvest("X2"))
    again = taken(world, harvest("X2"), harvest())

    assert (first.state, first.entries, first.repeated) == ("done", 2, 0)
    assert (again.state, again.entries, again.repeated) == ("done", 0, 2)
    check_ledger(world)


def test_one_bad_event_rolls_the_whole_document_back(world: World) -> None:
    events = checked([harvest(), harvest("X2")], bad=[1])

    found = capture(world.log, FARM.party_uri, events, dict)

    assert (found.state, found.entries, [p.code for p in found.errors]) == ("failed", 0, ["unknown_biz_step"])
    with world.read() as db:
        assert db.execute(select(func.count()).select_from(StagedEvent)).scalar_one() == 0
        assert db.execute(select(func.count()).select_from(EventRow)).scalar_one() == 0
    check_ledger(world)


def test_proceed_keeps_the_good_events(world: World) -> None:
    events = checked([harvest(), harvest("X2")], bad=[0])

    found = capture(world.log, FARM.party_uri, events, dict, "proceed")

    assert (found.state, found.entries, len(found.errors)) == ("done", 1, 1)
    assert world.balance(lot("X2")).created == 100
    check_ledger(world)


def test_a_stopped_job_goes_on_where_it_was(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(capturing, "CHUNK", 3)
    job = open_job(world.log, FARM.party_uri)
    stage(world.log, job, checked([harvest(f"X{n}") for n in range(10)]), dict)
    calls = 0
    real = capturing.enter

    def fails_at_the_eighth(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 8:
            raise OSError("the disk went away")
        return real(*args)

    monkeypatch.setattr(capturing, "enter", fails_at_the_eighth)
    with pytest.raises(OSError, match="disk"):
        apply_job(world.log, job)
    monkeypatch.setattr(capturing, "enter", real)
    assert unfinished(world.log) == [job]

    found = apply_job(world.log, job)

    assert (found.state, found.entries, found.repeated) == ("done", 10, 0)
    assert unfinished(world.log) == []
    check_ledger(world)


def test_a_second_creation_at_the_same_time_and_place_holds_the_lot(world: World) -> None:
    reference = [{"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9520000000011:1"}]

    found = taken(world, harvest(), harvest(bizTransactionList=reference))

    assert "possible_duplicate" in codes(found)
    assert world.holds(lot("X1")) == ["possible_duplicate"]
    check_ledger(world)


def test_one_event_id_for_two_contents_is_kept_and_held(world: World) -> None:
    same = {"eventID": "urn:uuid:4898a223-216a-4f46-9e18-338ccf6fa3ba"}

    found = taken(world, harvest(**same), harvest("X2", **same))

    assert found.entries == 2
    assert codes(found) == ["event_id_conflict"]
    with world.read() as db:
        first, _ = find_events(db, Query(event_id=same["eventID"], limit=1))
    assert first[0].event["quantityList"][0]["epcClass"] == lot("X1").uri
    check_ledger(world)


def test_an_offset_that_contradicts_its_time_is_a_gap(world: World) -> None:
    found = taken(world, harvest(eventTimeZoneOffset="+07:00"))

    assert codes(found) == ["offset_mismatch"]
    assert world.holds(lot("X1")) == []
    check_ledger(world)


def test_a_captured_circle_is_kept_found_and_held(world: World) -> None:
    def turn(src: str, dst: str, hour: int) -> dict[str, Any]:
        sides = {"inputQuantityList": src, "outputQuantityList": dst}
        lists = {side: [{"epcClass": lot(c).uri, "quantity": 10, "uom": "KGM"}] for side, c in sides.items()}
        return {"type": "TransformationEvent", "eventTime": f"2026-05-02T{hour:02}:00:00+08:00",
                "eventTimeZoneOffset": "+08:00", "bizStep": "repackaging"} | lists  # fmt: skip

    found = taken(
        world,
        harvest(),
        turn("X1", "X2", 10),
        turn("X2", "X3", 11),
        turn("X3", "X1", 12),
        turn("X3", "X3", 13),
    )

    assert found.entries == 5
    assert codes(found).count("cycle") == 2
    with world.read() as db:
        up = trace.trace_lot(db, lot("X1").uri, "up")
    assert {one.uri for one in up.lots} == {lot(c).uri for c in ("X1", "X2", "X3")}
    check_ledger(world)


def test_private_parts_leave_the_clear_and_come_back_for_those_who_may_read(world: World) -> None:
    reference = [{"type": "inv", "bizTransaction": "urn:epcglobal:cbv:bt:9520000000011:SECRET-77"}]
    event = harvest(bizTransactionList=reference, **{"shop:price": "12.50", "ilmd": {"shop:grower": "张三"}})
    taken(world, event)

    with world.read() as db:
        leaves = b"".join(db.execute(select(t.entry.c.leaf)).scalars())
        submission = db.execute(select(EventRow.submission)).scalar_one()
        assert len(signed_of(db, submission)["_sd"]) == 3
        assert full_event(db, submission, None) == event | {"@context": CONTEXT}
    for secret in ("SECRET-77", "12.50", "张三"):
        assert secret.encode() not in leaves
    check_ledger(world)


def test_names_of_those_who_approved_are_not_on_the_log(world: World) -> None:
    apples = world.harvested()
    for kind, people in (("hold", ()), ("release", ("Zhang San", "Li Si"))):
        fact = Fact(kind, world.later(minutes=1), lots=(apples,), reason="因为")
        record(world.log, Author(FARM.party_uri, approvals=people), fact)

    with world.read() as db:
        leaves = b"".join(db.execute(select(t.entry.c.leaf)).scalars())
    assert b'"approvals":[{"at":' in leaves
    for secret in ("Zhang", "Li Si", "因为"):
        assert secret.encode() not in leaves
    check_ledger(world)


def test_a_long_list_of_serials_is_kept_as_a_blob(world: World) -> None:
    serials = [f"https://id.gs1.org/01/{CASES}/10/C1/21/{n}" for n in range(500)]
    event = harvest(epcList=serials)
    del event["quantityList"]
    taken(world, event)

    assert world.balance(lot("C1", CASES)).created == 500
    with world.read() as db:
        submission = db.execute(select(EventRow.submission)).scalar_one()
        assert signed_of(db, submission)["event"]["epcList"]["count"] == 500
        assert full_event(db, submission, world.log.around.blobs)["epcList"] == serials
    check_ledger(world)


def test_an_event_about_more_than_200_lots_is_refused_before_anything_is_applied(world: World) -> None:
    many = [{"epcClass": lot(f"L{n}").uri, "quantity": 1, "uom": "KGM"} for n in range(201)]

    found = taken(world, harvest(), harvest(quantityList=many))

    assert (found.state, found.entries) == ("failed", 0)
    assert [(p.where, p.code) for p in found.errors] == [("$.epcisBody.eventList[1]", "event_too_large")]
    check_ledger(world)


def test_an_outside_correction_voids_the_event_it_repeats(world: World) -> None:
    declared = {"declarationTime": "2026-05-03T09:00:00+08:00", "reason": "incorrect_data"}

    found = taken(world, harvest(), harvest(errorDeclaration=declared), harvest(kg=90))

    assert found.entries == 3
    assert world.balance(lot("X1")).created == 90
    with world.read() as db:
        correction = db.execute(
            select(EventRow.submission).where(EventRow.corrects.is_not(None))
        ).scalar_one()
        assert len(signed_of(db, correction)["corrects"]) == 64
    check_ledger(world)


def test_an_outside_correction_of_nothing_leaves_a_gap(world: World) -> None:
    declared = {"declarationTime": "2026-05-03T09:00:00+08:00", "reason": "incorrect_data"}

    found = taken(world, harvest(errorDeclaration=declared))

    assert codes(found) == ["correction_without_original"]
    check_ledger(world)


def test_a_twin_carries_on_when_the_first_of_two_parties_corrects(world: World) -> None:
    declared = {"declarationTime": "2026-05-03T09:00:00+08:00", "reason": "incorrect_data"}
    taken(world, harvest())
    taken(world, harvest(), party=PACKER.party_uri)
    taken(world, harvest(errorDeclaration=declared))
    assert world.balance(lot("X1")).created == 100
    check_ledger(world)

    taken(world, harvest(errorDeclaration=declared), party=PACKER.party_uri)

    assert world.balance(lot("X1")).created == 0
    check_ledger(world)


def test_a_release_from_outside_releases_nothing(world: World) -> None:
    reference = [{"type": "po", "bizTransaction": "x"}]
    taken(world, harvest(), harvest(bizTransactionList=reference))
    unset = harvest(action="OBSERVE", bizStep="other", persistentDisposition={"unset": ["non_sellable_other"]},
                    eventTime="2026-06-01T09:00:00+08:00")  # fmt: skip

    taken(world, unset)

    assert world.holds(lot("X1")) == ["possible_duplicate"]
    check_ledger(world)


def test_only_those_who_take_part_find_an_event(world: World) -> None:
    taken(world, harvest())

    with world.read() as db:
        assert len(find_events(db, Query(reader=FARM.party_uri))[0]) == 1
        assert find_events(db, Query(reader=PACKER.party_uri))[0] == []
        assert (
            len(find_events(db, Query(lots=[lot("X1").uri], biz_steps=["creating_class_instance"]))[0]) == 1
        )
        assert find_events(db, Query(lots=[lot("X2").uri]))[0] == []
    check_ledger(world)


def test_events_come_in_pages(world: World) -> None:
    taken(world, *(harvest(f"X{n}") for n in range(7)))

    seen, after, pages = [], -1, 0
    with world.read() as db:
        while after is not None:
            page, after = find_events(db, Query(after=after, limit=3))
            seen += [one.event["quantityList"][0]["epcClass"] for one in page]
            pages += 1

    assert seen == [lot(f"X{n}").uri for n in range(7)]
    assert pages == 3
    check_ledger(world)


def test_what_a_stranger_takes_too_much_of_holds_the_lot_but_stays(world: World) -> None:
    sale = harvest(kg=101, action="OBSERVE", bizStep="retail_selling", eventTime="2026-05-02T09:00:00+08:00")

    found = taken(world, harvest(), sale)

    assert codes(found) == ["more_taken_than_exists"]
    assert world.balance(lot("X1")).on_hand == Decimal(-1)
    assert not world.balance(lot("X1")).balanced
    check_ledger(world)


def test_a_job_belongs_to_the_party_that_opened_it(world: World) -> None:
    job = open_job(world.log, FARM.party_uri)

    assert capturing.get_job(world.log, job).party == FARM.party_uri
    assert copy.copy(capturing.job_state(world.log, job)).state == "staging"
    portion(lot("X"), "1")
    assert OPERATOR != FARM


def test_two_documents_about_the_same_lots_in_opposite_order_both_arrive(world: World) -> None:
    def events(n: int) -> list[dict[str, Any]]:
        order = range(30) if n % 2 else range(29, -1, -1)
        return [harvest(f"X{i}", kg=n + 1, eventTime=f"2026-05-0{n + 1}T09:00:00+08:00") for i in order]

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda n: taken(world, *events(n)), range(4)))

    assert [(one.state, one.entries) for one in found] == [("done", 30)] * 4
    assert all(world.balance(lot(f"X{i}")).created == 10 for i in range(30))
    check_ledger(world)


def test_what_a_document_makes_of_a_held_lot_is_held_too(world: World) -> None:
    apples = world.harvested("X9")
    hold(world.log, Author(FARM.party_uri), [apples], "x")
    later = world.later(hours=1).isoformat()
    pack = {
        "type": "TransformationEvent", "eventTime": later, "eventTimeZoneOffset": "+00:00", "bizStep": "repackaging",
        "inputQuantityList": [{"epcClass": apples.uri, "quantity": 5, "uom": "KGM"}],
        "outputQuantityList": [{"epcClass": lot("C9", CASES).uri, "quantity": 5, "uom": "KGM"}],
    }  # fmt: skip

    taken(world, pack)

    assert world.holds(lot("C9", CASES)) == ["held_lot_moved"]
    assert world.holds(apples) == ["held_lot_moved", "manual"]
    check_ledger(world)


def test_a_finding_of_an_event_that_a_twin_carries_on_stands(world: World) -> None:
    sale = harvest(kg=101, action="OBSERVE", bizStep="retail_selling", eventTime="2026-05-02T09:00:00+08:00")
    taken(world, harvest(), sale)
    taken(world, sale, party=PACKER.party_uri)

    declared = {"errorDeclaration": {"declarationTime": "2026-05-03T09:00:00Z", "reason": "did_not_occur"}}
    author = Author(FARM.party_uri, approvals=("A", "B"))
    with world.log.unit_of_work() as uow:
        capturing.enter(uow, world.log.operator, author, {"@context": CONTEXT, **sale, **declared})

    assert world.balance(lot("X1")).on_hand == -1
    assert "more_taken_than_exists" in world.findings(lot("X1"))
    check_ledger(world)


def test_an_event_that_cannot_be_read_stops_no_job_though_it_stands_alone(world: World) -> None:
    world.record("planting", place=ORCHARD, cycle=CYCLE, crop="apple", inputs=())
    spray = {
        "type": "TransformationEvent",
        "eventTime": "2026-06-01T09:00:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "transformationID": CYCLE,
        "bizStep": STEP_APPLYING_INPUT,
        "inputQuantityList": [{"epcClass": lot("S9", SEEDS).uri, "quantity": 1, "uom": "LTR"}],
        "lotproof:registration": SPRAY,
        "lotproof:endedAt": "yesterday",
    }

    found = taken(world, spray)

    assert (found.state, found.entries, len(found.errors)) == ("done", 0, 1)
    check_ledger(world)


def test_a_hold_from_outside_may_state_any_reason_code(world: World) -> None:
    held = harvest(action="OBSERVE", bizStep="holding", eventTime="2026-05-02T09:00:00+08:00",
                   disposition="non_sellable_other", **{"lotproof:code": "x" * 60})  # fmt: skip
    held["persistentDisposition"] = {"set": ["non_sellable_other"]}

    taken(world, harvest(), held)

    assert world.holds(lot("X1")) == ["manual"]
    check_ledger(world)


@pytest.mark.parametrize("changes", [
    {"action": "OBSERVE", "bizStep": "shipping", "destinationList": [
        {"type": "owning_party", "destination": PACKER.party_uri}]},
    {"type": "TransactionEvent", "bizStep": "accepting", "bizTransactionList": [
        {"type": "po", "bizTransaction": "urn:epcglobal:cbv:bt:9520000000028:1"}], "sourceList": [
        {"type": "possessing_party", "source": PACKER.party_uri}]},
    {"lotproof:plot": {"owner": "952 000 0028"}},
], ids=["new owner", "transaction", "nested extension"])  # fmt: skip
def test_owners_and_what_is_nested_in_extensions_stay_out_of_the_leaf(
    world: World, changes: dict[str, Any]
) -> None:
    taken(world, harvest(**changes))

    with world.read() as db:
        leaf = db.execute(select(t.entry.c.leaf).order_by(t.entry.c.entry_index.desc()).limit(1)).scalar_one()
        submission = db.execute(select(EventRow.submission)).scalars().all()[0]
        whole = full_event(db, submission, world.log.around.blobs)
    assert PACKER.digits.encode() not in leaf
    assert b"952 000 0028" not in leaf
    assert changes.items() <= whole.items()
    check_ledger(world)
