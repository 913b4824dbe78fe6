"""Short words for clients that sign for themselves: what they sign, how they send it, and a refusal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from werkzeug.test import TestResponse

from lotproof.kernel.identifiers import Gln
from lotproof.ledger import tables as t
from lotproof.ledger.key_acts import enter_key_act
from support.captured import harvest
from support.own_key import body, harvest_payload, new_key, proof_of, signed_act
from support.served import CONTEXT, Served, codes
from support.world import FARM, check_ledger

FARM_URI = FARM.party_uri
KEY = new_key("client")


def bind(served: Served, key: Any, party: str = FARM_URI, **how: Any) -> None:
    """Bind a key that a party brings."""
    with served.world.log.unit_of_work() as uow:
        enter_key_act(uow, *signed_act(served.world.log.origin, "bind", party, key, **how))


def picked(code: str = "C1", **changes: Any) -> dict[str, Any]:
    """A harvest, as the client writes it, in the open season."""
    return harvest(code, **{"@context": CONTEXT, "eventTime": "2026-06-01T15:30:00+08:00", **changes})


def payload(event: Mapping[str, Any] | None = None, party: str = FARM_URI, **changes: Any) -> dict[str, Any]:
    """A payload as its party would sign it."""
    return harvest_payload(party, event or picked(), **changes)


def post(served: Served, data: bytes, who: Gln | None = FARM, path: str = "/log/entries", scope: str = "capture",
         **headers: str) -> TestResponse:  # fmt: skip
    """Send bytes."""
    sent = {"Content-Type": "application/json", **(served.bearer(who, scope) if who else {})}
    sent |= {name.replace("_", "-"): value for name, value in headers.items()}
    return served.client.post(path, data=data, headers=sent)


def submit(
    served: Served, signed: Mapping[str, Any], key: Any = KEY, who: Gln = FARM, **more: Any
) -> TestResponse:
    """Sign a payload and send it."""
    return post(served, body(signed, proof_of(signed, key, served.world.log.origin), **more), who)


def size(served: Served) -> int:
    """How many entries there are."""
    with served.world.read() as db:
        return int(db.execute(select(t.head.c.size)).scalar_one())


def refused(served: Served, response: TestResponse, status: int, code: str) -> list[str]:
    """Where the problems are; nothing was written, and the ledger is whole."""
    assert (response.status_code, response.json["code"]) == (status, code), response.text  # type: ignore[index]
    with served.world.read() as db:
        kinds = db.execute(select(t.entry.c.leaf).where(t.entry.c.kind == "event")).scalars().all()
    assert not any(b'"C1"' in leaf or b"/10/C1" in leaf for leaf in kinds)
    check_ledger(served.world)
    return [where for where, _code in codes(response)]
