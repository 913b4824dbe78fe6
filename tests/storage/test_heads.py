"""Heads entries of the running log: right, one at a time, proven from a file that may be lost. On both databases."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from lotproof.kernel.errors import LogFaultError, LotproofError, RefusedError
from lotproof.ledger import heads, heads_file
from lotproof.ledger import tables as t
from lotproof.ledger.heads import Stated, is_due, newest_stated, prove_heads, state_heads
from lotproof.ledger.heads_build import build, build_apart
from lotproof.ledger.log import Log
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.proofs import log_size
from lotproof.proof.heads import Heads, record_hash, verify_absent, verify_newest
from lotproof.proof.merkle import leaf_hash
from lotproof.proof.verify import verify_log
from lotproof.storage.engine import writing
from support.log_builder import naive_heads_root
from support.world import World, check_ledger, lot


def folder_of(world: World) -> Path:
    """Where the world keeps the records of its heads."""
    assert world.log.around.heads is not None
    return world.log.around.heads


def heads_of(world: World, size: int) -> dict[str, tuple[int, bytes]]:
    """The heads of the first `size` entries, one by one from the log."""
    found = {}
    with world.read() as db:
        links = select(t.chain.c.uri, t.chain_link.c.seq, t.chain_link.c.entry_index).join(
            t.chain_link, t.chain_link.c.chain == t.chain.c.id
        )
        leaves = dict(db.execute(select(t.entry.c.entry_index, t.entry.c.leaf)).all())
        for uri, seq, index in db.execute(links.order_by(t.chain_link.c.seq)):
            if index < size:
                found[uri] = (seq, leaf_hash(leaves[index]))
    return found


def test_a_heads_entry_states_the_newest_entry_of_every_chain(world: World) -> None:
    world.harvested("H1")
    world.harvested("H2")
    with world.read() as db:
        size = log_size(db)

    stated, is_new = state_heads(world.log)

    expected = heads_of(world, size)
    assert is_new
    assert stated.index == size
    assert stated.heads == Heads(size, naive_heads_root(expected), len(expected))
    with world.read() as db:
        assert newest_stated(db) == stated
    check_ledger(world)


def test_where_nothing_came_since_the_newest_one_stands(world: World) -> None:
    first, _ = state_heads(world.log)

    assert state_heads(world.log) == (first, False)
    world.harvested("H1")
    second, is_new = state_heads(world.log)
    assert is_new
    assert second.heads.size > first.heads.size
    assert heads_file.sizes(folder_of(world)) == [second.heads.size]
    check_ledger(world)


def test_heads_go_on_from_the_file_of_the_ones_before(world: World) -> None:
    for number in range(12):
        world.harvested(f"H{number % 5}")
        stated, _ = state_heads(world.log)

        assert stated.heads.root == naive_heads_root(heads_of(world, stated.heads.size))
    check_ledger(world)


def test_a_damaged_file_is_not_gone_on_from(world: World) -> None:
    world.harvested("H1")
    stated, _ = state_heads(world.log)
    path = folder_of(world) / f"{stated.heads.size}.heads"
    data = bytearray(path.read_bytes())
    data[70] ^= 1
    path.write_bytes(data)
    world.harvested("H2")

    after, _ = state_heads(world.log)

    assert after.heads.root == naive_heads_root(heads_of(world, after.heads.size))
    check_ledger(world)


def test_a_process_of_its_own_builds_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.harvested("H1")
    with world.read() as db:
        here = build(db, None).heads

    assert build_apart(world.log.engine, folder_of(world)) == here
    monkeypatch.setattr(heads, "MOST_HERE", 0)
    assert state_heads(world.log)[0].heads == here
    check_ledger(world)


def test_a_process_that_fails_says_why(world: World, tmp_path: Path) -> None:
    taken = tmp_path / "a file"
    taken.write_text("in the way")

    with pytest.raises(LotproofError) as refused:
        build_apart(world.log.engine, taken)

    assert refused.value.code == "heads_not_built"
    assert "a file" in refused.value.message


def test_entries_that_come_meanwhile_are_not_covered(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world.harvested("H1")
    real = heads._build

    def slow(log: Log, chains: int) -> Heads:
        made = real(log, chains)
        world.harvested("H1")
        world.harvested("H2")
        return made

    monkeypatch.setattr(heads, "_build", slow)
    stated, _ = state_heads(world.log)

    assert stated.index > stated.heads.size
    assert stated.heads.root == naive_heads_root(heads_of(world, stated.heads.size))
    check_ledger(world)


def test_one_at_a_time_states_heads(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    inside, leave, real = threading.Event(), threading.Event(), heads._build

    def slow(log: Log, chains: int) -> Heads:
        inside.set()
        assert leave.wait(20)
        return real(log, chains)

    monkeypatch.setattr(heads, "_build", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(state_heads, world.log)
        assert inside.wait(20)
        with pytest.raises(RefusedError) as refused:
            state_heads(world.log)
        leave.set()
        assert first.result()[1]

    assert refused.value.code == "heads_busy"
    check_ledger(world)


# Proofs


def test_every_chain_is_proven_and_what_is_no_chain_is_proven_absent(world: World) -> None:
    for number in range(9):
        world.harvested(f"H{number}")
    stated, _ = state_heads(world.log)

    with world.read() as db:
        for chain, head in heads_of(world, stated.heads.size).items():
            places = prove_heads(db, folder_of(world), stated, chain)
            assert verify_newest(stated.heads, chain, places) == head
        for number in range(20):
            chain = lot(f"X{number}").uri
            assert verify_absent(stated.heads, chain, prove_heads(db, folder_of(world), stated, chain))


@pytest.mark.parametrize("loss", ["gone", "short", "no folder", "wrong record", "wrong node"])
def test_without_its_file_a_proof_is_made_from_the_log(world: World, loss: str) -> None:
    world.harvested("H1")
    stated, _ = state_heads(world.log)
    world.harvested("H1")
    world.harvested("H2")
    folder: Path | None = folder_of(world)
    path = folder_of(world) / f"{stated.heads.size}.heads"
    data = bytearray(path.read_bytes())
    if loss == "gone":
        path.unlink()
    elif loss == "short":
        path.write_bytes(data[:-1])
    elif loss == "no folder":
        folder = None
    else:
        start, end = (
            (64, 64 + 72 * stated.heads.chains)
            if loss == "wrong record"
            else (64 + 72 * stated.heads.chains, len(data))
        )
        data[start:end] = bytes(end - start)
        path.write_bytes(data)

    with world.read() as db:
        newest = prove_heads(db, folder, stated, lot("H1").uri)
        absent = prove_heads(db, folder, stated, lot("H2").uri)

    assert (
        verify_newest(stated.heads, lot("H1").uri, newest)
        == heads_of(world, stated.heads.size)[lot("H1").uri]
    )
    assert verify_absent(stated.heads, lot("H2").uri, absent)


def test_a_statement_that_the_log_does_not_bear_out_proves_nothing(world: World) -> None:
    world.harvested("H1")
    stated, _ = state_heads(world.log)
    lie = replace(stated, heads=replace(stated.heads, root=bytes(32)))

    with pytest.raises(LogFaultError) as refused, world.read() as db:
        prove_heads(db, folder_of(world), lie, lot("H1").uri)

    assert refused.value.code == "heads_differ"


def test_a_head_that_was_changed_in_its_table_is_noticed(world: World) -> None:
    world.harvested("H1")
    with writing(world.log.engine) as db:
        db.execute(update(t.chain).where(t.chain.c.uri == lot("H1").uri).values(head=record_hash(b"other")))
    stated, _ = state_heads(world.log)

    with world.read() as db:
        fault = verify_log(DatabaseSource(db), log_key=world.log.verifier_key).fault

    assert fault is not None
    assert (fault.index, fault.field) == (stated.index, "heads")


# When


def stated_at(at: datetime, size: int = 100, chains: int = 50) -> Stated:
    """A heads entry at the end of the log."""
    return Stated(size, at, Heads(size, bytes(32), chains), b"")


def test_heads_are_due_when_the_log_has_grown_and_the_time_has_passed() -> None:
    now, every = datetime(2026, 6, 1, tzinfo=UTC), timedelta(minutes=10)
    old, young = stated_at(now - every), stated_at(now - every / 2)

    assert is_due(None, 1, now, every)
    assert not is_due(None, 0, now, every)
    assert is_due(old, 102, now, every)
    assert not is_due(old, 101, now, every)
    assert not is_due(young, 500, now, every)
    assert is_due(stated_at(now + timedelta(days=1)), 102, now, every)


def test_a_large_log_waits_for_a_share_of_its_chains_or_a_day() -> None:
    now, every = datetime(2026, 6, 1, tzinfo=UTC), timedelta(minutes=10)
    large = stated_at(now - every, 10**6, 10**6)

    assert not is_due(large, 10**6 + 1 + 49_999, now, every)
    assert is_due(large, 10**6 + 1 + 50_000, now, every)
    assert is_due(replace(large, recorded_at=now - timedelta(days=1)), 10**6 + 2, now, every)
    assert not is_due(replace(large, recorded_at=now - timedelta(days=1)), 10**6 + 1, now, every)


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_the_newest_heads_entry_is_found_without_a_look_at_the_others(world: World) -> None:
    statement = heads.NEWEST.compile(world.log.engine, compile_kwargs={"literal_binds": True})
    with world.read() as db:
        plan = [str(row) for row in db.execute(text(f"EXPLAIN QUERY PLAN {statement}"))]

    assert "ix_log_entry_kind" in plan[0]
    assert len(plan) == 1
