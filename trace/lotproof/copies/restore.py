"""Restore: a backup into an empty place, which then may only go on if nobody has seen more than it holds.

- Sums, keys, and the whole log are checked before anything counts; until then the database is as empty as before.
- The restored log is compared with what was published. Where others have seen more, it stands rolled back: it
  opens for nothing, because the next entry would fork it. `adopt` takes from what was published what is missing.
- What was published is told by the caller, or lies in the home's own folder of tiles. That nothing was is for the
  caller to say: nobody else can know.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, inspect, select

from lotproof.copies.backup import BACKUP, COPIES, ORIGINALS
from lotproof.copies.parcel_reader import Parcel, open_parcel
from lotproof.copies.published import Published, compare, rolled_back
from lotproof.copies.scratch import scratch
from lotproof.copies.table_files import advance_counters, is_empty, load, tables_of, values_of
from lotproof.documents.files import DOCUMENTS, Files
from lotproof.instance import BLOBS, TILES, Place, master_key_of
from lotproof.kernel.errors import InvalidInputError, LogFaultError, RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.log_source import DatabaseSource
from lotproof.ledger.standing import ROLLED_BACK, Standing, set_standing, standing_of
from lotproof.ledger.vault import Vault
from lotproof.proof.checkpoint import Checkpoint, parse_note_text
from lotproof.proof.tile_source import CHECKPOINT
from lotproof.proof.verify import compare_heads, verify_log
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine, reading, writing
from lotproof.storage.in_use import alone

Tick = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What was published, as the caller knows it. nothing_published: nobody has seen more than the backup holds."""

    published: Published | None = None
    nothing_published: bool = False
    tick: Tick = field(default=lambda _rows: None)


@dataclass(frozen=True, slots=True)
class Restored:
    """What was restored. published: entries that others have seen, None where nobody was asked.

    erasures_known: whether erasures after the backup would have been found. They stand on the published log alone.
    """

    origin: str
    size: int
    rows: int
    blobs: int
    published: int | None
    erasures_known: bool


def restore(place: Place, backup: Path, wish: Wish) -> Restored:
    """Restore a backup into an empty place.

    Raises: InvalidInputError `backup_damaged`, `backup_not_whole`, `newer_backup`; RefusedError `not_empty`,
    `instance_running`, `published_unknown`, `another_log`; LogFaultError `no_master_key`, `wrong_master_key`,
    `not_verified`, `log_forked`: the place is empty as before then.
    Raises: LogFaultError `log_rolled_back` where all is restored, and others have seen more.
    """
    place.home.mkdir(parents=True, exist_ok=True)
    engine = open_engine(place.url)
    try:
        with alone(engine):
            _refuse_full(engine, place)
            with scratch(place.home) as folder:
                parcel = open_parcel(backup, folder, BACKUP)
                head = _head_of(parcel)
                is_mirror = not head["log_seed"]  # it has no keys, and never goes on by itself
                if not is_mirror:
                    _check_master_key(place, head)
                seen = [] if is_mirror else _all_published(place, wish)
                return _Restore(place, engine, parcel, wish, seen).run()
    finally:
        engine.dispose()


