"""The state of the log that an export of the audit page carries: its checkpoint, and what verifying it found."""

from dataclasses import dataclass

from sqlalchemy import Connection

from lotproof.ledger.log import Log
from lotproof.ledger.log_source import DatabaseSource
from lotproof.proof.verify import verify_log

WITH_SIGNATURES = 20_000
"""Entries up to which signatures are checked too, while somebody waits: more would take longer than a minute."""


@dataclass(frozen=True, slots=True)
class VerifyState:
    """size, root (hexadecimal), origin: of the signed checkpoint.  depth: "signatures" or "hashes", what was checked.

    ok: whether no fault was found; fault: the first one, "" for none.
    """

    origin: str
    size: int
    root: str
    checkpoint: str
    depth: str
    ok: bool
    fault: str


def verify_state(db: Connection, log: Log) -> VerifyState:
    """Verify the log as it stands in this moment of the database."""
    source = DatabaseSource(db)
    deep = source.size <= WITH_SIGNATURES
    report = verify_log(source, log_key=log.verifier_key, signatures=deep, chains=deep)
    checkpoint = (source.checkpoint() or b"").decode(errors="replace")
    root = report.root.hex() if report.root is not None else ""
    depth = "signatures" if deep else "hashes"
    return VerifyState(
        log.origin, report.size or 0, root, checkpoint, depth, report.ok, str(report.fault or "")
    )
