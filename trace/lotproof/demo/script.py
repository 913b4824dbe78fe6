"""The script of a season: who records what, and when. It is written in any order and played in order of time.

- Facts of one day go into one transaction, as an office enters the day's notes in the evening; what is no single
  fact (release, correction, recall, a document from outside, master data) is a transaction of its own.
- Acts at or after the end are left out, so that a season stops in the middle of its work on any day.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from lotproof.demo.cast import Organisation, Site
from lotproof.demo.chance import Dice
from lotproof.demo.keys import sscc
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.errors import LotproofError
from lotproof.kernel.identifiers import LotId, Sscc
from lotproof.ledger.log import Log
from lotproof.lots import acts, recall
from lotproof.lots.drafting import Author
from lotproof.lots.master_data import write_master_data
from lotproof.lots.native import Fact

CHINA = ZoneInfo("Asia/Shanghai")
NOTED_AFTER = timedelta(seconds=90)

Progress = Callable[[int], None]
"""Told after each transaction how many acts it recorded."""


@dataclass(slots=True)
class Act:
    """One thing that `by` records. One of fact and do is set.  index: its entry, once it is played."""

    at: datetime
    by: Organisation
    fact: Fact | None = None
    do: Callable[[Log], None] | None = None
    index: int | None = None


def moment(day: date, clock: str) -> datetime:
    """Return a time of day in China, written as "06:40"."""
    return datetime.combine(day, time.fromisoformat(clock), CHINA)


class Script:
    """What a season's stories write into. Numbers that it hands out follow the order of writing."""

    def __init__(self, dice: Dice) -> None:
        self.dice = dice
        self.acts: list[Act] = []
        self._serials: dict[str, int] = {}

    def note(self, kind: str, at: datetime, site: Site, **fields: Any) -> Act:
        """Let those who run a place record a fact when it happens there. fields: those of `native.Fact`."""
        act = Act(at, site.owner, Fact(kind, at, place=site.gln, **fields))
        self.acts.append(act)
        return act

    def release(
        self, by: Organisation, at: datetime, lots: Sequence[LotId], people: Sequence[str], why: str
    ) -> None:
        """Let two people end the holds of lots."""
        author = Author(by.uri, approvals=tuple(people))
        self._do(by, at, lambda log: acts.release(log, author, lots, why))

    def correct(self, by: Organisation, at: datetime, wrong: Act, right: Fact) -> None:
        """Let an organisation take back what it recorded, and record what is right."""

        def mend(log: Log) -> None:
            assert wrong.index is not None
            acts.correct(log, Author(by.uri), wrong.index, "incorrect_data", right)

        self._do(by, at, mend)

    def recall(self, by: Organisation, at: datetime, seeds: Sequence[LotId], why: str) -> None:
        """Let an organisation call back lots and everything that came of them."""
        self._do(by, at, lambda log: recall.recall(log, Author(by.uri), seeds, why))

    def master(self, by: Organisation, at: datetime, type_name: str, id: str, body: dict[str, Any]) -> None:
        """Let an organisation record master data in the course of the season."""

        def write(log: Log) -> None:
            with log.unit_of_work() as uow:
                write_master_data(uow, log.operator, by.uri, type_name, id, body)

        self._do(by, at, write)

    def run(self, by: Organisation, at: datetime, do: Callable[[Log], object]) -> None:
        """Let an organisation do anything else."""
        self._do(by, at, do)

    def container(self) -> Sscc:
        """Return a crate or pallet that was not used before."""
        return sscc(self._next("container"))

    def number(self, kind: str, at: datetime) -> str:
        """Return the number of a business document, such as PO-261103-014."""
        return f"{kind}-{at:%y%m%d}-{self._next(kind):03}"

    def paper(self, issuer: str, at: datetime) -> str:
        """Return the address of a certificate or report; .example names nobody (RFC 2606)."""
        return f"https://{issuer}.example/{at:%Y}/{self._next(issuer):05}"

    def _do(self, by: Organisation, at: datetime, do: Callable[[Log], object]) -> None:
        def done(log: Log) -> None:
            do(log)

        self.acts.append(Act(at, by, None, done))

    def _next(self, series: str) -> int:
        self._serials[series] = self._serials.get(series, 0) + 1
        return self._serials[series]


def play(log: Log, clock: SteppingClock, script: Script, end: datetime, progress: Progress) -> None:
    """Record what the script says, up to `end`. clock: the log's own, moved along the season."""
    wanted = sorted((act for act in script.acts if act.at < end), key=lambda act: act.at)
    for some in _transactions(wanted):
        clock.set(some[-1].at + NOTED_AFTER)
        _perform(log, some)
        progress(len(some))


def _transactions(wanted: Sequence[Act]) -> Iterator[list[Act]]:
    """Facts of one day together; every other act alone."""
    for _day, of_day in groupby(wanted, key=lambda act: act.at.date()):
        for are_facts, some in groupby(of_day, key=lambda act: act.fact is not None):
            together = list(some)
            yield from [together] if are_facts else ([act] for act in together)


def _perform(log: Log, some: Sequence[Act]) -> None:
    if (do := some[0].do) is not None:
        do(log)
        return
    with log.unit_of_work() as uow:
        submissions = [_record(uow, log.operator, act) for act in some]
    for act, submission in zip(some, submissions, strict=True):
        act.index = uow.receipts[submission].index


def _record(uow: Any, operator: str, act: Act) -> int:
    assert act.fact is not None
    try:
        return acts.record_in(uow, operator, Author(act.by.uri), act.fact).submission
    except LotproofError as error:
        error.add_note(f"in the demonstration: {act.by.names['en']}, {act.fact}")
        raise
