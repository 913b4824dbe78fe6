"""How the log's addresses say where an entry came to stand."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, url_for
from sqlalchemy import select

from lotproof.kernel.errors import RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.log import Log
from lotproof.proof.merkle import leaf_hash
from lotproof.storage.engine import reading

CREATED, STOOD_ALREADY = 201, 200


def answer_placed(log: Log, submission: int, *, repeated: bool, more: Mapping[str, Any]) -> Response:
    """Return the entry's index, leaf and leaf hash, and where its inclusion proof is; 200 where it stood already."""
    row = _entry_of(log, submission)
    if row is None:  # another request submitted the same a moment ago, and its numbering is under way
        log.catch_up()
        row = _entry_of(log, submission)
    if row is None:
        raise RefusedError(
            "not_numbered_yet", "it is recorded and stands, but is not numbered yet", "send the same again in a moment"
        )
    inclusion = url_for("log.inclusion_proof", index=row.entry_index)
    response = jsonify(
        {
            "index": row.entry_index,
            "leafHash": leaf_hash(row.leaf).hex(),
            "leaf": row.leaf.decode(),
            "inclusion": inclusion,
            "repeated": repeated,
            **more,
        }
    )
    response.status_code = STOOD_ALREADY if repeated else CREATED
    response.headers["Location"] = inclusion
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _entry_of(log: Log, submission: int) -> Any:
    statement = select(t.entry.c.entry_index, t.entry.c.leaf).where(t.entry.c.submission == submission)
    with reading(log.engine) as db:
        return db.execute(statement).one_or_none()
