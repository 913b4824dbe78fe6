"""Papers go with the person that they are about, or when they are old enough; bytes, names and digests alike."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from lotproof.documents import actions
from lotproof.documents.queries import suggestions_of
from lotproof.documents.states import State
from lotproof.documents.working import destroy_due
from lotproof.kernel.identifiers import Gln
from lotproof.lots.drafting import Author
from lotproof.lots.erasure.act import erase, look
from lotproof.lots.erasure.retention import apply_retention, due
from lotproof.lots.erasure.scrubbing import scrub_private
from lotproof.parties.actions import register_party
from lotproof.storage.engine import writing
from support.papers import farmer, hand_in, left, picture, row_of, work
from support.traces_left import found_in
from support.world import OPERATOR, World, check_ledger

FARMER = Gln("9520000000042")
TWO = Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))
NOTHING = {"quarantine": 0, "clean": 0, "work": 0}


@pytest.fixture
def paper(world: World) -> str:
    """A farmer's paper, by which something was decided."""
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, FARMER, {"names": {"en": "Li Hua"}, "person": True})
    who = farmer(1, FARMER.party_uri)
    id = hand_in(world, picture(), "Li Hua's licence.jpg", actor=who, subject=FARMER.party_uri).id
    work(world)
    with world.log.unit_of_work() as uow:
        actions.record_digest(uow, world.log.operator, row_of(world, id))
    with writing(world.log.engine) as db:
        actions.keep_until(db, id, world.clock.now + timedelta(days=30))
    return id


def test_a_persons_papers_are_erased_with_her(world: World, paper: str, tmp_path: Path) -> None:
    sha = row_of(world, paper).sha256
    assert look(world.log, FARMER.party_uri).papers == [paper]

    erase(world.log, TWO, FARMER.party_uri)

    row = row_of(world, paper)
    assert (row.state, row.name, row.account, row.has_bytes) == (State.REMOVED, "", None, False)
    assert left(world) == NOTHING
    with world.read() as db:
        assert not suggestions_of(db, paper)
    scrub_private(world.log.engine)
    assert found_in(world.log.engine, tmp_path, ["Li Hua", sha]) == []
    check_ledger(world)


def test_papers_of_others_stay(world: World, paper: str) -> None:
    other = hand_in(world, picture("PNG"), "b.png")
    work(world)

    erase(world.log, TWO, FARMER.party_uri)

    assert row_of(world, other.id).state == State.CLEAN
    assert left(world)["quarantine"] == 1


def test_papers_go_by_their_age_but_not_while_they_are_evidence(world: World, paper: str) -> None:
    young = hand_in(world, picture("PNG"), "b.png")
    world.master("retention", "documents", {"days": 10})
    world.later(days=11)
    first = due(world.log).papers
    apply_retention(world.log, TWO)
    world.later(days=30)
    second = due(world.log).papers

    apply_retention(world.log, TWO)

    assert (first, second) == ([young.id], [paper])
    assert row_of(world, paper).state == State.REMOVED
    assert left(world) == NOTHING
    check_ledger(world)


def test_bytes_that_a_stop_left_after_an_erasure_go_at_the_next_turn(
    world: World, paper: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopped:
        stopped.setattr("lotproof.lots.erasure.act.destroy_due", lambda _log: 0)
        erase(world.log, TWO, FARMER.party_uri)
    before = left(world)["quarantine"]

    destroyed = destroy_due(world.log)

    assert (before, destroyed) == (1, 1)
    assert left(world) == NOTHING
