"""The one place where rows and events meet: they land together, or not at all.

- A table marked `info["ledgered"]` may only change in a unit of work that also submits an entry.
- On SQLite the entries are numbered inside the same transaction; on PostgreSQL right after it, by whichever
  process gets the log's lock, for everybody who waits.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, Table, event, insert

from lotproof.kernel.errors import LogFaultError
from lotproof.ledger import keys
from lotproof.ledger.bulk import Rows
from lotproof.ledger.sequencer import Sequenced
from lotproof.ledger.submitting import Draft, SignedPayload, Submission, Terms, submit, submit_signed
from lotproof.ledger.vault import Vault
from lotproof.storage.blobs import BlobStore

ONLY_TO_LOCK = "lotproof_only_to_lock"
"""Execution option of a statement that makes a row in order to lock it, and tells nothing with it."""


class UnitOfWork:
    """One action's transaction. `db` is inside a writing transaction that the ledger commits.

    receipts: after the transaction, where each new submission stands on the log; without those that are
    accepted and not yet numbered, because what numbers them failed: the next sequencing does it.
    memo: scratch that lives as long as the transaction (rows read once by several rules).
    ahead: what a run over many entries has read before they ask (`lots.reading_ahead`); None in an action.
    is_alone: nobody else writes until it ends, so that no turns are taken: a run over a whole log would hold too many.
    """

    def __init__(self, db: Connection, terms: Terms, vault: Vault, blobs: BlobStore) -> None:
        self.db = db
        self.terms = terms
        self.vault = vault
        self.blobs = blobs
        self.submissions: list[int] = []
        self._kinds: dict[int, str] = {}
        self.receipts: dict[int, Sequenced] = {}
        self.memo: dict[Any, Any] = {}
        self.ahead: Any = None
        self.is_alone = False
        self._changed: set[str] = set()
        self._keys: dict[tuple[str, str | None], Ed25519PrivateKey] = {}
        event.listen(db, "before_execute", self._watch)

    def add(self, table: Table, rows: Rows) -> None:
        """Insert rows that all name the same columns; none at all is allowed."""
        if rows:
            self.db.execute(insert(table), rows)

    def keep_blob(self, data: bytes) -> str:
        """Store bytes by their digest; returns its hex. Kept even if the transaction fails: it harms nobody."""
        return self.blobs.put(data)

    @property
    def now(self) -> datetime:
        """The one time of this transaction."""
        return self.terms.now

    def submit(self, draft: Draft, signers: Sequence[Ed25519PrivateKey] | None = None) -> Submission:
        """Sign with the party's own key (or the given ones) and put it on the log."""
        done = submit(self.db, draft, signers or [self.key_of(str(draft.signed["by"]))], self.terms)
        if not done.repeated:
            self.submissions.append(done.id)
            self._kinds[done.id] = draft.kind
        return done

    def submit_signed(self, payloads: Sequence[SignedPayload]) -> list[Submission]:
        """Put payloads that were signed elsewhere on the log, all of them or none; see `submitting`."""
        done = submit_signed(self.db, payloads, self.terms)
        new = [(one, given) for one, given in zip(done, payloads, strict=True) if not one.repeated]
        self.submissions.extend(one.id for one, _ in new)
        self._kinds |= {one.id: given.draft.kind for one, given in new}
        return done

    def call(self, submission: int, kind: str) -> None:
        """Say more closely than the entry's own kind what was submitted: "harvest" instead of "event"."""
        self._kinds[submission] = kind

    @property
    def kinds(self) -> list[str]:
        """What each new submission is, in their order."""
        return [self._kinds[id] for id in self.submissions]

    def key_of(self, party: str, did: str | None = None) -> Ed25519PrivateKey:
        """Return the party's valid platform key, locked against revocation until the transaction ends.

        did: which one, of a person or device too; None for the newest one of the organisation itself.
        """
        if (party, did) not in self._keys:
            self._keys[party, did] = keys.private_key_of(self.db, self.vault, party, did)
        return self._keys[party, did]

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """One of several things that may fail by itself: an error takes back what this block wrote, and no more."""
        before, changed, known = len(self.submissions), set(self._changed), dict(self._keys)
        try:
            with self.db.begin_nested():
                yield
        except BaseException:
            del self.submissions[before:]
            self._changed = changed
            self._keys = known  # a lock that was taken in the block was let go with it
            self.memo.clear()  # what was read there may not be so any more
            raise

    def changes(self, table: Table) -> None:
        """Say that a statement which is `ONLY_TO_LOCK` where nothing comes of it did change the table."""
        self._changed.add(table.name)

    def close(self) -> None:
        """Refuse to commit state of a lot that changed without an entry."""
        if self._changed and not self.submissions:
            raise LogFaultError(
                "state_without_event",
                f"{', '.join(sorted(self._changed))} changed in a transaction that recorded nothing",
                "record the event that changed it, through lots.record",
            )

    def _watch(self, _db: Connection, statement: Any, *_rest: Any) -> None:
        if not getattr(statement, "is_dml", False) or statement.get_execution_options().get(ONLY_TO_LOCK):
            return
        if statement.table.info.get("ledgered"):
            self._changed.add(statement.table.name)
