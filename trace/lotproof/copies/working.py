"""Let the entries of a mirror work on its derived tables, in pieces: each is kept, and the next run goes on from there.

The log itself is verified and whole before that begins, and is served meanwhile. Whoever reads totals or traces is told
how far it is (`being_rebuilt`): a state that never was is not shown.
"""

from collections.abc import Callable

from sqlalchemy import Engine, select

from lotproof.ledger import tables as t
from lotproof.ledger.standing import note_worked, worked_of
from lotproof.lots.rebuild import end_of_piece, keep_others_out, replay
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import writing

_PIECE = 5000  # entries: about ten seconds, and little beside what a commit takes


def let_work(engine: Engine, blobs: BlobStore, tick: Callable[[int], None], piece: int = _PIECE) -> int:
    """Let all entries work that have not yet; returns how many that were. tick: told of each piece."""
    total = 0
    while True:
        with writing(engine) as db:
            keep_others_out(db)  # of two imports one goes on where the other one is
            first = worked_of(db)
            if first is None:
                return total
            size = db.execute(select(t.head.c.size)).scalar_one()
            end = end_of_piece(db, first, piece)
            replay(db, blobs, first, end)
            note_worked(db, None if end >= size else end)
        total += end - first
        tick(end - first)
