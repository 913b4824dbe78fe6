"""Hand on what opens an entry's hidden parts, with its proof, to whoever may read the entry."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from lotproof.kernel.errors import NotFoundError
from lotproof.ledger import tables as t
from lotproof.ledger.readers import Reader, require_readable
from lotproof.lots.bundles import proven
from lotproof.lots.events import disclosures_of
from lotproof.proof import disclosed


def make_disclosures(
    db: Connection, index: int, reader: Reader = None, only: Collection[str] = ()
) -> bytes:
    """Return the file that opens the hidden parts of an entry, as far as they were not erased.

    reader: who asks, None for whoever may read all.  only: JSON Pointers of the parts to open, none for all.
    Raises: NotFoundError `no_such_entry`, also for an entry of others; `nothing_to_disclose`, `no_such_part`.
    """
    require_readable(db, reader, index)
    head = db.execute(select(t.head.c.size, t.head.c.checkpoint, t.head.c.log_key)).one()
    submission = db.execute(select(t.entry.c.submission).where(t.entry.c.entry_index == index)).scalar_one()
    known = disclosures_of(db, [submission]).get(submission, [])
    if not known:
        raise NotFoundError(
            "nothing_to_disclose", f"entry {index} hides nothing, or what it hid was erased", ""
        )
    if missing := sorted(set(only) - {one.name for one in known}):
        there = ", ".join(sorted(one.name for one in known))
        raise NotFoundError("no_such_part", f"entry {index} hides no {missing[0]}", f"it hides {there}")
    chosen = [one for one in known if not only or one.name in only]
    keys = db.execute(select(t.entry.c.entry_index).where(t.entry.c.kind == "key", t.rare_kinds)).scalars()
    wanted = proven(db, {*keys, index}, head.size)
    entry = next(one for one in wanted if one.index == index)
    return disclosed.make(head.checkpoint.encode(), head.log_key, entry, wanted, chosen)
