"""The running log: what is acknowledged is there, once, in order, and can be proven. On both databases."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, Engine, func, insert, select, update

from lotproof.kernel.errors import InvalidInputError, LogFaultError, LotproofError, NotFoundError
from lotproof.kernel.instants import rfc3339
from lotproof.ledger import keys, publisher
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log, Surroundings, create
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.proofs import consistency, inclusion
from lotproof.ledger.submitting import Draft, SignedPayload, Submission, Terms, submit
from lotproof.ledger.vault import Vault
from lotproof.lots.models import Lot
from lotproof.proof import data_integrity, merkle
from lotproof.proof.canonical import jcs
from lotproof.proof.checkpoint import parse_note_text
from lotproof.proof.tile_source import TileSource
from lotproof.proof.verify import verify_log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, writing
from support.world import FARM, OPERATOR, ORCHARD, PACKER, Entropy, World, check_ledger, lot, portion


def note(text: str, by: str = FARM.party_uri) -> Draft:
    """Return a small payload that the log takes."""
    body = {"type": "device", "id": text, "version": 1, "body": {"names": {"en": text}}}
    signed = {"by": by, "role": "author", "kind": "record", "about": [by], "record": body}
    return Draft("record", signed, jcs(body))


def test_entry_0_is_the_authoritys_own_key(world: World) -> None:
    with world.read() as db:
        first = db.execute(select(t.entry.c.leaf).where(t.entry.c.entry_index == 0)).scalar_one()

    assert b'"kind":"authority"' in first
    assert world.log.authority.encode() in first
    check_ledger(world)


def test_a_ledger_begins_once(world: World) -> None:
    with pytest.raises(LotproofError) as caught:
        create(world.log.around, "elsewhere.example/log", OPERATOR.party_uri)

    assert caught.value.code == "already_initialised"
    check_ledger(world)


def test_there_is_nothing_to_open_before_it_begins(migrated_engine: Engine, tmp_path: Path) -> None:
    around = Surroundings(migrated_engine, Entropy, Entropy(), Vault(bytes(32)), BlobStore(tmp_path))  # type: ignore[arg-type]

    with pytest.raises(NotFoundError) as caught:
        Log(around)
    assert caught.value.code == "not_initialised"


def test_another_master_key_opens_nothing(world: World) -> None:
    around = world.log.around
    other = Surroundings(
        around.engine, around.clock, around.entropy, Vault(b"x" * 32), around.blobs, around.tiles
    )

    with pytest.raises(LogFaultError) as caught:
        Log(other)
    assert caught.value.code == "wrong_master_key"


def test_a_receipt_names_the_entry_and_its_leaf(world: World) -> None:
    with world.log.unit_of_work() as uow:
        done = uow.submit(note("a"))
    receipt = uow.receipts[done.id]

    with world.read() as db:
        proof = inclusion(db, receipt.index, receipt.index + 1)
    assert proof.leaf_hash == receipt.leaf_hash
    check_ledger(world)


def test_of_64_who_submit_one_event_at_once_one_is_first(world: World) -> None:
    def one(_: int) -> Submission:
        with world.log.unit_of_work() as uow:
            return uow.submit(note("same"))

    with ThreadPoolExecutor(16) as pool:
        done = list(pool.map(one, range(64)))

    assert len({one.id for one in done}) == 1
    assert sum(not one.repeated for one in done) == 1
    check_ledger(world)


def test_16_writers_lose_and_mix_nothing(world: World) -> None:
    def one(n: int) -> bytes:
        with world.log.unit_of_work() as uow:
            done = uow.submit(note(f"n{n}"))
        return uow.receipts[done.id].leaf_hash

    with ThreadPoolExecutor(16) as pool:
        leaves = list(pool.map(one, range(96)))

    assert len(set(leaves)) == 96
    with world.read() as db:
        assert db.execute(select(func.count()).select_from(t.inbox)).scalar_one() == 0
    check_ledger(world)


def test_two_logs_on_one_database_never_fork(world: World) -> None:
    around = world.log.around
    engine = open_engine(around.engine.url.render_as_string(hide_password=False))
    other = Log(
        Surroundings(engine, around.clock, Entropy("other"), around.vault, around.blobs, around.tiles)
    )

    def one(n: int) -> None:
        with (world.log, other)[n % 2].unit_of_work() as uow:
            uow.submit(note(f"n{n}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(40)))
    engine.dispose()
    check_ledger(world)


def test_what_waits_in_the_inbox_is_numbered_by_whoever_comes(world: World) -> None:
    terms = world_terms(world)
    with writing(world.log.engine) as db:
        key = keys.private_key_of(db, world.log.around.vault, FARM.party_uri)
        done = submit(db, note("left by a crash"), [key], terms)

    world.log.sequence()

    with world.read() as db:
        index = select(t.entry.c.entry_index).where(t.entry.c.submission == done.id)
        assert db.execute(index).scalar() is not None
    check_ledger(world)


def world_terms(world: World) -> Terms:
    """What the log contributes to a submission."""
    with world.log.unit_of_work() as uow:
        return uow.terms


def test_an_action_that_fails_leaves_nothing(world: World) -> None:
    with pytest.raises(RuntimeError), world.log.unit_of_work() as uow:
        uow.submit(note("never"))
        raise RuntimeError("the action failed")

    with world.log.unit_of_work() as uow:
        assert not uow.submit(note("never")).repeated
    check_ledger(world)


def test_state_of_a_lot_cannot_change_without_an_entry(world: World) -> None:
    with pytest.raises(LogFaultError) as caught, world.log.unit_of_work() as uow:
        uow.db.execute(insert(Lot), {"uri": "https://id.gs1.org/01/x", "type": "lot"})

    assert caught.value.code == "state_without_event"
    with world.read() as db:
        assert db.execute(select(func.count()).select_from(Lot)).scalar_one() == 0
    check_ledger(world)


def test_recorded_time_never_goes_back_though_the_clock_does(world: World) -> None:
    with world.log.unit_of_work() as uow:
        uow.submit(note("first"))
    world.clock.advance(-timedelta(days=1))
    with world.log.unit_of_work() as uow:
        uow.submit(note("second"))

    with world.read() as db:
        times = list(db.execute(select(t.entry.c.record_time).order_by(t.entry.c.entry_index)).scalars())
    assert times == sorted(times)
    check_ledger(world)


def test_an_entry_that_would_not_fit_is_refused_at_submission(world: World) -> None:
    with pytest.raises(InvalidInputError) as caught, world.log.unit_of_work() as uow:
        uow.submit(note("x" * 66_000))

    assert caught.value.code == "event_too_large"
    check_ledger(world)


def test_the_largest_entry_that_is_accepted_still_fits(world: World) -> None:
    fits = 0
    for size in range(64_000, 66_000, 50):
        try:
            with world.log.unit_of_work() as uow:
                uow.submit(note("y" * (size // 2)))
            fits = size
        except InvalidInputError:
            break

    assert fits > 64_000
    with world.read() as db:
        assert db.execute(select(func.max(func.length(t.entry.c.leaf)))).scalar_one() <= 65_535
    check_ledger(world)


def test_a_payload_signed_elsewhere_is_taken_if_its_signature_fits(world: World) -> None:
    terms = world_terms(world)
    with world.log.unit_of_work() as uow:
        key = uow.key_of(FARM.party_uri)
        draft = note("signed by the farm itself")
        document = jcs(draft.signed)
        proof = data_integrity.sign(document, key, created=rfc3339(world.clock.now), domain=terms.origin)
        uow.submit_signed([SignedPayload(draft, document, proof)])

    forged = note("signed by nobody")
    with pytest.raises(InvalidInputError), world.log.unit_of_work() as uow:
        uow.submit_signed([SignedPayload(forged, jcs(forged.signed), proof)])
    with pytest.raises(InvalidInputError), world.log.unit_of_work() as uow:
        elsewhere = data_integrity.sign(
            jcs(forged.signed), key, created=rfc3339(world.clock.now), domain="other.example"
        )
        uow.submit_signed([SignedPayload(forged, jcs(forged.signed), elsewhere)])
    check_ledger(world)


def test_every_entry_is_included_and_every_size_continues_the_one_before(world: World) -> None:
    for n in range(30):
        with world.log.unit_of_work() as uow:
            uow.submit(note(f"n{n}"))

    with world.read() as db:
        head = db.execute(select(t.head)).one()
        root = parse_note_text(head.checkpoint).root
        for index in range(head.size):
            proof = inclusion(db, index, head.size)
            assert merkle.verify_inclusion(proof.leaf_hash, index, head.size, proof.hashes, root)
        for old in range(1, head.size + 1):
            earlier = _root_at(db, old)
            found = consistency(db, old, head.size)
            assert merkle.verify_consistency(old, head.size, earlier, root, found)
        with pytest.raises(NotFoundError):
            inclusion(db, head.size, head.size)
    check_ledger(world)


def _root_at(db: Connection, size: int) -> bytes:
    frontier = merkle.Frontier()
    for leaf in DatabaseSource(db).leaves(0, size):
        frontier.append(merkle.leaf_hash(leaf))
    return frontier.root()


def test_published_tiles_hold_the_whole_log(world: World) -> None:
    tiles = world.log.around.tiles
    assert tiles is not None
    for n in range(3):
        world.harvested(f"H{n}")
        assert world.log.publish() == world.log.publish()

    report = verify_log(TileSource(lambda path: (tiles / path).read_bytes()), log_key=world.log.verifier_key)

    assert report.ok, report.fault
    with world.read() as db:
        assert report.size == DatabaseSource(db).size


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_an_older_copy_of_the_database_is_refused(world: World, tmp_path: Path) -> None:
    path = Path(str(world.log.engine.url.database))
    world.log.engine.dispose()
    copy = tmp_path / "backup.sqlite3"
    shutil.copy(path, copy)
    world.harvested()
    world.log.publish()
    old = open_engine(f"sqlite:///{copy}")
    around = world.log.around

    with pytest.raises(LogFaultError) as caught:
        Log(Surroundings(old, around.clock, around.entropy, around.vault, around.blobs, around.tiles))

    assert caught.value.code == "log_rolled_back"
    old.dispose()


def test_publishing_stops_where_more_was_published_than_the_database_holds(world: World) -> None:
    world.log.publish()
    tiles = world.log.around.tiles
    assert tiles is not None
    with writing(world.log.engine) as db:
        before = db.execute(select(t.head)).one()
    world.harvested()
    world.log.publish()
    with writing(world.log.engine) as db:
        db.execute(
            update(t.head).values(size=before.size, frontier=before.frontier, checkpoint=before.checkpoint)
        )

    with pytest.raises(LogFaultError), world.read() as db:
        publisher.publish(db, tiles)


def test_the_parties_that_an_event_names_are_noted_with_its_entry(world: World) -> None:
    world.harvested()
    done = world.record("sale", place=ORCHARD, portions=(portion(lot("H1"), "5"),), buyer=PACKER,
                        references={"po": "7"})  # fmt: skip

    with world.read() as db:
        named = select(t.entry_party.c.party).where(t.entry_party.c.entry_index == done.index)
        assert sorted(db.execute(named).scalars()) == [FARM.party_uri, PACKER.party_uri]
    check_ledger(world)
