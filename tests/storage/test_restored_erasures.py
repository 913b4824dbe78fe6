"""A backup from before an erasure brings nobody back, where the erasure was published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lotproof.copies.adopt import adopt_published
from lotproof.copies.backup import backup
from lotproof.copies.published import Published
from lotproof.copies.restore import Wish, restore
from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import Gln
from lotproof.lots.drafting import Author
from lotproof.lots.entering import enter
from lotproof.lots.erasure.act import erase
from lotproof.lots.native import Fact, build_event
from lotproof.parties.actions import register_party
from lotproof.parties.records import get_record
from lotproof.storage.engine import open_engine, reading
from support.copying import home_tiles
from support.databases import Databases, Kind
from support.traces_left import found_in
from support.world import OPERATOR, ORCHARD, START, Entropy, World, check_ledger, lot, portion

FARMER = Gln("9520000000042")
NAME, PHONE = "Ørjan Blåbær-Grower", "+86 10 5550 1234"
MARKS = (NAME, PHONE, "blue tractor")
TWO = Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))


@pytest.fixture
def place(databases: Databases, database_kind: Kind, tmp_path: Path) -> Iterator[Place]:
    """An empty place, in a database of the same kind."""
    with databases.empty(database_kind) as url:
        yield Place(tmp_path / "restored", url, bytes(32))


@pytest.fixture
def kept(world: World, tmp_path: Path) -> World:
    """A world whose backup knows a farmer, who was erased since, as everybody can read on the published log."""
    with world.log.unit_of_work() as uow:
        register_party(
            uow, world.log.operator, FARMER, {"names": {"en": NAME}, "phone": PHONE, "person": True}
        )
    world.record("harvest", by=FARMER, place=ORCHARD, portions=(portion(lot("H1"), "1000"),),
                 cycle="urn:uuid:6d0d2d0e-0000-4000-8000-000000000009", note="with the blue tractor")  # fmt: skip
    photo = world.log.around.blobs.put(b"a photo of him with the blue tractor")
    event = build_event(Fact("storage", world.later(minutes=1), lots=(lot("H1"),)))
    event["lotproof:photo"] = {"sha256": photo, "size": 36, "mediaType": "image/png"}
    with world.log.unit_of_work() as uow:
        enter(uow, world.log.operator, Author(FARMER.party_uri), event)
    world.log.publish()
    backup(world.log, tmp_path / "backup.tar")
    world.later(minutes=1)
    assert erase(world.log, TWO, FARMER.party_uri).entries
    world.log.publish()
    return world


def published(world: World) -> Published:
    """What the world published."""
    folder = home_tiles(world)
    return Published(str(folder), lambda path: (folder / path).read_bytes())


def test_who_was_erased_after_the_backup_stays_erased(kept: World, place: Place, tmp_path: Path) -> None:
    with pytest.raises(LotproofError, match="log_rolled_back"):
        restore(place, tmp_path / "backup.tar", Wish(published(kept)))
    engine = open_engine(place.url)
    assert found_in(engine, place.home, MARKS), "the backup itself brings the name back"

    adopt_published(place, published(kept))
    clock = SteppingClock(kept.clock.now)
    on = World(open_instance(place, clock, Entropy("on")), clock, Entropy("on"))

    assert found_in(engine, place.home, MARKS) == []
    with on.read() as db:
        assert get_record(db, "party", FARMER.party_uri) == {"person": True}
    check_ledger(on)
    on.log.engine.dispose()
    engine.dispose()


def test_an_erasure_that_the_backup_knows_is_not_undone(kept: World, place: Place, tmp_path: Path) -> None:
    backup(kept.log, tmp_path / "later.tar")

    done = restore(place, tmp_path / "later.tar", Wish(published(kept)))

    assert done.erasures_known
    log = open_instance(place, SteppingClock(START), Entropy("restored"))
    with reading(log.engine) as db:
        assert get_record(db, "party", FARMER.party_uri) == {"person": True}
    assert found_in(log.engine, place.home, MARKS) == []
    log.engine.dispose()


def test_where_nothing_published_tells_of_erasures_that_is_said(
    kept: World, place: Place, tmp_path: Path
) -> None:
    done = restore(place, tmp_path / "backup.tar", Wish(nothing_published=True))

    assert not done.erasures_known
    log = open_instance(place, SteppingClock(START), Entropy("restored"))
    assert found_in(log.engine, place.home, MARKS), "nobody can know of an erasure that stands nowhere"
    log.engine.dispose()
