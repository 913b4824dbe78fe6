"""A farmer asks to be forgotten: nothing of him is left anywhere, and every proof still holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert, select, update

from lotproof.instance import erase_again
from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger import tables as t
from lotproof.ledger.erasing import replay_due
from lotproof.ledger.log_source import DatabaseSource
from lotproof.lots.acts import correct, release
from lotproof.lots.bundles import make_bundle
from lotproof.lots.capture_models import CaptureJob
from lotproof.lots.drafting import Author
from lotproof.lots.entering import enter
from lotproof.lots.erasure.act import erase, look
from lotproof.lots.erasure.retention import apply_retention, due, rules
from lotproof.lots.erasure.scrubbing import scrub_private
from lotproof.lots.events import Query, find_events
from lotproof.lots.native import Fact, build_event
from lotproof.lots.projections import verify_projections
from lotproof.lots.recall import recall
from lotproof.lots.telling import page_key, tell_story
from lotproof.parties.actions import register_party
from lotproof.parties.api_keys import create_api_key, list_api_keys
from lotproof.parties.models import Record
from lotproof.parties.records import get_record
from lotproof.proof import bundle
from lotproof.storage.base import table_of
from lotproof.storage.engine import writing
from support.traces_left import found_in
from support.world import OPERATOR, ORCHARD, SHOP, World, check_ledger, lot, portion

FARMER = Gln("9520000000042")
NAME, NAME_ZH, PHONE = "Ørjan Blåbær-Grower", "马可农𠮷", "+86 10 5550 1234"
MARKS = (NAME, NAME_ZH, PHONE, "blue tractor")
BODY = {"names": {"en": NAME, "zh_Hans": NAME_ZH}, "phone": PHONE, "person": True}
TWO = Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))


@pytest.fixture
def farm(world: World) -> World:
    """A world with a farmer who picked apples, sold some, and is spoken of by others."""
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, FARMER, {**BODY, "phone": "+86 10 5550 0000"})
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, FARMER, BODY)
    world.record("harvest", by=FARMER, place=ORCHARD, portions=(portion(lot("H1"), "1000"),),
                 cycle="urn:uuid:6d0d2d0e-0000-4000-8000-000000000009", note="with the blue tractor")  # fmt: skip
    world.record("sale", by=FARMER, portions=(portion(lot("H1"), "10"),), buyer=SHOP,
                 references={"po": "4711"})  # fmt: skip
    world.record("storage", lots=(lot("H1"),), note=f"{NAME.upper()} said so")
    world.record("sampling", lots=(lot("H1"),), note="delivered by nobody in particular")
    with writing(world.log.engine) as db:
        create_api_key(db, FARMER.party_uri, ["capture"], world.clock.now, world.entropy)
    world.log.publish()
    return world


def notes(world: World) -> list[Any]:
    """The values that can still be opened."""
    with world.read() as db:
        return list(db.execute(select(t.disclosure.c.value)).scalars())


def erased(world: World) -> tuple[int, ...]:
    """Erase the farmer, and return where that stands."""
    world.later(minutes=1)
    entries = erase(world.log, TWO, FARMER.party_uri).entries
    assert scrub_private(world.log.engine)
    world.log.publish()
    return entries


def code_of(world: World, party: str | None, texts: tuple[str, ...] = (), author: Author = TWO) -> str:
    """The code with which an erasure is refused."""
    with pytest.raises(LotproofError) as refused:
        erase(world.log, author, party, texts)
    assert not any(mark in str(refused.value.as_dict()) for mark in MARKS)
    return refused.value.code


def test_nothing_is_left_of_whoever_is_erased_in_any_table_or_file(farm: World, tmp_path: Path) -> None:
    before = found_in(farm.log.engine, tmp_path, MARKS)

    erased(farm)

    assert "table log_disclosure" in before
    assert "table record" in before
    assert found_in(farm.log.engine, tmp_path, MARKS) == []
    check_ledger(farm)


def test_every_proof_still_holds_and_says_the_same_as_before(farm: World) -> None:
    with farm.read() as db:
        before = list(db.execute(select(t.entry.c.leaf).order_by(t.entry.c.entry_index)).scalars())

    (entry,) = erased(farm)

    with farm.read() as db:
        after = list(db.execute(select(t.entry.c.leaf).order_by(t.entry.c.entry_index)).scalars())
        assert bundle.check(make_bundle(db, lot("H1")), farm.log.verifier_key).ok
    assert after[: len(before)] == before
    signed = json.loads(after[entry])["signed"]
    assert signed["erase"]["party"] == FARMER.party_uri
    assert signed["by"] == OPERATOR.party_uri
    assert len(signed["approvals"]) == 2
    assert not any(mark in after[entry].decode() for mark in ("Ann", "Bo", *MARKS))
    check_ledger(farm)


def test_page_events_and_records_say_that_it_is_erased(farm: World) -> None:
    with farm.read() as db:
        key, named = page_key(db, lot("H1"), farm.clock.now), tell_story(db, lot("H1")).journey[0].recorded_by

    erased(farm)

    with farm.read() as db:
        after = tell_story(db, lot("H1")).journey[0].recorded_by
        found, _ = find_events(db, Query(lots=[lot("H1").uri]))
        assert get_record(db, "party", FARMER.party_uri) == {"person": True}
        assert page_key(db, lot("H1"), farm.clock.now) != key
        assert list_api_keys(db) == []
    assert (named.names, named.erased) == (BODY["names"], False)
    assert (after.names, after.erased) == ({}, True)
    assert [one.erased for one in found] == [1, 1, 1, 0]
    assert farm.balance(lot("H1")).sold == 10


def test_what_others_keep_and_what_a_recall_needs_is_not_taken(farm: World) -> None:
    plan = look(farm.log, FARMER.party_uri)
    erased(farm)

    assert sorted(part.kind for part in plan.parts) == [
        "documents", "names", "names", "phones", "phones", "texts", "texts",
    ]  # fmt: skip
    assert "delivered by nobody in particular" in notes(farm)
    with farm.read() as db:
        owners = select(t.disclosure.c.name).where(t.disclosure.c.name.like("/event/%List/%"))
        assert len(db.execute(owners).all()) >= 1


def test_a_dry_run_changes_nothing(farm: World) -> None:
    before = notes(farm)

    look(farm.log, FARMER.party_uri)

    assert notes(farm) == before


def test_erased_twice_is_erased_once(farm: World) -> None:
    (first,) = erased(farm)
    with farm.read() as db:
        size = DatabaseSource(db).size

    again = erased(farm)

    with farm.read() as db:
        assert DatabaseSource(db).size == size
    assert again == ()
    assert first


def test_what_was_erased_is_not_recognised_when_it_comes_again(farm: World) -> None:
    with farm.read() as db:
        before = set(db.execute(select(t.submission.c.content)).scalars())
    erased(farm)
    with farm.log.unit_of_work() as uow:
        register_party(uow, farm.log.operator, FARMER, BODY)

    with farm.read() as db:
        after = set(db.execute(select(t.submission.c.content)).scalars())
        assert get_record(db, "party", FARMER.party_uri) == BODY  # whoever comes back is written down again
    assert len(before - after) == 5
    assert erased(farm)


def test_an_event_with_erased_parts_can_still_be_corrected(farm: World) -> None:
    with farm.read() as db:
        found, _ = find_events(db, Query(lots=[lot("H1").uri]))
    erased(farm)

    declared, _ = correct(farm.log, Author(FARMER.party_uri), found[1].index, "did_not_occur")

    assert declared.index is not None
    assert farm.balance(lot("H1")).sold == 0
    check_ledger(farm)


def test_who_may_not_be_erased_is_refused(farm: World) -> None:
    one_alone = Author(OPERATOR.party_uri, approvals=("Ann", "ann "))

    assert code_of(farm, FARMER.party_uri, author=one_alone) == "two_people_needed"
    assert code_of(farm, OPERATOR.party_uri) == "erase_operator"
    assert code_of(farm, SHOP.party_uri) == "not_a_person"
    assert code_of(farm, "https://id.gs1.org/417/9520000000059") == "unknown_party"
    assert code_of(farm, None, (" ",)) == "nobody_named"
    assert code_of(farm, None, ("Nobody Atall",)) == "nothing_to_erase"


def test_whoever_must_still_be_told_of_a_recall_is_not_erased_before(farm: World) -> None:
    farm.record(
        "harvest",
        place=ORCHARD,
        portions=(portion(lot("R1"), "100"),),
        cycle="urn:uuid:6d0d2d0e-0000-4000-8000-000000000008",
    )  # noqa: E501
    farm.record("sale", portions=(portion(lot("R1"), "10"),), buyer=FARMER)
    farm.later(minutes=1)
    recall(farm.log, Author(OPERATOR.party_uri), [lot("R1")], "residue")

    owed = code_of(farm, FARMER.party_uri)
    farm.later(minutes=1)
    release(farm.log, TWO, [lot("R1")], "told", ends_recall=True)

    assert owed == "recall_owed"
    assert erased(farm)
    check_ledger(farm)


def test_documents_that_wait_are_applied_before_anybody_is_erased(farm: World) -> None:
    job = {"id": "j1", "party": FARMER.party_uri, "behaviour": "rollback", "state": "staged", "header": {},
           "created_at": farm.clock.now, "errors": []}  # fmt: skip
    with writing(farm.log.engine) as db:
        db.execute(insert(CaptureJob), job)

    waits = code_of(farm, FARMER.party_uri)
    with writing(farm.log.engine) as db:
        db.execute(update(CaptureJob).values(state="done", errors=[{"message": NAME}]))

    assert waits == "documents_waiting"
    assert erased(farm)
    with farm.read() as db:
        assert db.execute(select(CaptureJob.id)).all() == []


def test_somebody_who_is_no_party_is_erased_by_name(farm: World) -> None:
    farm.record("hold", lots=(lot("H1"),), reason="王小明 looked at it", code="manual")
    farm.later(minutes=1)
    release(farm.log, Author(OPERATOR.party_uri, approvals=("王小明", "Zoë Smith")), [lot("H1")], "fine")

    plan = look(farm.log, None, ["王 小明"])
    done = erase(farm.log, TWO, None, ["王 小明"])

    assert sorted(part.kind for part in plan.parts) == ["people", "texts"]
    assert len(done.entries) == 1
    assert "Zoë Smith" in notes(farm)
    assert not any("王小明" in str(value) for value in notes(farm))
    assert code_of(farm, None, ("Smi",)) == "nothing_to_erase"
    check_ledger(farm)


def test_an_older_copy_of_the_private_tables_is_erased_again_when_it_is_opened(
    farm: World, tmp_path: Path
) -> None:
    private = [t.disclosure, t.submission, table_of(Record)]
    with farm.read() as db:
        copies = [[dict(row._mapping) for row in db.execute(select(table))] for table in private]
    erased(farm)
    with writing(farm.log.engine) as db:
        db.execute(delete(t.erasure_mark))  # the older copy knew of no erasure
        db.execute(delete(t.erased))
        db.execute(delete(t.erased_party))
        for table, rows in zip(private, copies, strict=True):
            if table is t.submission:
                for row in rows:
                    db.execute(update(table).where(table.c.id == row["id"]).values(row))
                continue
            db.execute(delete(table))
            db.execute(insert(table), rows)
    assert found_in(farm.log.engine, tmp_path, MARKS)

    erase_again(farm.log)

    assert found_in(farm.log.engine, tmp_path, MARKS) == []
    with farm.read() as db:
        assert get_record(db, "party", FARMER.party_uri) == {"person": True}
        assert not {row["content"] for row in copies[1]} <= set(
            db.execute(select(t.submission.c.content)).scalars()
        )
    check_ledger(farm)


def test_a_restored_projection_alone_is_erased_again(farm: World, tmp_path: Path) -> None:
    erased(farm)
    erase_again(farm.log)
    with writing(farm.log.engine) as db:
        db.execute(update(Record).where(Record.id == FARMER.party_uri).values(body=BODY))

    erase_again(farm.log)

    assert found_in(farm.log.engine, tmp_path, MARKS) == []


def test_where_nobody_was_erased_opening_asks_little(world: World) -> None:
    erase_again(world.log)

    with world.read() as db:
        assert not replay_due(db)


def test_private_data_goes_when_its_time_is_over(farm: World) -> None:
    for kind, days in (("people", 30), ("documents", 365), ("names", 400), ("phones", 400)):
        farm.master("retention", kind, {"days": days})
    farm.later(days=40)
    assert due(farm.log).is_empty

    farm.later(days=330)
    documents = {part.kind for part in apply_retention(farm.log, TWO).plan.parts}
    farm.later(days=100)
    rest = apply_retention(farm.log, TWO)

    assert documents == {"documents"}
    assert {part.kind for part in rest.plan.parts} == {"names", "phones", "people"}
    with farm.read() as db:
        assert rules(db) == {
            "names": 400, "phones": 400, "people": 30, "documents": 365, "texts": None, "jobs": None,
        }  # fmt: skip
        assert get_record(db, "party", FARMER.party_uri) == {"person": True}
        leaf = db.execute(select(t.entry.c.leaf).where(t.entry.c.entry_index == rest.entries[0])).scalar_one()
    assert json.loads(leaf)["signed"]["erase"]["reason"] == "retention"
    check_ledger(farm)


def test_nobody_but_the_operator_says_how_long_data_is_kept(farm: World) -> None:
    with pytest.raises(LotproofError, match="operators_rule"):
        farm.master("retention", "names", {"days": 1}, by=SHOP)


def test_what_is_derived_is_what_the_log_says_with_and_without_erasures(farm: World) -> None:
    erased(farm)

    with farm.read() as db:
        report = verify_projections(db, farm.log.around.blobs)

    assert report.ok, [one.first for one in report.tables if one.differences]


def test_documents_that_only_the_erased_parts_name_are_removed(farm: World) -> None:
    blobs = farm.log.around.blobs
    his, shared = blobs.put(b"a photo of him"), blobs.put(b"a photo of the orchard")
    for by, document in ((FARMER, his), (FARMER, shared), (SHOP, shared)):
        event = build_event(Fact("storage", farm.later(minutes=1), lots=(lot("H1"),)))
        event["lotproof:photo"] = {"sha256": document, "size": 14, "mediaType": "image/png"}
        with farm.log.unit_of_work() as uow:
            enter(uow, farm.log.operator, Author(by.party_uri), event)

    erased(farm)

    assert (blobs.exists(his), blobs.exists(shared)) == (False, True)
    check_ledger(farm)


def test_reports_of_captured_documents_go_by_their_age(farm: World) -> None:
    job = {"behaviour": "rollback", "state": "done", "header": {}, "errors": [], "party": SHOP.party_uri}
    with writing(farm.log.engine) as db:
        for id in ("old", "new"):
            at = farm.later(days=20)
            db.execute(insert(CaptureJob), {**job, "id": id, "created_at": at, "finished_at": at})
    farm.master("retention", "jobs", {"days": 10})
    farm.later(days=1)

    done = apply_retention(farm.log, TWO)

    assert done.plan.jobs == ["old"]
    with farm.read() as db:
        assert list(db.execute(select(CaptureJob.id)).scalars()) == ["new"]
