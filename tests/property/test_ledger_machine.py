"""A ledger thrown about: acts, corrections, repetitions, crashes, stops while publishing, reopening, in any order.

The model is as simple as can be: a list of what was answered, and what each act did to which lots. From it totals and
edges are reckoned anew from nothing, and compared with those of the ledger; what was answered is on the log once, in
the order in which it was answered, and no crash changes anything of it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select

from lotproof.kernel.errors import RefusedError
from lotproof.ledger import tables as t
from lotproof.lots.acts import correct, record, record_in
from lotproof.lots.drafting import Author
from lotproof.lots.models import Lot, LotEdge
from lotproof.lots.native import Fact
from lotproof.storage.engine import open_engine
from support.databases import Databases, Kind
from support.failing import OUTCOMES, Fault, failing
from support.one_act import check_all, check_files, log_size, reopened, settled
from support.sampled import ALL
from support.world import CYCLE, FARM, ORCHARD, World, lot, make_world, portion

HARVESTED, PACKED = ("H1", "H2"), ("C1", "C2", "C3")
AMOUNTS = st.sampled_from(("1", "2.5", "40", "1000"))
PRODUCE = st.sampled_from((*HARVESTED, *PACKED))
FARMER = Author(FARM.party_uri, approvals=("Ann", "Bo"))
_COLUMNS = {"harvest": "created", "shipping": "shipped", "retail_sale": "sold"}


@dataclass(frozen=True)
class Done:
    """An act that was answered. parts: (lot, total, amount).  edges: (source, destination), by code."""

    index: int
    fact: Fact
    parts: tuple[tuple[str, str, Decimal], ...]
    edges: tuple[tuple[str, str], ...] = ()
    stands: bool = True


class CrashError(Exception):
    """The process dies in the middle of an act."""


class Ledger(RuleBasedStateMachine):
    """The ledger under test, and beside it what was answered."""

    databases: Databases
    kind: Kind

    def __init__(self) -> None:
        super().__init__()
        self._folder = TemporaryDirectory()
        self._database = self.databases.migrated(self.kind)
        url = self._database.__enter__()
        self.world: World = make_world(open_engine(url), Path(self._folder.name))
        self.world.log.publish()
        self.done: list[Done] = []
        self.expected = log_size(self.world.log)

    def teardown(self) -> None:
        """At the end everything is looked at."""
        with settled(self.world) as fresh:
            check_all(fresh)
        self.world.log.engine.dispose()
        self._database.__exit__(None, None, None)
        self._folder.cleanup()

    @rule(code=st.sampled_from(HARVESTED), kg=AMOUNTS)
    def harvest(self, code: str, kg: str) -> None:
        """More of a lot is picked."""
        self._act("harvest", [(code, kg)], cycle=CYCLE)

    @rule(kind=st.sampled_from(("shipping", "retail_sale")), code=PRODUCE, kg=AMOUNTS)
    def take(self, kind: str, code: str, kg: str) -> None:
        """Some of a lot leaves."""
        self._act(kind, [(code, kg)])

    @rule(src=PRODUCE, dst=st.sampled_from(PACKED), kg=AMOUNTS)
    def pack(self, src: str, dst: str, kg: str) -> None:
        """Some of a lot becomes some of another."""
        fact = Fact("initial_packing", self.world.later(minutes=1), place=ORCHARD,
                    inputs=(portion(lot(src), kg),), outputs=(portion(lot(dst), kg),))  # fmt: skip
        amount = Decimal(kg)
        self._record(fact, ((src, "consumed", amount), (dst, "created", amount)), ((src, dst),))

    def _act(self, kind: str, some: list[tuple[str, str]], **more: Any) -> None:
        portions = tuple(portion(lot(code), kg) for code, kg in some)
        fact = Fact(kind, self.world.later(minutes=1), place=ORCHARD, portions=portions, **more)
        self._record(fact, tuple((code, _COLUMNS[kind], Decimal(kg)) for code, kg in some))

    def _record(
        self,
        fact: Fact,
        parts: tuple[tuple[str, str, Decimal], ...],
        edges: tuple[tuple[str, str], ...] = (),
    ) -> None:
        try:
            answered = record(self.world.log, FARMER, fact)
        except RefusedError:
            return
        assert answered.index is not None
        self.done.append(Done(answered.index, fact, parts, edges))

    @rule(data=st.data())
    def repeat(self, data: st.DataObject) -> None:
        """The same act comes again."""
        standing = [one for one in self.done if one.stands]
        if standing:
            before = log_size(self.world.log)
            assert record(self.world.log, FARMER, data.draw(st.sampled_from(standing)).fact).entered.repeated
            assert log_size(self.world.log) == before

    @rule(data=st.data())
    def correct(self, data: st.DataObject) -> None:
        """Something did not occur."""
        standing = [n for n, one in enumerate(self.done) if one.stands]
        if standing:
            self.world.later(minutes=1)
            n = data.draw(st.sampled_from(standing))
            correct(self.world.log, FARMER, self.done[n].index, "did_not_occur")
            self.done[n] = replace(self.done[n], stands=False)

    @rule(code=st.sampled_from(HARVESTED))
    def crash_in_the_middle(self, code: str) -> None:
        """An act dies after it wrote, before it ended."""
        fact = Fact("harvest", self.world.later(minutes=1), place=ORCHARD,
                    portions=(portion(lot(code), "7"),), cycle=CYCLE)  # fmt: skip
        try:
            with self.world.log.unit_of_work() as uow:
                record_in(uow, self.world.log.operator, FARMER, fact)
                raise CrashError
        except CrashError:
            pass

    @rule(step=st.integers(0, 12), outcome=st.sampled_from(OUTCOMES))
    def stop_while_publishing(self, step: int, outcome: str) -> None:
        """One of the publisher's writes fails."""
        labels = (
            "tiles: write file",
            "tiles: fsync file",
            "tiles: replace tile",
            "tiles: replace checkpoint",
        )
        fault = Fault(labels[step % len(labels)], step // len(labels), outcome)
        try:
            with failing(self.world.log.engine, fault, {"tiles": Path(self._folder.name) / "tiles"}):
                self.world.log.publish()
        except OSError:
            assert fault.hit

    @rule()
    def publish(self) -> None:
        """The log's files are brought up to date."""
        assert self.world.log.publish() == log_size(self.world.log)
        check_files(self.world, 0)

    @rule()
    def reopen(self) -> None:
        """A new process takes over."""
        self.world = reopened(self.world)
        self.world.log.catch_up()

    @invariant()
    def totals_and_edges_are_those_of_the_acts_that_stand(self) -> None:
        """Reckoned from nothing."""
        totals: Counter[tuple[str, str]] = Counter()
        edges: Counter[tuple[str, str]] = Counter()
        for one in self.done:
            if one.stands:
                for code, total, amount in one.parts:
                    totals[code, total] += amount  # type: ignore[assignment]
                edges.update(one.edges)
        for code in (*HARVESTED, *PACKED):
            balance = self.world.balance(lot(code)) if self._is_known(code) else None
            for total in ("created", "consumed", "shipped", "sold"):
                assert (getattr(balance, total) if balance else 0) == totals[code, total], (code, total)
            if balance:
                gone = balance.consumed + balance.shipped + balance.sold
                assert balance.created == gone + balance.on_hand
                assert balance.on_hand >= 0 or any(not one.stands for one in self.done)
        assert self._edges() == edges

    @invariant()
    def what_was_answered_is_on_the_log_in_its_order(self) -> None:
        """Indexes only grow, and each is there."""
        indexes = [one.index for one in self.done]
        assert indexes == sorted(set(indexes))
        with self.world.read() as db:
            there = select(t.entry.c.entry_index).where(t.entry.c.entry_index.in_(indexes))
            assert len(db.execute(there).all()) == len(indexes)

    def _is_known(self, code: str) -> bool:
        with self.world.read() as db:
            return db.execute(select(Lot.id).where(Lot.uri == lot(code).uri)).first() is not None

    def _edges(self) -> Counter[tuple[str, str]]:
        with self.world.read() as db:
            codes = {row.id: row.code for row in db.execute(select(Lot.id, Lot.code))}
            rows = db.execute(select(LotEdge.src, LotEdge.dst).where(LotEdge.voided.is_(False))).all()
        found = [(codes[row.src], codes[row.dst]) for row in rows]
        return Counter(edge for edge in found if edge[0] is not None)


def test_no_order_of_acts_and_crashes_changes_what_was_answered(
    databases: Databases, database_kind: Kind
) -> None:
    ledger = type("Ledger", (Ledger,), {"databases": databases, "kind": database_kind})

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        ledger,
        settings=settings(
            max_examples=100 if ALL else 4,
            stateful_step_count=20,
            deadline=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
