"""Make the rows of the list of suppliers anew from their records, papers and applications."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from lotproof.notices.upserts import upsert
from lotproof.parties.qualified import papers_of
from lotproof.parties.records import get_records
from lotproof.parties.validity import Held
from lotproof.suppliers.models import Application, Supplier
from lotproof.suppliers.naming import called


def refresh(db: Connection, parties: Collection[str], now: datetime) -> None:
    """Write the rows of these parties. Called by every act that changes one of them. Four statements."""
    bodies = get_records(db, "party", parties)
    held = papers_of(db, parties)
    applied: dict[str, list[Any]] = {}
    rows = select(Application.party, Application.role, Application.category, Application.state)
    for row in db.execute(
        rows.where(Application.party.in_(sorted(parties))).order_by(Application.started_at)
    ):
        applied.setdefault(row.party, []).append(row)
    new = [
        _row(one, bodies.get(one, {}), held.get(one, []), applied.get(one, []), now)
        for one in sorted(parties)
    ]
    if new:
        put = upsert(db, Supplier)
        changed = {name: put.excluded[name] for name in new[0] if name != "party"}
        db.execute(put.on_conflict_do_update(index_elements=["party"], set_=changed), new)


def standing_of(held: Sequence[Held], now: datetime) -> tuple[str, datetime | None]:
    """Return what a party is by its papers, whatever the day is, and when the first of them ends. Pure.

    Of each type of paper the one that lasts longest counts.
    """
    best: dict[str, Held] = {}
    for one in held:
        known = best.get(one.document_type)
        if known is None or _rank(one, now) > _rank(known, now):
            best[one.document_type] = one
    if not best:
        return "none", None
    ranks = {_rank(one, now)[0] for one in best.values()}
    standing = "revoked" if ranks == {0} else "suspended" if 1 in ranks else "approved"
    ends = [one.until for one in best.values() if one.until is not None and _rank(one, now)[0] == 2]
    return standing, min(ends, default=None)


def _rank(one: Held, now: datetime) -> tuple[int, float]:
    lasts = one.until.timestamp() if one.until else float("inf")
    if one.revoked_at is not None and one.revoked_at <= now:
        return 0, lasts
    is_suspended = any(start <= now and (end is None or now < end) for start, end in one.suspended)
    return (1 if is_suspended else 2), lasts


def _row(
    party: str, body: Any, held: Sequence[Held], applied: Sequence[Any], now: datetime
) -> dict[str, Any]:
    name = called(body, party)
    standing, ends_at = standing_of(held, now)
    roles = {*body.get("roles", ()), *(one.role for one in applied)}
    categories = {one.category for one in applied if one.category != "*"} | {
        c for one in held for c in one.scope
    }
    words = [
        party.rpartition("/")[2],
        *(body.get("names") or {}).values(),
        *(one.number or "" for one in held),
    ]
    return {
        "party": party,
        "name": name,
        "search": " ".join(filter(None, words)).lower(),
        "kind": body.get("kind", ""),
        "roles": " ".join(sorted(roles)),
        "categories": f" {' '.join(sorted(categories))} " if categories else "",
        "standing": standing,
        "ends_at": ends_at,
        "applying": applied[-1].state if applied else "",
        "papers": len(held),
        "changed_at": now,
    }
