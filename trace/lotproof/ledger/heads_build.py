"""Gather the heads of all chains from one moment of the database, and hash the tree over them.

- What the file of an earlier heads entry holds is taken from there; only chains that moved since are read. The
  file's digest is checked: a damaged one is not gone on from.
- A large log's heads are built by a process of their own (`python -m lotproof.ledger.heads_build`), at low
  priority: in a thread the hashing would hold every request up. The database's URL comes by its input, because a
  command line can be seen by everybody on the machine.
"""

import gc
import json
import os
import subprocess
import sys
from bisect import bisect_left
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from hashlib import sha256
from pathlib import Path

from sqlalchemy import Connection, Engine, bindparam, func, select, text

from lotproof.kernel.errors import LotproofError
from lotproof.ledger import heads_file
from lotproof.ledger import tables as t
from lotproof.ledger.heads_file import HeadsFile, HeadsInHand
from lotproof.ledger.heads_hashing import Packed, hashes_of, in_order, levels_over
from lotproof.ledger.proofs import log_size, node_reader
from lotproof.proof.heads import RECORD_SIZE, Heads, record_of
from lotproof.proof.merkle import HASH_SIZE, stored_index
from lotproof.storage.engine import in_batches, open_engine, reading

MOST_HERE = 20_000
"""Chains up to which the heads are built in this process: it takes less than starting another."""
_AT_ONCE = 10_000
_STANDING = "FROM log_chain WHERE newest >= :since AND newest < :size"
_SQLITE = text(f"SELECT CAST(uri AS BLOB), head, length - 1 {_STANDING}")
# PostgreSQL makes the records itself, which takes it less time than to send what they are made of.
_POSTGRESQL = text(f"SELECT sha256(convert_to(uri, 'UTF8')) || head || int8send(length - 1) {_STANDING}")
_MOVED_ON = (
    select(t.chain.c.uri, func.max(t.chain_link.c.seq), func.max(t.chain_link.c.entry_index))
    .join(t.chain_link, t.chain_link.c.chain == t.chain.c.id)
    .where(t.chain.c.newest >= bindparam("size"), t.chain_link.c.entry_index < bindparam("size"))
    .group_by(t.chain.c.id, t.chain.c.uri)
)


def build(
    db: Connection, folder: Path | None, size: int | None = None, pool: Executor | None = None
) -> HeadsInHand:
    """Return the heads of the first `size` entries, None for all that there are; keeps them in `folder`.

    pool: which hashes, None to do so here.
    """
    whole = log_size(db)
    size = whole if size is None else size
    since, records, hashes = _earlier(folder, size)
    found = list(_standing(db, since, size))
    if size < whole:
        found += _moved_on(db, size)
    fresh = in_order(found)
    records, hashes = _merge(records, hashes, fresh, hashes_of(fresh, pool))
    tree = HeadsInHand(size, records, levels_over(hashes.data, pool))
    if folder is not None:
        heads_file.write(folder, tree)
    return tree


def build_apart(engine: Engine, folder: Path) -> Heads:
    """Build the heads of all entries in a process of their own. Raises: LotproofError `heads_not_built`."""
    asked = {"url": engine.url.render_as_string(hide_password=False), "folder": str(folder)}
    done = subprocess.run(
        [sys.executable, "-m", "lotproof.ledger.heads_build"],
        input=json.dumps(asked), capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        reason = (done.stderr.strip().splitlines() or [f"exit code {done.returncode}"])[-1]
        raise LotproofError("heads_not_built", f"the heads of the chains could not be put together: {reason}")
    answer = json.loads(done.stdout)
    return Heads(answer["size"], bytes.fromhex(answer["root"]), answer["chains"])


def _earlier(folder: Path | None, size: int) -> tuple[int, Packed, Packed]:
    """Return the newest size whose file is whole, its records and their leaf hashes; 0 and nothing without one."""
    for earlier in reversed(heads_file.sizes(folder) if folder is not None else []):
        if earlier <= size and folder is not None:
            try:
                with HeadsFile(folder, earlier) as file:
                    return earlier, *file.whole()
            except (OSError, ValueError):
                heads_file.forget(folder, earlier)
    return 0, Packed(b"", RECORD_SIZE), Packed(b"", HASH_SIZE)


def _standing(db: Connection, since: int, size: int) -> Iterator[bytes]:
    """The records of chains whose newest entry is one of [since, size)."""
    streamed = db.execution_options(stream_results=True, yield_per=_AT_ONCE)
    known = {"since": since, "size": size}
    if db.dialect.name == "postgresql":
        for some in streamed.execute(_POSTGRESQL, known).partitions():
            yield from (bytes(record) for (record,) in some)
        return
    for rows in streamed.execute(_SQLITE, known).partitions():
        for uri, head, seq in rows:
            yield sha256(uri).digest() + head + seq.to_bytes(8)


def _moved_on(db: Connection, size: int) -> Iterator[bytes]:
    """The records of chains that have newer entries than the first `size`, as they stood there."""
    read = node_reader(db)
    for some in in_batches(db.execute(_MOVED_ON, {"size": size}).all()):
        hashes = read([stored_index(0, index) for _, _, index in some])
        yield from (record_of(uri, seq, head) for (uri, seq, _), head in zip(some, hashes, strict=True))


def _merge(records: Packed, hashes: Packed, fresh: bytes, fresh_hashes: bytes) -> tuple[Packed, Packed]:
    """Put fresh records, in order, into those that were there, in the place of those of the same chains."""
    if not records:
        return Packed(fresh, RECORD_SIZE), Packed(fresh_hashes, HASH_SIZE)
    merged, leaves, done = list[bytes](), list[bytes](), 0
    for record, leaf in zip(Packed(fresh, RECORD_SIZE), Packed(fresh_hashes, HASH_SIZE), strict=True):
        at = bisect_left(records, record[:HASH_SIZE], lo=done)
        merged += records[done:at].data, record
        leaves += hashes[done:at].data, leaf
        done = at + (at < len(records) and records[at][:HASH_SIZE] == record[:HASH_SIZE])
    merged.append(records[done:].data)
    leaves.append(hashes[done:].data)
    return Packed(b"".join(merged), RECORD_SIZE), Packed(b"".join(leaves), HASH_SIZE)


def main() -> None:
    """Build what the input asks for, and print what came of it."""
    os.nice(10)
    gc.disable()  # nothing here goes round in a circle, and there are millions of small things to look through
    asked = json.load(sys.stdin)
    with ProcessPoolExecutor() as pool:
        pool.submit(os.getpid).result()  # its processes begin here, before there is a connection to inherit
        with reading(open_engine(asked["url"])) as db:
            heads = build(db, Path(asked["folder"]), pool=pool).heads
    print(json.dumps(heads.as_dict()))


if __name__ == "__main__":
    main()
