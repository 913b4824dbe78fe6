"""A season's rows, recorded one after the other: all of them or none, with the problems of every row that cannot be.

- Master data comes first, parties before all else.
- Whoever gives the rows says by whom a row without `by` is recorded, and may refuse single rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol

from lotproof.kernel.errors import ForbiddenError, LotproofError, Problem, RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger.unit_of_work import UnitOfWork
from lotproof.lots.acts import record_in
from lotproof.lots.book.forms import FORMS
from lotproof.lots.book.own_records import write_own
from lotproof.lots.book.recording import require_own
from lotproof.lots.drafting import Author
from lotproof.lots.findings import Found
from lotproof.lots.master_data import write_master_data
from lotproof.lots.native import Fact
from lotproof.parties.actions import register_party
from lotproof.people.actor import Actor
from lotproof.people.deeds import note

MOST_TOLD = 1000
_PERMISSION = {form.kind: form.permission for form in FORMS.values()}


class Row(Protocol):
    """One row: a fact or a record (with `type`, `id`, `body`). number: as a spreadsheet counts."""

    @property
    def number(self) -> int:
        """Of the row."""

    @property
    def by(self) -> Gln | None:
        """Who records it."""

    @property
    def fact(self) -> Fact | None:
        """What happened."""

    @property
    def record(self) -> Any:
        """Master data."""


Write = Callable[[UnitOfWork, Row], Sequence[Found]]
Tick = Callable[[int], object]


def write_rows(
    uow: UnitOfWork, rows: Sequence[Row], write: Write, tick: Tick = lambda _n: None
) -> list[Found]:
    """Write all rows. Raises: RefusedError `rows_refused` with the problems of every row that cannot be."""
    found: list[Found] = []
    problems: list[Problem] = []
    hint = ""
    for row in sorted(rows, key=lambda row: (row.record is None, not _is_party(row))):
        tick(1)
        try:
            with uow.attempt():
                found += write(uow, row)
        except LotproofError as error:
            hint = hint or error.hint
            problems += _in_row(row.number, error)
        if len(problems) >= MOST_TOLD:
            break
    if problems:
        many = len({one.where for one in problems})
        raise RefusedError("rows_refused", f"nothing was recorded: {many} rows cannot be", hint, problems)
    return found


def as_operator(operator: str, rows: Sequence[Row]) -> Write:
    """Return what writes rows of anybody, as whoever runs the instance may. Parties that record get a key."""
    recorders = {row.by for row in rows if row.by}

    def write(uow: UnitOfWork, row: Row) -> Sequence[Found]:
        by = row.by.party_uri if row.by else operator
        if row.fact is not None:
            return record_in(uow, operator, Author(by), row.fact).findings
        gln = Gln(row.record.id.rpartition("/")[2]) if _is_party(row) else None
        if gln in recorders or (gln and gln.party_uri == operator):
            register_party(uow, operator, gln, row.record.body)
        else:
            write_master_data(uow, operator, by, row.record.type, row.record.id, row.record.body)
        return ()

    return write


def as_member(operator: str, actor: Actor) -> Write:
    """Return what writes rows of the organisation that somebody acts for, and refuses all others."""

    def write(uow: UnitOfWork, row: Row) -> Sequence[Found]:
        party = actor.acting_for
        if row.by is not None and row.by.party_uri != party:
            raise ForbiddenError(
                "other_organisation", f"{row.by} is not the organisation that you act for", "leave `by` blank"
            )
        if row.fact is None:
            write_own(uow, operator, actor, row.record.type, row.record.id, row.record.body)
            return ()
        permission = _PERMISSION.get(row.fact.kind)
        if permission is None:
            raise ForbiddenError(
                "not_in_a_file", f"a {row.fact.kind} is not recorded by file", "use its page"
            )
        actor.require(permission)
        require_own(uow.db, party, row.fact)
        done = record_in(uow, operator, Author(party), row.fact)
        if not done.repeated:
            note(
                uow.db, actor, uow.now, "record_event", "submission", str(done.submission), kind=row.fact.kind
            )
        return done.findings

    return write


def _is_party(row: Row) -> bool:
    return row.record is not None and row.record.type == "party"


def _in_row(number: int, error: LotproofError) -> list[Problem]:
    row = f"row {number}"
    if not error.problems:
        return [Problem(row, error.code, error.message)]
    return [replace(one, where=row, message=f"{one.where}: {one.message}" if one.where else one.message)
            for one in error.problems]  # fmt: skip
