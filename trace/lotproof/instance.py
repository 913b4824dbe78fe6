"""One instance of Lotproof: a database, a folder of files, and the log in them, put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine

from lotproof.kernel.clock import Clock
from lotproof.kernel.errors import LogFaultError, RefusedError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger import master_key
from lotproof.ledger.erasing import replay_due
from lotproof.ledger.log import Log, Surroundings, create, not_initialised
from lotproof.ledger.reseal import bring_up_to_date, reseal
from lotproof.ledger.standing import is_copy, read_only
from lotproof.ledger.vault import KEY_LENGTH, Vault
from lotproof.parties.actions import register_party
from lotproof.people.authenticator import reseal_authenticators
from lotproof.storage.blobs import BlobStore
from lotproof.storage.durable_files import make_folder
from lotproof.storage.engine import open_engine, reading, writing
from lotproof.storage.going import Going, removals_left

TILES, BLOBS, HEADS, DATABASE, MASTER_KEY = "tiles", "blobs", "heads", "lotproof.sqlite3", "keys/master.key"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instance lives. database_url None: SQLite in the folder.

    master_key None: it is in a file.  master_key_file None: in the folder's own.
    """

    home: Path
    database_url: str | None = None
    master_key: bytes | None = None
    master_key_file: Path | None = None

    @property
    def key_file(self) -> Path:
        """Where the master key lies, unless it was given."""
        return self.master_key_file or self.home / MASTER_KEY

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / DATABASE}"


def open_instance(
    place: Place, clock: Clock, entropy: Callable[[int], bytes], *, publishes: bool = True
) -> Log:
    """Open what `init_instance` began; its tables are brought up to a newer release by `storage.migrate.upgrade`.

    publishes: False passes over what was published, to look at a database that does not go on from it.
    Raises: NotFoundError `not_initialised`; LogFaultError `log_rolled_back`, `log_forked`, `checkpoint_damaged`,
    `wrong_master_key`, `no_master_key`.
    """
    if place.database_url is None and not (place.home / DATABASE).exists():
        raise not_initialised()
    around = surroundings(place, _master_key(place, entropy), clock, entropy)
    if not publishes:
        around = replace(around, tiles=None)
    try:
        log = Log(around)
    except BaseException:
        around.engine.dispose()
        raise
    if place.master_key is None and not log.is_mirror:
        master_key.settle(place.key_file, around.vault.key)
    erase_again(log)
    return log


def erase_again(log: Log) -> None:
    """Before anything is served: what the log says is erased is not to be found, whatever copy was restored."""
    if removals_left(log.around.blobs):
        from lotproof.lots.erasure.act import finish_documents

        finish_documents(log)
    with reading(log.engine) as db:
        due = replay_due(db)
    if not due:
        return
    from lotproof.lots.erasure.replay import (  # seldom needed, and it loads a lot
        needs_replay,
        replay_erasures,
    )
    from lotproof.lots.erasure.scrubbing import scrub_private

    with reading(log.engine) as db:
        if not needs_replay(db):
            return
    # The log's own engine takes no writes on a mirror; this is none to the log.
    engine = open_engine(log.engine.url.render_as_string(hide_password=False))
    try:
        with Going(log.around.blobs) as going, writing(engine) as db:
            gone = replay_erasures(db, log.around.entropy, going)
        if gone:
            scrub_private(engine)
    finally:
        engine.dispose()


def init_instance(
    place: Place,
    clock: Clock,
    entropy: Callable[[int], bytes],
    origin: str,
    operator: Gln,
    names: Mapping[str, str],
) -> Log:
    """Begin an instance: tables, the log with its authority, and the operator's own party and key.

    Raises: LotproofError `already_initialised`.
    """
    from lotproof.storage.migrate import upgrade  # Alembic: half of what opening an instance would take

    make_folder(place.home, place.home)
    key = place.master_key or master_key.read_or_make_key(place.key_file)
    around = surroundings(place, key, clock, entropy)
    upgrade(around.engine)
    log = create(around, origin, operator.party_uri)
    with log.unit_of_work() as uow:
        register_party(uow, log.operator, operator, {"names": dict(names), "roles": ["operator"]})
    log.publish()
    return log


def master_key_of(place: Place) -> bytes:
    """Return the master key of a place. Raises: LogFaultError `no_master_key`, RefusedError `master_key_exposed`."""
    return place.master_key or master_key.read_key(place.key_file)


def _master_key(place: Place, entropy: Callable[[int], bytes]) -> bytes:
    """Return the master key; a mirror has none, and nothing that one would open."""
    try:
        return master_key_of(place)
    except LogFaultError:
        engine = open_engine(place.url)
        try:
            if is_copy(engine):
                return entropy(KEY_LENGTH)
        finally:
            engine.dispose()
        raise


def replace_master_key(place: Place, log: Log, to: Path | None = None) -> tuple[Path, int]:
    """Seal every secret with a new master key; returns the file that holds it and how many secrets there are.

    to: where the new key lies, or is made; the instance has to be told of it. None: it takes the old one's place.
    A stop at any point leaves a database that opens with exactly one of the two keys, which both are there.
    Raises: RefusedError `master_key_given`, `master_key_busy`, `same_master_key`, `read_only_mirror`;
    LotproofError `master_key_not_written`.
    """
    around = log.around
    if log.is_mirror:
        raise read_only(log.origin)
    if to is not None:
        key = master_key.read_or_make_key(to, around.entropy)
        if key == around.vault.key:
            raise RefusedError("same_master_key", f"{to} holds the master key of now", "name another file")
        return to, reseal(around.engine, around.vault, Vault(key), around.entropy, (reseal_authenticators,))
    if place.master_key is not None:
        raise RefusedError(
            "master_key_given",
            "the master key comes from the environment, where this program cannot replace it",
            "name a file for the new one: --to FILE, and set LOTPROOF_MASTER_KEY_FILE to it afterwards",
        )
    path = place.key_file
    with master_key.replacing(path):
        bring_up_to_date(around.engine, around.vault)
        master_key.finish(path, around.vault.key)
        key = around.entropy(KEY_LENGTH)
        master_key.put_aside(path, key)
        count = reseal(around.engine, around.vault, Vault(key), around.entropy, (reseal_authenticators,))
        master_key.put_in_place(path)
    return path, count


def surroundings(place: Place, key: bytes, clock: Clock, entropy: Callable[[int], bytes]) -> Surroundings:
    """Return what a log in this place needs from outside; nothing is opened yet. key: the master key."""
    engine: Engine = open_engine(place.url)
    others = master_key.known_keys(place.key_file) if place.master_key is None else tuple
    home = place.home
    return Surroundings(
        engine, clock, entropy, Vault(key, others), BlobStore(home / BLOBS), home / TILES, home / HEADS
    )
