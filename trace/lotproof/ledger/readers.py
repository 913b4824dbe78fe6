"""Who may read which entries: the one place that says so.

- `log_entry_party` names for every entry its signer and the parties that it names; it is filled as entries are
  numbered. Whoever stands there may read the entry with its hidden parts.
- The operator and an auditor read all. An auditor is whom the operator gave a key with the scope `audit`.
- Everybody may read the checkpoint and the hash tiles, and what a public page shows: see `lots.public_facts`.
"""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, select, true

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import tables as t
from lotproof.storage.engine import in_batches

Reader = str | None
"""A party's URI, or None for whoever reads all."""


def readable(statement: Select[Any], reader: Reader) -> Select[Any]:
    """Narrow a statement that selects from `log_entry` to the entries that a reader may read."""
    if reader is None:
        return statement
    mine = select(t.entry_party.c.entry_index).where(t.entry_party.c.party == reader)
    return statement.where(t.entry.c.entry_index.in_(mine))


def owned(column: ColumnElement[Any], reader: Reader) -> ColumnElement[bool]:
    """Return the condition that what belongs to the party in `column`, such as a capture job, is the reader's."""
    return true() if reader is None else column == reader


def takes_part(db: Connection, reader: Reader, entries: Collection[int]) -> bool:
    """Whether a reader may read at least one of these entries."""
    return reader is None or any(
        db.execute(
            select(t.entry_party.c.entry_index)
            .where(t.entry_party.c.party == reader, t.entry_party.c.entry_index.in_(some))
            .limit(1)
        ).first()
        for some in in_batches(sorted(entries))
    )


def require_readable(db: Connection, reader: Reader, index: int) -> None:
    """Raise NotFoundError `no_such_entry`, alike where there is none and where it is of others."""
    found = readable(select(t.entry.c.entry_index).where(t.entry.c.entry_index == index), reader)
    if db.execute(found).first() is None:
        raise NotFoundError("no_such_entry", f"there is no entry {index} that you take part in")
