"""Destroy what opens hidden parts, and what would let somebody try contents against the log.

- The leaf keeps its digest, so every proof still holds; without salt and value the digest fits nothing.
- The keyed content of a submission (`log_submission`) would tell, to whoever has the log's secret, whether a guess at
  what was erased is right. It becomes random: from then on the same content counts as a new one.
- The same content of other parties stays the same content, so that it still counts once.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, inspect, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.ledger import tables as t
from lotproof.ledger.submitting import Entropy
from lotproof.storage.engine import in_batches


@dataclass(frozen=True, slots=True)
class Destroyed:
    """submissions: in which something was hidden, sorted.  renamed: new contents, each with those that have it."""

    submissions: Sequence[int]
    renamed: Sequence[tuple[bytes, Sequence[int]]]


def destroy(db: Connection, digests: Collection[str], entropy: Entropy) -> Destroyed:
    """Destroy salts and values of these digests, and make the contents that they were part of random.

    db: inside a writing transaction. Whoever calls it lets the tables follow that are derived.  Safe to repeat.
    """
    submissions: set[int] = set()
    for some in in_batches(sorted(digests)):
        of_them = t.disclosure.c.digest.in_(some)
        submissions.update(db.execute(select(t.disclosure.c.submission).where(of_them)).scalars())
        db.execute(delete(t.disclosure).where(of_them))
    remember(db, digests)
    renamed = _make_unlinkable(db, sorted(submissions), entropy)
    if submissions:
        note_change(db)
    return Destroyed(sorted(submissions), renamed)


def remember(db: Connection, digests: Collection[str], party: str | None = None) -> None:
    """Keep in mind that these are erased, whatever a restored copy brings back."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    for some in in_batches(sorted(digests)):
        db.execute(
            dialect.insert(t.erased).on_conflict_do_nothing(index_elements=["digest"]),
            [{"digest": one} for one in some],
        )
    if party is not None:
        known = dialect.insert(t.erased_party).on_conflict_do_nothing(index_elements=["party"])
        db.execute(known, {"party": party})


def erased_parties(db: Connection) -> list[str]:
    """Return the parties that were ever erased."""
    return list(db.execute(select(t.erased_party.c.party)).scalars())


def entries_after(db: Connection, start: int) -> list[Row[Any]]:
    """Return the `erase` entries (leaf, record_time) from an index on."""
    statement = select(t.entry.c.leaf, t.entry.c.record_time).where(
        t.entry.c.entry_index >= start, t.entry.c.kind == "erase", t.rare_kinds
    )
    return list(db.execute(statement.order_by(t.entry.c.entry_index)))


def replay_due(db: Connection) -> bool:
    """Whether anything has to be erased again, or might have to: a few quick questions where it need not.

    False also where the tables are older than erasure: whoever brings them up to date opens the log again.
    """
    if not inspect(db).has_table(t.erasure_mark.name):
        return False
    return bool(entries_after(db, mark(db)) or back_again(db) or erased_parties(db))


def size(db: Connection) -> int:
    """Return how many entries there are."""
    newest = db.execute(select(func.max(t.entry.c.entry_index))).scalar()
    return 0 if newest is None else int(newest) + 1


def back_again(db: Connection) -> list[str]:
    """Return digests that were erased and can be opened nevertheless, as after a restore of an older copy."""
    found = select(t.erased.c.digest).join(t.disclosure, t.disclosure.c.digest == t.erased.c.digest)
    return list(db.execute(found).scalars())


def values_of(db: Connection, digests: Sequence[str]) -> list[Any]:
    """Return what these digests hide, as far as it can be opened."""
    return [
        value
        for some in in_batches(digests)
        for value in db.execute(select(t.disclosure.c.value).where(t.disclosure.c.digest.in_(some))).scalars()
    ]


def mark(db: Connection) -> int:
    """Return the index up to which `erase` entries were read."""
    return db.execute(select(t.erasure_mark.c.replayed)).scalar() or 0


def set_mark(db: Connection, replayed: int) -> None:
    """Remember up to which index `erase` entries were read."""
    if not db.execute(update(t.erasure_mark).values(replayed=replayed)).rowcount:
        db.execute(insert(t.erasure_mark), {"id": 1, "replayed": replayed, "changes": 0})


def note_change(db: Connection) -> None:
    """Let pages know that what they were made of is gone."""
    changed = update(t.erasure_mark).values(changes=t.erasure_mark.c.changes + 1)
    if not db.execute(changed).rowcount:
        db.execute(insert(t.erasure_mark), {"id": 1, "replayed": 0, "changes": 1})


def _make_unlinkable(
    db: Connection, submissions: Sequence[int], entropy: Entropy
) -> list[tuple[bytes, list[int]]]:
    known: set[bytes] = set()
    for some in in_batches(submissions):
        known.update(db.execute(select(t.submission.c.content).where(t.submission.c.id.in_(some))).scalars())
    renamed = []
    for old in sorted(known):
        new, same = entropy(32), t.submission.c.content == old
        ids = sorted(db.execute(select(t.submission.c.id).where(same)).scalars())
        for id in ids:
            db.execute(update(t.submission).where(t.submission.c.id == id).values(identity=entropy(32)))
        db.execute(update(t.submission).where(same).values(content=new))
        renamed.append((new, ids))
    return renamed
