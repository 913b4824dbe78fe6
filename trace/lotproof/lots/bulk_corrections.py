"""Correct many events in one transaction: all of them, or none and every reason why.

- What is wrong is voided newest first, and what is right is recorded in the order in which it happened: an event that
  rests on another one is judged by the corrected one, and is not held because of a moment between the two.
- What was found is held at the end, where it still stands then.
- Safe to run again: what was corrected just so before is answered again, and nothing is recorded.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from lotproof.kernel.errors import LotproofError, Problem, RefusedError
from lotproof.ledger.log import Log
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.acts import declare_wrong, record_instead
from lotproof.lots.correction_cases import (
    REPLACED,
    VOIDED,
    Case,
    Corrected,
    Wish,
    case_of,
    named_events,
    refused,
)
from lotproof.lots.entering import place_due_holds
from lotproof.lots.findings import Found, Opened
from lotproof.lots.recall import Tick

MOST_TOLD = 1000  # problems


@dataclass(frozen=True, slots=True)
class Together:
    """What came of all of them, in the order of the wishes."""

    corrected: tuple[Corrected, ...]
    found: tuple[Found, ...]


class _RehearsedError(Exception):
    """Everything would work; take it back."""


def correct_together(
    log: Log,
    wishes_of: Callable[[UnitOfWork], Sequence[Wish]],
    *,
    rehearse: bool = False,
    tick: Tick | None = None,
) -> Together:
    """Correct all of them, or nothing. rehearse: do all of it and take it back, to know what would happen.

    Raises: RefusedError `rows_refused` with the problems of every row that cannot be.
    """
    done: Together | None = None
    try:
        with log.unit_of_work() as uow:
            done = _Correcting(uow, log.operator, tick or (lambda _: None)).run(wishes_of(uow))
            if rehearse:
                raise _RehearsedError
    except _RehearsedError:
        pass
    assert done is not None
    return done


@dataclass(slots=True)
class _Correcting:
    """One file's corrections inside one transaction."""

    uow: UnitOfWork
    operator: str
    tick: Tick
    problems: list[Problem] = field(default_factory=list)
    hint: str = ""
    deferred: Opened = field(default_factory=Opened)

    def run(self, wishes: Sequence[Wish]) -> Together:
        """Find every event, then void, then record."""
        cases = self._cases(wishes)
        self._stop_if_refused()
        todo = [case for case in cases if case.done is None]
        for case in sorted(todo, key=lambda case: (case.row.event_time, case.row.submission), reverse=True):
            self._void(case)
        for case in sorted(todo, key=_happened):
            self._record(case)
        self._stop_if_refused()
        found = place_due_holds(self.uow, self.operator, self.deferred)
        return Together(tuple(case.done for case in cases if case.done), found)

    def _cases(self, wishes: Sequence[Wish]) -> list[Case]:
        known = named_events(self.uow, wishes)
        seen: dict[int, Wish] = {}
        cases = []
        for wish in wishes:
            with self._told(wish):
                row, raw = known.get(wish.entry, (None, {}))
                first = seen.setdefault(wish.entry, wish)
                if row is None or row.corrects is not None:
                    said = f"entry {wish.entry} is no event that could be corrected"
                    raise refused("no_such_event", said, "see: lotproof trace")
                if first is not wish:
                    said = f"entry {wish.entry} stands in {first.where} already"
                    raise refused("same_event_twice", said, "leave one row for each event")
                cases.append(case_of(self.uow, wish, row, raw))
        return cases

    def _void(self, case: Case) -> None:
        wish = case.wish
        assert wish.error is not None
        with self._told(wish), self.uow.attempt():
            declared = declare_wrong(
                self.uow, self.operator, wish.author, case.row.submission, wish.error, self.deferred
            )
            outcome = REPLACED if case.after else VOIDED
            case.done = Corrected(
                wish.where, wish.entry, outcome, declared.submission, None, case.before, case.after
            )
        self.tick(1)

    def _record(self, case: Case) -> None:
        if case.after is None or case.done is None:
            return
        with self._told(case.wish), self.uow.attempt():
            done = record_instead(self.uow, self.operator, case.wish.author, case.after, self.deferred)
            case.done = replace(case.done, recorded=done.submission)
        self.tick(1)

    @contextmanager
    def _told(self, wish: Wish) -> Iterator[None]:
        """Keep what is wrong with one wish, and go on with the next, so that all is told at once."""
        try:
            yield
        except LotproofError as error:
            self.hint = self.hint or error.hint
            self.problems += _in_row(wish.where, error)

    def _stop_if_refused(self) -> None:
        if self.problems:
            rows = len({one.where for one in self.problems})
            raise RefusedError("rows_refused", f"nothing was recorded: {rows} rows cannot be", self.hint,
                               self.problems[:MOST_TOLD])  # fmt: skip


def _happened(case: Case) -> tuple[Any, int]:
    return (case.after.at if case.after else case.row.event_time, case.row.submission)


def _in_row(where: str, error: LotproofError) -> list[Problem]:
    """The problems at their row; those of `restate` say where they are themselves."""
    if not error.problems:
        return [Problem(where, error.code, error.message)]
    return [one if one.where.startswith(where) else
            Problem(where, one.code, f"{one.where}: {one.message}" if one.where else one.message)
            for one in error.problems]  # fmt: skip
