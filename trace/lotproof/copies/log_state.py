"""What was verified of a log, read back from its tables, so that the next verification begins where it ends.

The tables were filled from verified leaves. Whoever doubts them runs `lotproof verify`, which begins at entry 0.
"""

from sqlalchemy import Connection, select

from lotproof.kernel.instants import rfc3339
from lotproof.ledger import tables as t
from lotproof.proof.entry import parse
from lotproof.proof.keyring import Keyring
from lotproof.proof.merkle import Frontier
from lotproof.proof.verify import VerifyState

_AT_ONCE = 5_000


def verified_state(db: Connection) -> VerifyState:
    """Return the state at the log's head."""
    head = db.execute(select(t.head.c.frontier, t.head.c.record_time)).one()
    chains = select(t.chain.c.uri, t.chain.c.length, t.chain.c.head).execution_options(yield_per=_AT_ONCE)
    heads = {row.uri: (row.length - 1, row.head.hex()) for row in db.execute(chains)}
    time = rfc3339(head.record_time) if head.record_time else ""
    frontier = Frontier.from_bytes(head.frontier)
    return VerifyState(frontier=frontier, heads=heads, keyring=keyring_of(db), record_time=time)


def keyring_of(db: Connection) -> Keyring:
    """Return the keys that the log's key entries bind."""
    keyring = Keyring()
    rows = select(t.entry.c.entry_index, t.entry.c.leaf).where(t.entry.c.kind == "key")
    for row in db.execute(rows.order_by(t.entry.c.entry_index)):
        keyring.apply(row.entry_index, parse(row.leaf))
    return keyring
