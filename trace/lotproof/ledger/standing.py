"""Whether the log may grow here. It may, unless a row says why not.

- `filling`: a mirror that is not whole yet. Nothing opens it but the import that goes on with it.
- `mirror`: a verified copy of somebody's log. It is read, and never written.
- `adopted`: the log itself, which goes on after entries were taken over from what was published. It may grow.
- `rolled_back`: a restored copy, and others have seen a longer log. Going on would fork it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Connection, Engine, delete, insert, inspect, select

from lotproof.kernel.errors import LogFaultError, LotproofError, RefusedError
from lotproof.ledger import tables as t
from lotproof.storage.engine import reading

FILLING, MIRROR, ROLLED_BACK, ADOPTED = "filling", "mirror", "rolled_back", "adopted"
WORKED = "worked"


@dataclass(frozen=True, slots=True)
class Standing:
    """What this copy of the log is.

    about: of a mirror {source, pinned, lost, worked}; of one rolled back {published, size, checkpoint}; of one that
    goes on {lost}.  lost: SHA-256 of blobs that its entries name, and that it never got.
    worked: how many entries have worked on the derived tables; only while that is going on.
    """

    kind: str
    about: Mapping[str, Any] = field(default_factory=dict)


def standing_of(db: Connection) -> Standing | None:
    """Return what keeps the log from growing here, None where nothing does."""
    row = db.execute(select(t.standing)).one_or_none()
    return Standing(row.kind, row.about) if row else None


def is_copy(engine: Engine) -> bool:
    """Whether a mirror is in this database, whole or not; without tables there is none."""
    with reading(engine) as db:
        standing = standing_of(db) if inspect(db).has_table(t.standing.name) else None
    return standing is not None and standing.kind in (FILLING, MIRROR)


def set_standing(db: Connection, standing: Standing | None) -> None:
    """Say what this copy is, or with None that it is the log itself."""
    db.execute(delete(t.standing))
    if standing is not None:
        db.execute(insert(t.standing), {"id": 1, "kind": standing.kind, "about": dict(standing.about)})


def note_worked(db: Connection, worked: int | None) -> None:
    """Say how many entries have worked on the derived tables; None: all of them."""
    standing = standing_of(db)
    if standing is not None:
        about = {name: value for name, value in standing.about.items() if name != WORKED}
        set_standing(db, replace(standing, about=about if worked is None else about | {WORKED: worked}))


def worked_of(db: Connection) -> int | None:
    """Return how many entries have worked on the derived tables, None where all have."""
    standing = standing_of(db)
    return None if standing is None else standing.about.get(WORKED)


def refuse_unworked(db: Connection) -> None:
    """Raise RefusedError `being_rebuilt` where entries still work on the tables that are about to be read."""
    worked = worked_of(db)
    if worked is not None:
        size = db.execute(select(t.head.c.size)).scalar_one()
        raise RefusedError(
            "being_rebuilt",
            f"totals, traces and pages are being rebuilt: {worked} of {size} entries have worked so far",
            "ask again later. The log itself is whole: its tiles, its proofs and lotproof verify answer. "
            "If nobody is at it any more, run the same lotproof import again",
        )


def refuse_unready(standing: Standing | None) -> None:
    """Raise where nothing may be read here: LogFaultError `mirror_unfinished`, `log_rolled_back`."""
    if standing is not None and standing.kind == FILLING:
        raise LogFaultError(
            "mirror_unfinished",
            "the import of this mirror was stopped before all of it was here",
            "run the same lotproof import again: it goes on where it stopped",
        )
    if standing is not None and standing.kind == ROLLED_BACK:
        published, size = standing.about.get("published"), standing.about.get("size")
        raise LogFaultError(
            "log_rolled_back",
            f"{published} entries were published, but the restored copy holds only {size}",
            "restore a newer backup, or take what was published: lotproof restore --adopt-published DIR|URL",
        )


def read_only(origin: str) -> LotproofError:
    """The refusal of whoever would write into a mirror."""
    return RefusedError(
        "read_only_mirror",
        f"this is a read-only mirror of {origin}",
        "record it where the log itself is kept, then bring the mirror up to date: lotproof import",
    )