class _Restore:
    def __init__(
        self, place: Place, engine: Engine, parcel: Parcel, wish: Wish, seen: list[Published]
    ) -> None:
        self._place, self._engine, self._parcel = place, engine, parcel
        self._wish, self._seen = wish, seen
        self._published: int | None = None

    def run(self) -> Restored:
        from lotproof.storage.migrate import upgrade

        self._make_tables()
        with writing(self._engine) as db:
            rows = self._load_tables(db)
            self._verify(db)
            ahead = self._compare(db)
            # After all that may refuse: documents that nobody names would escape every erasure.
            blobs = self._load_blobs("blobs", BlobStore(self._place.home / BLOBS))
            files = Files(self._place.home / DOCUMENTS)
            files.make()
            self._load_blobs(ORIGINALS, files.quarantine)
            self._load_blobs(COPIES, files.clean)
        upgrade(self._engine)
        if ahead is not None:
            raise ahead
        manifest = self._parcel.manifest
        origin, size = manifest["origin"], manifest["size"]
        return Restored(origin, size, rows, blobs, self._published, bool(self._seen))

    def _make_tables(self) -> None:
        """Make the tables as they were when the backup was taken; those that are there hold nothing."""
        from lotproof.storage.migrate import current, downgrade, knows, upgrade

        revision = str(self._parcel.manifest.get("revision"))
        if not knows(revision):
            raise InvalidInputError(
                "newer_backup",
                f"the backup's tables are at revision {revision}, which this release does not know",
                "restore it with the release that made it, or a newer one",
            )
        if current(self._engine) is not None:
            downgrade(self._engine, "base")
        upgrade(self._engine, revision)

    def _load_blobs(self, folder: str, store: BlobStore) -> int:
        paths, told = self._parcel.paths(f"{folder}/"), self._parcel.manifest.get(folder)
        if len(paths) != told and not (told is None and folder != "blobs" and not paths):
            raise _damaged(f"in {folder} it has {len(paths)} documents, and its manifest says {told}")
        for path in paths:
            if store.put(self._parcel.read(path)) != path.removeprefix(f"{folder}/").replace("/", ""):
                raise _damaged(f"{path} holds something else than its name says")
        return len(paths)

    def _load_tables(self, db: Connection) -> int:
        told: Mapping[str, Any] = self._parcel.manifest["tables"]
        known = {table.name: table for table in tables_of(db)}
        if told.keys() - known.keys():
            raise _damaged(f"it has a table {min(told.keys() - known.keys())} that revision has not")
        total = 0
        for name, table in known.items():
            count = 0
            for path in self._parcel.paths(f"tables/{name}/") if name in told else ():
                try:
                    count += load(db, table, told[name]["columns"], self._parcel.read(path))
                except (ValueError, KeyError, TypeError) as error:
                    raise _damaged(f"{path} cannot be read: {error}") from error
                self._wish.tick(count)
            if name in told and count != told[name]["rows"]:
                raise _damaged(f"table {name} has {count} rows, and its manifest says {told[name]['rows']}")
            total += count
        advance_counters(db)
        return total

    def _verify(self, db: Connection) -> None:
        head = db.execute(select(t.head)).one()
        source = DatabaseSource(db)
        report = verify_log(source, log_key=head.log_key, authority=head.authority)
        fault = report.fault or (compare_heads(report.state, source.heads()) if report.state else None)
        if fault is None and head.checkpoint.encode() != self._parcel.read(CHECKPOINT):
            raise _damaged("its checkpoint is not that of its tables")
        if fault is not None:
            raise LogFaultError(
                "not_verified", f"the log in the backup does not hold: {fault}", "restore another backup"
            )

    def _compare(self, db: Connection) -> LogFaultError | None:
        """Mark the copy where others have seen more; returns what to say then. Raises: LogFaultError `log_forked`."""
        size, ahead = int(self._parcel.manifest["size"]), None
        standing = standing_of(db)
        if standing is not None and standing.kind == ROLLED_BACK:  # that was then
            set_standing(db, None)
        for seen in self._seen:
            note, checkpoint = compare(db, seen, self._place.home)
            self._published = max(self._published or 0, checkpoint.size)
            if checkpoint.size > size and checkpoint.size >= self._published:
                set_standing(db, _rolled_back(note, checkpoint, size))
                ahead = rolled_back(seen, size, checkpoint.size)
        return ahead


def _rolled_back(note: bytes, checkpoint: Checkpoint, size: int) -> Standing:
    return Standing(ROLLED_BACK, {"published": checkpoint.size, "size": size, "checkpoint": note.decode()})


def home_tiles(place: Place) -> Published | None:
    """Return what this home published, None where it published nothing."""
    folder = place.home / TILES
    if not (folder / CHECKPOINT).is_file():
        return None
    return Published(str(folder), lambda path: (folder / path).read_bytes())


def _all_published(place: Place, wish: Wish) -> list[Published]:
    seen = [one for one in (home_tiles(place), wish.published) if one is not None]
    if not seen and not wish.nothing_published:
        raise RefusedError(
            "published_unknown",
            "a backup does not know what was published after it, and going on without that could fork the log",
            "say where the newest published tiles are: --published DIR|URL (a mirror's folder of tiles does, too); or, "
            "if nobody has seen more than this backup holds: --nothing-published",
        )
    return seen


def _refuse_full(engine: Engine, place: Place) -> None:
    with reading(engine) as db:
        if is_empty(db):
            return
        named = inspect(db).has_table(t.head.name)
        head = db.execute(select(t.head.c.origin, t.head.c.size)).one_or_none() if named else None
    held = f"the ledger {head.origin} of {head.size} entries" if head else "something"
    raise RefusedError(
        "not_empty",
        f"{engine.url.render_as_string()} holds {held}",
        f"a backup is restored into an empty place only: name another --home or --database, or move {place.home} away",
    )


def _check_master_key(place: Place, head: Mapping[str, Any]) -> None:
    """Whether the key that is at hand opens the keys in the backup; asked before anything is restored."""
    try:
        Vault(master_key_of(place)).open(head["log_key"], head["log_seed"])
    except LogFaultError as error:
        where = "LOTPROOF_MASTER_KEY" if place.master_key else str(place.key_file)
        raise LogFaultError(
            error.code,
            f"the private keys in this backup of {head['origin']} cannot be opened with {where}: {error.message}",
            f"a backup never holds the master key: bring the one of that day, as {place.key_file} (mode 600) or as "
            "LOTPROOF_MASTER_KEY",
        ) from None


def _head_of(parcel: Parcel) -> dict[str, Any]:
    try:
        name = t.head.name
        columns = parcel.manifest["tables"][name]["columns"]
        (row,) = values_of(columns, parcel.read(f"tables/{name}/000001.jsonl"))
        parse_note_text(row["checkpoint"])
    except (LookupError, ValueError, TypeError, LogFaultError) as error:
        raise _damaged(f"its log cannot be read: {error}") from error
    return row


def _damaged(why: str) -> InvalidInputError:
    return InvalidInputError(
        "backup_damaged", f"the backup is damaged: {why}", "nothing was restored: take another backup"
    )
