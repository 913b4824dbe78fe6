"""A mirror: made from an export, verified before it counts, brought up to date, and never written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from lotproof.copies.incoming import incoming_web
from lotproof.copies.mirror import Trust, Work, import_mirror
from lotproof.instance import Place
from lotproof.kernel.errors import LotproofError
from lotproof.ledger import tables as t
from lotproof.ledger.log_source import DatabaseSource
from lotproof.lots.models import EventLot, Finding, Hold, Lot, LotEdge
from lotproof.parties.models import Record
from lotproof.proof.verify import compare_heads, verify_log
from lotproof.storage.base import Base, table_of
from lotproof.storage.engine import open_engine, reading, writing
from support.copying import MirrorPlace, exported, grown, home_tiles, lived_in, verified
from support.databases import Databases, Kind
from support.world import World, make_world


@pytest.fixture
def mirror(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[MirrorPlace]:
    """An empty place, in a database of the same kind as the world's."""
    with databases.empty(database_kind) as url:
        yield MirrorPlace(Place(tmp_path / "mirror", url))


@pytest.fixture
def other(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[World]:
    """A world that began as the first one did, with the same keys: what a fork needs."""
    with databases.migrated(database_kind) as url:
        engine = open_engine(url)
        yield make_world(engine, tmp_path / "other")
        engine.dispose()


def code(error: pytest.ExceptionInfo[LotproofError]) -> str:
    """The code of what was raised."""
    return error.value.code


def test_a_mirror_holds_the_same_log(world: World, mirror: MirrorPlace, tmp_path: Path) -> None:
    grown(lived_in(world), 300)
    manifest = exported(world, tmp_path / "export.tar", private=True)

    done = mirror.take(tmp_path / "export.tar", world.log.verifier_key)

    assert (done.result, done.size, done.pinned, done.blobs_missing) == ("made", manifest["size"], True, ())
    assert done.disclosures > 0
    log = mirror.open()
    with reading(log.engine) as db, world.read() as original:
        report = verify_log(DatabaseSource(db), log_key=world.log.verifier_key, authority=world.log.authority)
        assert report.ok
        assert report.state
        assert compare_heads(report.state, DatabaseSource(db).heads()) is None
        for table in (t.node, t.chain, t.chain_link, t.entry_party):
            assert set(db.execute(select(table))) == set(original.execute(select(table))), table.name
        note = select(t.head.c.checkpoint, t.head.c.record_time)
        assert db.execute(note).one() == original.execute(note).one()
    assert (mirror.home / "tiles" / "checkpoint").read_text() == (
        home_tiles(world) / "checkpoint"
    ).read_text()
    log.engine.dispose()


def test_nothing_is_ever_written_into_a_mirror(world: World, mirror: MirrorPlace, tmp_path: Path) -> None:
    exported(world, tmp_path / "export")
    mirror.take(tmp_path / "export")
    log = mirror.open()

    with pytest.raises(LotproofError) as by_act, log.unit_of_work():
        pass
    with pytest.raises(LotproofError) as by_row, writing(log.engine):
        pass
    with pytest.raises(LotproofError) as by_numbering:
        log.sequence()

    assert {code(by_act), code(by_row), code(by_numbering)} == {"read_only_mirror"}
    log.catch_up()
    assert log.publish() > 0
    log.engine.dispose()


def test_an_update_takes_over_only_what_is_new(world: World, mirror: MirrorPlace, tmp_path: Path) -> None:
    first = exported(grown(world, 300), tmp_path / "export")
    mirror.take(tmp_path / "export", world.log.verifier_key)
    lived_in(world)
    second = exported(world, tmp_path / "news.tar", since=first["size"])

    done = mirror.take(tmp_path / "news.tar")

    assert (done.result, done.added) == ("grown", second["size"] - first["size"])
    assert done.pinned, "it was pinned by the first import"
    assert second["files"] < first["files"] + 3
    assert verified(mirror.home / "tiles", world.log.verifier_key).size == second["size"]
    again = mirror.take(tmp_path / "news.tar")
    assert (again.result, again.added) == ("up_to_date", 0)


def test_a_shorter_log_of_the_same_history_says_nothing_new(
    world: World, mirror: MirrorPlace, tmp_path: Path
) -> None:
    exported(world, tmp_path / "old.tar")
    exported(lived_in(world), tmp_path / "new.tar")
    mirror.take(tmp_path / "new.tar")

    done = mirror.take(tmp_path / "old.tar")

    assert (done.result, done.added) == ("mirror_ahead", 0)
    assert done.offered < done.size


@pytest.mark.parametrize("more", [0, 5, 400])
def test_a_forked_log_is_refused_and_both_checkpoints_are_kept(
    world: World, other: World, mirror: MirrorPlace, tmp_path: Path, more: int
) -> None:
    common = exported(world, tmp_path / "common")["size"]
    exported(grown(world, 10, "This"), tmp_path / "here")
    grown(other, 10 + more, "That")
    exported(other, tmp_path / "there")
    mirror.take(tmp_path / "here", world.log.verifier_key)

    with pytest.raises(LotproofError) as refused:
        mirror.take(tmp_path / "there")

    assert code(refused) == "log_forked"
    (evidence,) = (mirror.home / "evidence").iterdir()
    kept = json.loads(evidence.read_text())
    assert kept["firstDifference"] == common
    assert kept["here"].encode() == (tmp_path / "here" / "checkpoint").read_bytes()
    assert kept["offered"].encode() == (tmp_path / "there" / "checkpoint").read_bytes()
    assert mirror.take(tmp_path / "here").result == "up_to_date", "the mirror itself is as it was"


def test_a_shorter_fork_is_a_fork(world: World, other: World, mirror: MirrorPlace, tmp_path: Path) -> None:
    exported(grown(world, 10, "This"), tmp_path / "here")
    exported(grown(other, 4, "That"), tmp_path / "there")
    mirror.take(tmp_path / "here")

    with pytest.raises(LotproofError) as refused:
        mirror.take(tmp_path / "there")

    assert code(refused) == "log_forked"


def test_news_that_do_not_follow_the_mirror_are_refused(
    world: World, other: World, mirror: MirrorPlace, tmp_path: Path
) -> None:
    size = exported(grown(world, 300, "This"), tmp_path / "here")["size"]
    grown(other, 300, "That")
    exported(grown(other, 10, "More"), tmp_path / "news.tar", since=size)
    mirror.take(tmp_path / "here")

    with pytest.raises(LotproofError) as refused:
        mirror.take(tmp_path / "news.tar")

    assert code(refused) in ("log_forked", "not_verified")
    assert mirror.take(tmp_path / "here").result == "up_to_date"


def test_another_key_than_the_pinned_one_is_refused(
    world: World, mirror: MirrorPlace, tmp_path: Path
) -> None:
    exported(world, tmp_path / "export")
    strange = "lotproof.example/log+e3f3a4c1+AQ=="

    with pytest.raises(LotproofError):
        mirror.take(tmp_path / "export", strange)

    assert mirror.take(tmp_path / "export").pinned is False
    with pytest.raises(LotproofError) as refused:
        mirror.take(tmp_path / "export", strange)
    assert code(refused) == "another_log"


def test_a_log_on_the_web_is_mirrored_with_its_key(world: World, mirror: MirrorPlace, tmp_path: Path) -> None:
    world.log.publish()
    tiles = home_tiles(world)

    def take(key: str | None) -> object:
        with incoming_web(
            "https://log.example", lambda path: (tiles / path).read_bytes(), mirror.home
        ) as log:
            return import_mirror(mirror.place, log, Trust(key), Work()).result

    with pytest.raises(LotproofError) as refused:
        take(None)
    assert code(refused) == "log_key_needed"
    assert take(world.log.verifier_key) == "made"
    grown(world, 3)
    world.log.publish()
    assert take(None) == "grown"


def test_a_ledger_of_its_own_is_never_made_a_mirror(world: World, tmp_path: Path) -> None:
    exported(world, tmp_path / "export")
    taken = MirrorPlace(Place(tmp_path, world.log.engine.url.render_as_string(hide_password=False)))

    with pytest.raises(LotproofError) as refused:
        taken.take(tmp_path / "export")

    assert code(refused) == "not_empty"


@pytest.mark.parametrize("private", [True, False])
def test_a_mirror_tells_of_lots_what_the_ledger_does(
    world: World, mirror: MirrorPlace, tmp_path: Path, private: bool
) -> None:
    exported(lived_in(world), tmp_path / "old.tar", private=private)
    mirror.take(tmp_path / "old.tar")
    exported(lived_in(world, "H2"), tmp_path / "new.tar", private=private)
    mirror.take(tmp_path / "new.tar")
    log = mirror.open()

    with reading(log.engine) as db, world.read() as original:
        for table in (Lot, LotEdge, Finding, Hold, EventLot, Record):
            assert _rows(db, table) == _rows(original, table), table.__tablename__
        keys = select(t.signing_key.c.did, t.signing_key.c.party, t.signing_key.c.custody).order_by("did")
        assert db.execute(keys).all() == original.execute(keys).all()
        assert db.execute(select(t.signing_key.c.sealed_seed).distinct()).scalars().all() == [None]
    log.engine.dispose()


def _rows(db: Connection, model: type[Base]) -> list[tuple[object, ...]]:
    """All rows of a table but for their numbers, which a copy gives anew."""
    columns = [
        c for c in table_of(model).c if c.name not in ("id", "submission", "hold", "closed_by", "released_by")
    ]
    return sorted((tuple(row) for row in db.execute(select(*columns))), key=repr)
