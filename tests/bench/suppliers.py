"""Lists of reviewers with 10,000 suppliers and 100,000 documents: how long a page takes, as its reader waits for it.

`python -m bench.suppliers FOLDER` (with `tests` on the path) fills a fresh instance and measures; it is no part of
`run.py bench`, whose figures compare with a floor.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert

from bench.measuring import Samples
from bench.places import OPERATOR, ORIGIN
from lotproof.documents.models import Document
from lotproof.instance import Place, init_instance
from lotproof.kernel.check_digits import mod10
from lotproof.kernel.clock import SteppingClock
from lotproof.ledger.bulk import insert_all
from lotproof.ledger.log import Log
from lotproof.parties.models import Qualification, Record
from lotproof.parties.validity import ZONE, start_of
from lotproof.people.models import Account, Membership
from lotproof.people.roles import Role
from lotproof.people.sessions import begin_session
from lotproof.storage.base import table_of
from lotproof.storage.engine import writing
from lotproof.suppliers.models import Application, ApplicationDocument, ApplicationStep
from lotproof.suppliers.summary import refresh
from lotproof_schemas.settings import read_settings
from lotproof_web.binding import bind, build_app

SUPPLIERS, DOCUMENTS_EACH, ROUNDS = 10_000, 10, 60
START = datetime(2026, 11, 27, 8, tzinfo=UTC)
SURNAMES, PLACES = "王李张刘陈杨赵黄周吴", "青山绿水平原河谷高地"
PATHS = (
    "/review/", "/review/?q=青山", "/review/{application}", "/review/?whose=free&page=30", "/suppliers/",
    "/suppliers/?q=王", "/suppliers/?state=expiring&sort=ends", "/suppliers/?state=expired&page=40",
    "/suppliers/?kind=company&category=fruit", "/suppliers/{gln}", "/requirements/",
)  # fmt: skip


def party(number: int) -> str:
    """The number-th supplier."""
    body = f"9521{number:08d}"
    return f"https://id.gs1.org/417/{body}{mod10(body)}"


def fill(log: Log, suppliers: int = SUPPLIERS) -> str:
    """Put suppliers with their papers, documents and applications there, and a reviewer; returns her session's token.

    Rows are written as they would be, without the ledger's entries: pages of lists read no entry.
    """
    now, zone = log.around.clock(), ZoneInfo(ZONE)
    rows: dict[type[Any], list[dict[str, Any]]] = {
        one: []
        for one in (Record, Qualification, Application, Document, ApplicationDocument, ApplicationStep)
    }
    for number in range(suppliers):
        _supplier(rows, number, party(number), now, zone)
    with writing(log.engine) as db:
        for model, some in rows.items():
            insert_all(db, table_of(model), some)
        for first in range(0, suppliers, 500):
            refresh(db, [party(n) for n in range(first, min(first + 500, suppliers))], now)
        account = db.execute(
            insert(Account).returning(Account.id),
            {
                "name": "Rae",
                "mail": "rae@example.org",
                "language": "zh_Hans",
                "zone": ZONE,
                "created_at": now,
            },
        ).scalar_one()
        member = {"account": account, "party": log.operator, "roles": Role.REVIEWER, "since": now}
        db.execute(insert(Membership), member)
        return begin_session(db, account, now, log.around.entropy)


def _supplier(
    rows: dict[type[Any], list[dict[str, Any]]], number: int, uri: str, now: datetime, zone: ZoneInfo
) -> None:
    name = f"{PLACES[number % 10]}{PLACES[number // 10 % 10]}{SURNAMES[number // 100 % 10]}家农场{number}"
    kind = ("company", "cooperative", "family_farm", "sole_trader")[number % 4]
    body = {"names": {"zh_Hans": name}, "kind": kind, "roles": ["supplier"]}
    rows[Record].append({"type": "party", "id": uri, "version": 1, "body": body, "submission": 0})
    id = f"urn:uuid:00000000-0000-4000-8000-{number:012d}"
    state = ("approved", "approved", "approved", "submitted", "under_review")[number % 5]
    rows[Application].append(
        {
            "id": id, "party": uri, "role": "supplier", "category": "fruit" if number % 3 else "*", "state": state,
            "version": 2, "is_for_other": False, "started_at": now - timedelta(days=number % 300),
            "submitted_at": now, "due_at": now + timedelta(minutes=number), "claimed_name": "", "decided_name": "",
            "reason": "",
        }
    )  # fmt: skip
    for step in ("start", "submit", "claim"):
        rows[ApplicationStep].append(
            {
                "application": id,
                "at": now,
                "account": None,
                "name": "Li",
                "act": step,
                "reason": "",
                "detail": {},
            }
        )
    for one in range(DOCUMENTS_EACH):
        sha = f"{number:032x}{one:032x}"
        document = f"d{number}-{one}"
        rows[Document].append(
            {
                "id": document, "subject": uri, "type": "organic_certificate", "account": None, "party": uri,
                "name": "paper.jpg", "sha256": sha, "size": 1, "media_type": "image/jpeg", "state": "clean",
                "scan": "none", "problem": "", "tries": 0, "has_bytes": False, "received_at": now,
            }
        )  # fmt: skip
        if one < 3:
            typed = {"number": f"123OP26{number:05d}", "issuer": "A certifier", "scope": ["fruit"]}
            days = {
                "valid_from": date(2026, 1, 1),
                "valid_to": date(2026, 10, 1) + timedelta(days=number % 400),
            }
            rows[ApplicationDocument].append(
                {"application": id, "document_type": _TYPES[one], "document": document, **typed, **days}
            )
            if state == "approved":
                rows[Qualification].append(
                    _paper(f"{id[:-4]}{one}{id[-3:]}", uri, _TYPES[one], typed, days, now, zone)
                )


_TYPES = ("organic_certificate", "business_licence", "food_licence")


def _paper(
    id: str,
    uri: str,
    type_name: str,
    typed: dict[str, Any],
    days: dict[str, date],
    now: datetime,
    zone: ZoneInfo,
) -> dict[str, Any]:
    return {
        "id": f"{type_name}-{uri[-13:]}-{id}", "party": uri, "document_type": type_name, **typed, **days,
        "stands_for": [], "since": start_of(days["valid_from"], zone),
        "until": start_of(days["valid_to"] + timedelta(days=1), zone), "document": None,
        "approved_at": now - timedelta(days=200), "suspended": [], "revoked_at": None, "submission": 0,
    }  # fmt: skip


def main(folder: Path) -> None:
    """Fill an instance in a folder and print how long each page takes."""
    clock = SteppingClock(START)
    log = init_instance(Place(folder), clock, os.urandom, ORIGIN, OPERATOR, {"en": "Operator"})
    begun = perf_counter()
    token = fill(log)
    print(f"filled {SUPPLIERS:,} suppliers in {perf_counter() - begun:.0f} s")
    client = build_app(bind(log, read_settings({"LOTPROOF_HOME": str(folder)}))).test_client()
    client.set_cookie("session", token)
    waiting = "00000000-0000-4000-8000-000000000003"
    for path in PATHS:
        address = path.format(application=waiting, gln=party(3)[-13:])
        samples = Samples()
        for _ in range(ROUNDS):
            with samples.timed():
                answer = client.get(address)
            assert answer.status_code == 200, answer.text
        print(
            f"{address:60} median {samples.median * 1000:6.1f} ms   p95 {samples.percentile(95) * 1000:6.1f} ms"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
