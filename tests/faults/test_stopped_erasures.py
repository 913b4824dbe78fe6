"""An erasure that fails or is stopped at any of its writes: all of it happened or nothing, and no document is left.

Every write fails as in `test_failing_writes.py`; then a new process opens the ledger. What it finds is the state from
before or the state after, documents included, and the same erasure, asked for again, leaves nothing of the person.
Without more commits and the names of files are tried; LOTPROOF_FAULTS=all tries every write.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from lotproof.instance import erase_again
from lotproof.kernel.errors import NotFoundError, RefusedError
from lotproof.ledger import tables as t
from lotproof.lots.drafting import Author
from lotproof.lots.entering import enter
from lotproof.lots.erasure.act import erase, finish_documents
from lotproof.lots.native import Fact, build_event
from lotproof.storage.going import Going
from support.failing import NOT_STORED, OUTCOMES, Fault, failing
from support.one_act import reopened
from support.sampled import ALL
from support.world import FARM, OPERATOR, World, check_ledger, lot

TWO = Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))
ALWAYS = ("COMMIT", "blobs: replace", "blobs: unlink")


@dataclass(frozen=True)
class Person:
    """Somebody who stands in a hidden part, with a document."""

    name: str
    document: str


def person(world: World, n: int) -> Person:
    """Record something that speaks of person n, and names a document about it."""
    name = f"Person {n:03} Blueberry"
    document = world.log.around.blobs.put(f"a photo of {name}".encode())
    event: dict[str, Any] = build_event(Fact("storage", world.later(minutes=1), lots=(lot("H1"),)))
    event["lotproof:photo"] = {"sha256": document, "size": 30, "mediaType": "image/png", "of": name}
    with world.log.unit_of_work() as uow:
        enter(uow, world.log.operator, Author(FARM.party_uri), event)
    return Person(name, document)


def is_there(world: World, who: Person) -> tuple[bool, bool]:
    """Whether a hidden part speaks of them, and whether their document is there."""
    with world.read() as db:
        values = db.execute(select(t.disclosure.c.value)).scalars()
        told = any(who.name in str(value) for value in values)
    return told, world.log.around.blobs.exists(who.document)


def erased_under(world: World, folder: Path, who: Person, fault: Fault) -> bool:
    """Erase them while something fails; returns whether it was answered as done."""
    try:
        with failing(world.log.engine, fault, {"blobs": folder / "blobs"}):
            erase(world.log, TWO, None, [who.name])
    except (OperationalError, OSError, RefusedError):
        assert fault.hit
        return False
    return True


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_an_erasure_that_fails_anywhere_is_whole_or_nothing_and_is_finished(
    world: World, tmp_path: Path, outcome: str
) -> None:
    world.harvested("H1")
    erased_under(world, tmp_path, person(world, 0), Fault())  # makes folders
    fault = Fault()
    assert erased_under(world, tmp_path, person(world, 1), fault)
    writes = [(label, n) for label, n in fault.done if ALL or label.startswith(ALWAYS)]
    assert ("blobs: unlink file", 0) in writes

    for number, (label, n) in enumerate(writes, 2):
        who, fault = person(world, number), Fault(label, n, outcome)
        answered = erased_under(world, tmp_path, who, fault)
        assert fault.hit
        fresh = reopened(world)
        fresh.log.catch_up()
        erase_again(fresh.log)

        assert is_there(fresh, who) in ((True, True), (False, False)), (label, n)
        assert not answered or is_there(fresh, who) == (False, False)
        if is_there(fresh, who)[0]:
            assert outcome == NOT_STORED or label != "COMMIT"
            erase(fresh.log, TWO, None, [who.name])
        else:
            with pytest.raises(NotFoundError):
                erase(fresh.log, TWO, None, [who.name])
        assert is_there(fresh, who) == (False, False)
        assert list((tmp_path / "blobs/going").iterdir()) == []
        fresh.log.engine.dispose()
    check_ledger(world)


def test_a_note_of_a_process_that_lives_is_left_alone(world: World, tmp_path: Path) -> None:
    world.harvested("H1")
    who = person(world, 1)

    with Going(world.log.around.blobs) as going:
        going.note([who.document])
        finish_documents(world.log)
        left = list((tmp_path / "blobs/going").iterdir())

    assert len(left) == 1
    assert not world.log.around.blobs.exists(who.document)


def test_an_erasure_that_never_came_about_keeps_the_document(world: World) -> None:
    world.harvested("H1")
    who = person(world, 1)
    with pytest.raises(RuntimeError), Going(world.log.around.blobs) as going:
        going.note([who.document])
        raise RuntimeError

    erase_again(world.log)

    assert is_there(world, who) == (True, True)
