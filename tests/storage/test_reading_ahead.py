"""Events that work in a row, which ask and write together, come to the same rows as one by one."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from lotproof.ledger import tables as t
from lotproof.lots import replaying
from lotproof.lots.capture import capture
from lotproof.lots.comparing import COMPARED
from lotproof.lots.models import Lot
from lotproof.lots.projections import verify_projections
from lotproof.lots.rebuild import rebuild
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.engine import writing
from support.captured import harvest
from support.served import CONTEXT
from support.world import (
    CASES,
    CYCLE,
    FARM,
    ORCHARD,
    PACKER,
    PACKHOUSE,
    PALLET,
    SHOP,
    World,
    check_ledger,
    lot,
    portion,
)


def in_a_row(world: World) -> World:
    """Let many plain events follow each other, in which each thing that is asked ahead is told by another of them."""
    for code in ("R1", "R2"):
        world.harvested(code)
    for n in range(3):  # a finding that is told once, and totals that grow
        world.record("sale", portions=(portion(lot("R1"), str(10 + n)),), place=ORCHARD, buyer=SHOP)
    world.record("inspection", lots=(lot("R2"),), verdict="pass")
    world.record("sale", portions=(portion(lot("R2"), "5"),), place=ORCHARD, buyer=SHOP)
    world.record("initial_packing", by=PACKER, place=PACKHOUSE, inputs=(portion(lot("R2"), "100"),),
                 outputs=(portion(lot("RC", CASES), "100"),))  # fmt: skip
    world.record("aggregate", by=PACKER, place=PACKHOUSE, container=PALLET,
                 portions=(portion(lot("RC", CASES), "60"),))  # fmt: skip
    world.record("shipping", by=PACKER, place=PACKHOUSE, containers=(PALLET,), buyer=SHOP)
    events = [  # twins, one eventID of two contents, more taken than exists, and what no lot holds
        (FARM, harvest()),
        (PACKER, harvest()),
        (FARM, harvest(eventID="urn:uuid:00000000-0000-4000-8000-000000000009", action="OBSERVE")),
        (PACKER, harvest(eventID="urn:uuid:00000000-0000-4000-8000-000000000009", action="OBSERVE", bizStep="storing")),
        (PACKER, harvest(eventTime="2026-05-01T08:00:00+08:00")),
        (FARM, harvest(eventTime="2026-05-02T08:00:00+08:00", bizStep="retail_selling", action="OBSERVE")),
    ]  # fmt: skip
    for party, event in events:
        capture(world.log, party.party_uri, [(0, "$", event, [])], lambda: {"@context": CONTEXT})
    return world


def rows(world: World) -> dict[str, list[str]]:
    """Every derived row; lots by their URI, as a rebuild numbers them anew."""
    with world.read() as db:
        uris = {row.id: row.uri for row in db.execute(select(Lot.id, Lot.uri))}
        found: dict[str, list[str]] = {}
        for how in COMPARED:
            for row in db.execute(select(*(how.table.c[name] for name in how.columns))).mappings():
                told = {name: uris.get(value) if name in how.lots else value for name, value in row.items()}
                found.setdefault(how.table.name, []).append(repr(told))
        return {name: sorted(some) for name, some in found.items()}


def rebuilt(world: World, worth_it: int, monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """The derived rows after a rebuild in which so many events in a row ask together."""
    monkeypatch.setattr(replaying, "_WORTH_IT", worth_it)
    with writing(world.log.engine) as db:
        rebuild(db, world.log.around.blobs)
    return rows(world)


def test_what_the_ledger_wrote_is_what_a_rebuild_writes(world: World) -> None:
    check_ledger(in_a_row(world))


@pytest.mark.parametrize("in_a_copy", [False, True])
def test_asking_together_and_one_by_one_come_to_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch, in_a_copy: bool
) -> None:
    in_a_row(world)
    if in_a_copy:  # which has no digests of contents
        with writing(world.log.engine) as db:
            for row in db.execute(select(t.entry)).all():
                known = update(t.submission).where(t.submission.c.id == row.submission)
                db.execute(known.values(content=leaf_hash(row.leaf)))

    one_by_one = rebuilt(world, 1_000_000, monkeypatch)
    together = rebuilt(world, 1, monkeypatch)

    assert together == one_by_one
    assert len(together["event"]) > 15
    assert together["hold"], "something contradicted itself"
    with world.read() as db:
        assert verify_projections(db, world.log.around.blobs).ok


def test_an_event_that_follows_at_once_sees_what_the_one_before_did(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows that wait are written before anything is asked."""
    for n in range(6):
        world.record("harvest", place=ORCHARD, portions=(portion(lot("S"), str(100 + n)),), cycle=CYCLE)
    world.record("loss", portions=(portion(lot("S"), "615"),), reason="frost")

    rebuilt(world, 1, monkeypatch)

    assert world.balance(lot("S")).on_hand == 0
    check_ledger(world)
