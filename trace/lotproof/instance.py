"""One instance of Lotproof: a database, a folder of files, and the log in them, put together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from lotproof.kernel.clock import Clock
from lotproof.kernel.errors import LogFaultError
from lotproof.kernel.identifiers import Gln
from lotproof.ledger.log import Log, Surroundings, create, not_initialised
from lotproof.ledger.standing import is_copy
from lotproof.ledger.vault import KEY_LENGTH, Vault, load_master_key, load_or_make_master_key
from lotproof.parties.actions import register_party
from lotproof.storage.blobs import BlobStore
from lotproof.storage.engine import open_engine

TILES, BLOBS, DATABASE, MASTER_KEY = "tiles", "blobs", "lotproof.sqlite3", "keys/master.key"


@dataclass(frozen=True, slots=True)
class Place:
    """Where an instance lives. database_url None: SQLite in the folder.  master_key None: a file in the folder."""

    home: Path
    database_url: str | None = None
    master_key: bytes | None = None

    @property
    def url(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{self.home / DATABASE}"


def open_instance(place: Place, clock: Clock, entropy: Callable[[int], bytes]) -> Log:
    """Open what `init_instance` began; its tables are brought up to a newer release by `storage.migrate.upgrade`.

    Raises: NotFoundError `not_initialised`; LogFaultError `log_rolled_back`, `wrong_master_key`, `no_master_key`.
    """
    if place.database_url is None and not (place.home / DATABASE).exists():
        raise not_initialised()
    return Log(surroundings(place, _master_key(place, entropy), clock, entropy))


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

    place.home.mkdir(parents=True, exist_ok=True)
    key = place.master_key or load_or_make_master_key(place.home / MASTER_KEY)
    around = surroundings(place, key, clock, entropy)
    upgrade(around.engine)
    log = create(around, origin, operator.party_uri)
    with log.unit_of_work() as uow:
        register_party(uow, log.operator, operator, {"names": dict(names), "roles": ["operator"]})
    log.publish()
    return log


def _master_key(place: Place, entropy: Callable[[int], bytes]) -> bytes:
    """Return the master key; a mirror has none, and nothing that one would open."""
    if place.master_key:
        return place.master_key
    try:
        return load_master_key(place.home / MASTER_KEY)
    except LogFaultError:
        engine = open_engine(place.url)
        try:
            if is_copy(engine):
                return entropy(KEY_LENGTH)
        finally:
            engine.dispose()
        raise


def surroundings(place: Place, key: bytes, clock: Clock, entropy: Callable[[int], bytes]) -> Surroundings:
    """Return what a log in this place needs from outside; nothing is opened yet. key: the master key."""
    engine: Engine = open_engine(place.url)
    return Surroundings(engine, clock, entropy, Vault(key), BlobStore(place.home / BLOBS), place.home / TILES)
