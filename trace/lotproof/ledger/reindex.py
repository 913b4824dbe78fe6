"""Tables of the log that follow from its leaves: chains with their links, who takes part, whose key is whose.

Nothing is judged here: whether the leaves are right is what `proof.verify` says.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from lotproof.ledger import tables as t
from lotproof.ledger.bulk import insert_all
from lotproof.proof.merkle import leaf_hash

LINKS = (t.chain_link, t.chain)
"""Emptied and written again; in this order, as one points to the other."""

_GROW = (
    update(t.chain)
    .where(t.chain.c.id == bindparam("key"))
    .values(length=bindparam("n"), head=bindparam("h"), newest=bindparam("i"))
)


class Chains:
    """Writes the chains anew. Keeps one row a chain in memory."""

    def __init__(self, db: Connection) -> None:
        self._db = db
        self._known: dict[str, dict[str, Any]] = {}

    @classmethod
    def emptied(cls, db: Connection) -> "Chains":
        """Begin with no chains at all."""
        for table in LINKS:
            db.execute(delete(table))
        return cls(db)

    def add(self, entries: Sequence[tuple[int, bytes, Sequence[Mapping[str, Any]]]]) -> None:
        """Write the chains of entries (index, leaf, its chains), which come in order."""
        links, new, grown = [], {}, {}
        for index, leaf, chains in entries:
            head = leaf_hash(leaf)
            for link in chains:
                uri = link["id"]
                if uri not in self._known:
                    new[uri] = self._known[uri] = {"id": len(self._known), "uri": uri, "length": 0}
                chain = self._known[uri]
                links.append({"chain": chain["id"], "seq": chain["length"], "entry_index": index})
                chain |= {"length": chain["length"] + 1, "head": head, "newest": index}
                if uri not in new:
                    grown[uri] = chain
        insert_all(self._db, t.chain, list(new.values()))
        insert_all(self._db, t.chain_link, links)
        if grown:
            rows = [
                {"key": c["id"], "n": c["length"], "h": c["head"], "i": c["newest"]} for c in grown.values()
            ]
            self._db.execute(_GROW, rows)


def add_parties(db: Connection, parties: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Write who takes part in entries; what stands already stays, as hidden parts may have told it once."""
    dialect = postgresql if db.dialect.name == "postgresql" else sqlite
    rows = [{"party": uri, "entry_index": index} for index, uris in parties for uri in sorted(set(uris))]
    if rows:
        db.execute(dialect.insert(t.entry_party).on_conflict_do_nothing(), rows)


def forget_bindings(db: Connection) -> None:
    """Let no key be bound or revoked, before all key entries are told again. Sealed halves stay."""
    db.execute(update(t.signing_key).values(bound=None, revoked=None, replaced_by=None))


def tell_key(db: Connection, signed: Mapping[str, Any], submission: int) -> None:
    """Let a key entry of the log work on the table of keys. signed: its payload."""
    key, act, table = signed["key"], signed["kind"], t.signing_key
    replaced = key.get("replaces")
    if act == "revoke":
        db.execute(update(table).where(table.c.did == key["id"]).values(revoked=submission))
        return
    if replaced:
        ended = update(table).where(table.c.did == replaced)
        db.execute(ended.values(revoked=submission, replaced_by=key["id"]))
    was_authority = select(table.c.is_authority).where(table.c.did == replaced)
    is_authority = act == "authority" or bool(replaced and db.execute(was_authority).scalar())
    values = {
        "party": key["party"],
        "custody": key["custody"],
        "subject": key["subject"],
        "is_authority": int(is_authority),
        "bound": submission,
    }
    if not db.execute(update(table).where(table.c.did == key["id"]).values(values)).rowcount:
        db.execute(insert(table), {"did": key["id"]} | values)
