"""Bundles from the ledger: the containers that carried a lot, and what a heads entry shows. On both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.kernel.identifiers import Sscc
from lotproof.ledger.heads import state_heads
from lotproof.lots.bundles import make_absence, make_bundle
from lotproof.lots.carriers import carriages
from lotproof.lots.models import Lot
from lotproof.proof.bundle import BundleReport, check
from support.world import PACKHOUSE, STORE, World, check_ledger, lot, portion

CRATE, PALLET = Sscc("095200000000000028"), Sscc("095200000000000011")


def proven(world: World, code: str = "H1") -> BundleReport:
    """What a lot's bundle shows."""
    with world.read() as db:
        data = make_bundle(db, lot(code), heads=world.log.around.heads)
    report = check(data, world.log.verifier_key)
    assert report.ok, report.fault
    return report


def entries(report: BundleReport) -> list[int]:
    """The entries of a bundle."""
    return [index for index, _ in report.entries]


def pack(world: World, container: Sscc, code: str, kg: str = "10") -> int:
    """Put some of a lot into a container; returns the entry."""
    return done(
        world.record("aggregate", place=STORE, container=container, portions=(portion(lot(code), kg),)).index
    )


def done(index: int | None) -> int:
    """The entry of what was recorded."""
    assert index is not None
    return index


def test_a_bundle_holds_what_happened_to_a_container_while_the_lot_was_in_it(world: World) -> None:
    world.harvested("H1")
    world.harvested("H2")
    before = pack(world, CRATE, "H2")
    emptied = done(world.record("disaggregate", place=STORE, container=CRATE).index)
    packed = pack(world, CRATE, "H1")
    shipped = done(world.record("shipping", place=STORE, to_place=PACKHOUSE, container=CRATE).index)
    received = done(world.record("receiving", place=PACKHOUSE, from_place=STORE, container=CRATE).index)
    unpacked = done(world.record("disaggregate", place=PACKHOUSE, container=CRATE).index)
    after = pack(world, CRATE, "H2")

    held = entries(proven(world))

    assert {packed, shipped, received, unpacked} <= set(held)
    assert not {before, emptied, after} & set(held)
    check_ledger(world)


def test_a_bundle_holds_what_happened_to_containers_around_containers(world: World) -> None:
    world.harvested("H1")
    on_pallet = done(world.record("aggregate", place=STORE, container=PALLET, containers=(CRATE,)).index)
    packed = pack(world, CRATE, "H1")
    shipped = done(world.record("shipping", place=STORE, to_place=PACKHOUSE, container=PALLET).index)
    off = done(world.record("disaggregate", place=PACKHOUSE, container=PALLET).index)
    alone = done(world.record("storage", place=PACKHOUSE, container=PALLET).index)

    held = entries(proven(world))

    assert {on_pallet, packed, shipped, off} <= set(held)
    assert alone not in held
    check_ledger(world)


def test_a_lot_is_carried_only_for_as_long_as_all_around_it_was(world: World) -> None:
    world.harvested("H1")
    pack(world, CRATE, "H1")
    began = world.clock.now
    world.record("aggregate", place=STORE, container=PALLET, containers=(CRATE,))
    world.record("disaggregate", place=STORE, container=CRATE)
    ended = world.clock.now
    world.record("shipping", place=STORE, to_place=PACKHOUSE, container=PALLET)

    with world.read() as db:
        id = db.execute(select(Lot.id).where(Lot.uri == lot("H1").uri)).scalar_one()
        carried = {one.container: (one.since, one.until) for one in carriages(db, id)}

    assert carried == {
        CRATE.uri: (began, ended),
        PALLET.uri: (began + timedelta(minutes=1), ended),
    }


def test_without_a_heads_entry_a_bundle_says_that_newest_is_not_shown(world: World) -> None:
    world.harvested("H1")

    assert proven(world).as_of is None
    assert proven(world).newest == "that nothing newer exists is not shown"


def test_with_a_heads_entry_a_bundle_shows_newest_as_of_it(world: World) -> None:
    world.harvested("H1")
    stated, _ = state_heads(world.log)

    first = proven(world)
    later = done(world.record("storage", place=STORE, lots=(lot("H1"),)).index)
    second = proven(world)

    assert first.as_of is not None
    assert (first.as_of.index, first.as_of.size, first.as_of.later) == (stated.index, stated.heads.size, 0)
    assert first.newest.startswith(f"newest as of entry {stated.heads.size - 1} ")
    assert second.as_of is not None
    assert (second.as_of.covered, second.as_of.later) == (first.as_of.covered, 1)
    assert later in entries(second)
    check_ledger(world)


def test_a_lot_that_nobody_mentioned_is_proven_absent(world: World) -> None:
    world.harvested("H1")
    stated, _ = state_heads(world.log)

    with world.read() as db:
        report = check(make_absence(db, lot("NO"), world.log.around.heads), world.log.verifier_key)

    assert report.ok
    assert report.subject == lot("NO").uri
    assert report.newest.startswith(f"no entry about it as of entry {stated.heads.size - 1} ")
    check_ledger(world)


def test_absence_is_proven_neither_without_heads_nor_of_what_is_there(world: World) -> None:
    world.harvested("H1")

    with pytest.raises(NotFoundError) as without, world.read() as db:
        make_absence(db, lot("NO"))
    state_heads(world.log)
    world.harvested("H2")
    for code in ("H1", "H2"):
        with pytest.raises(RefusedError) as there, world.read() as db:
            make_absence(db, lot(code))
        assert there.value.code == "lot_is_recorded"

    assert without.value.code == "no_heads_yet"
