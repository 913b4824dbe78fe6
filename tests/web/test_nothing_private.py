"""Nothing that is hidden ever reaches a page, a label, a stranger's answer, the log or its files, logs or errors."""

from __future__ import annotations

import logging
import re
import zlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lotproof.kernel.identifiers import Gln
from lotproof.ledger.log import Log
from lotproof.lots.native import build_event
from lotproof.parties.actions import register_party
from lotproof.storage.engine import reading
from support.facts import OWN, fact_of
from support.served import Served, serve
from support.world import APPLES, CASES, FARM, OPERATOR, PACKER, World, check_ledger, lot, portion

BUYER, PERSON, STRANGER = Gln("9520000000059"), Gln("9520000000042"), Gln("9520000000066")
HIDDEN = {
    "reason": "MARKREASON", "witness": "MARKWITNESS", "note": "MARKNOTE", "document": "MARKPO", "price": "MARKPRICE",
    "owner": BUYER.digits, "approver": "MARKAPPROVER", "phone": "+86 555 010 9876", "extension": "MARKEXTENSION",
    "nested": "MARKNESTED",
}  # fmt: skip
NAME = "MARKPERSON"
"""Of a person that is a party: it is on the page, and nowhere else that a stranger sees."""


def marked(kind: str) -> dict[str, Any]:
    """An event of a kind with a secret wherever one may stand."""
    fact = fact_of(kind, everything=True)
    changes: dict[str, Any] = {"reason": "MARKREASON", "witness": "MARKWITNESS", "note": "MARKNOTE"}
    changes |= {"references": {"po": "MARKPO"}, "buyer": BUYER if fact.buyer else None}
    event = build_event(replace(fact, **changes))
    event["https://prices.example/price"] = {"amount": "MARKPRICE", "more": ["MARKPRICE"]}
    event["lotproof:someday"] = "MARKEXTENSION"
    event["sensorElementList"] = [
        *event.get("sensorElementList", []),
        {
            "sensorReport": [
                {"type": "gs1:Temperature", "value": 3, "uom": "CEL", "https://x.example/by": "MARKNESTED"}
            ]
        },
    ]
    return event


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """A ledger in which every kind of event was recorded with secrets, by own acts and from documents."""
    with world.log.unit_of_work() as uow:
        body: dict[str, Any] = {"names": {"en": "Stranger"}, "phone": HIDDEN["phone"]}
        register_party(uow, world.log.operator, STRANGER, body)
        body = {"names": {"en": NAME}, "phone": HIDDEN["phone"], "person": True}
        register_party(uow, world.log.operator, PERSON, body)
    for gtin in (APPLES, CASES):
        world.master("product", gtin, {"names": {"en": "Apples"}, "uom": "KGM"})
    world.harvested()
    world.record("storage", by=PERSON, lots=(lot("H1"),), note="MARKNOTE", witness="MARKWITNESS")
    world.record("sale", portions=(portion(lot("H1"), "1"),), buyer=BUYER, references={"po": "MARKPO"})
    world.record("hold", lots=(lot("H1"),), reason="MARKREASON", code="manual")
    world.record("release", by=OPERATOR, approvals=("MARKAPPROVER One", "MARKAPPROVER Two"), lots=(lot("H1"),),
                 reason="MARKREASON", unset=("non_sellable_other",))  # fmt: skip
    here = serve(world, tmp_path)
    here.captured(*(marked(kind) for kind in OWN), who=FARM, GS1_Capture_Error_Behaviour="proceed")
    world.log.publish()
    return here


def told_strangers(served: Served) -> dict[str, bytes]:
    """Everything that somebody gets who takes part in nothing: address -> answer."""
    paths = [
        "/",
        "/healthz",
        "/readyz",
        f"/01/{APPLES}",
        "/log/checkpoint",
        "/epcis/events",
        "/epcis/capture",
    ]
    for code in ("H1", "A", "B", "NEVER"):
        path = lot(code).path
        paths += [
            path,
            f"{path}/label.pdf",
            f"{path}/qr.svg",
            f"{path}/bundle.json",
            f"/epcis/events?MATCH_epc={path}",
        ]
        paths += [f"{path}/trace.json?direction={way}" for way in ("up", "down")]
    paths += [
        f"/log/entries/{n}/{what}" for n in range(2, 14, 3) for what in ("inclusion", "disclosures.json")
    ]
    answers: dict[str, bytes] = {}
    for path in paths:
        for language in ("en", "zh-Hans", "zh-Hant") if path.startswith("/01/") else ("en",):
            for who in (None, STRANGER):
                headers = {"Accept-Language": language} | (served.bearer(who, "read") if who else {})
                for kind in ("text/html", "application/json"):
                    response = served.client.get(path, headers={**headers, "Accept": kind})
                    heads = "\n".join(f"{name}: {value}" for name, value in response.headers).encode()
                    answers[f"{path} {language} {who} {kind}"] = heads + unpacked(response.data)
    return answers


def unpacked(data: bytes) -> bytes:
    """A PDF with its streams in the open beside it."""
    found = [data]
    for stream in re.findall(rb"stream\r?\n(.*?)endstream", data, re.DOTALL):
        try:
            found.append(zlib.decompress(stream))
        except zlib.error:
            continue
    return b"\n".join(found)


def tiles(log: Log) -> bytes:
    """The log as it is published, entries included."""
    assert log.around.tiles is not None
    return b"".join(path.read_bytes() for path in sorted(log.around.tiles.rglob("*")) if path.is_file())


def found(data: bytes, *more: str) -> list[str]:
    """The secrets that stand in some bytes."""
    return [mark for mark in (*HIDDEN.values(), *more) if mark.encode() in data]


def test_everything_was_recorded_with_its_secrets(served: Served) -> None:
    with reading(served.world.log.engine) as db:
        kept = "".join(str(row) for row in db.execute(text("SELECT name, value FROM log_disclosure")))
        kinds = set(db.execute(text("SELECT DISTINCT kind FROM event")).scalars())

    assert found(kept.encode(), NAME) == [*HIDDEN.values(), NAME]
    assert kinds >= set(OWN)
    check_ledger(served.world)


def test_no_stranger_is_told_a_secret(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "lotproof_web"), caplog.at_level(logging.INFO):
        answers = told_strangers(served)

    told = {where: found(answer) for where, answer in answers.items() if found(answer)}
    names = {where.split()[0] for where, answer in answers.items() if NAME.encode() in answer}
    assert told == {}
    assert names == {lot("H1").path}  # the page says under which name it was recorded, and nothing else does
    assert found(caplog.text.encode(), NAME) == []


def test_the_log_and_its_files_hold_no_secret(served: Served) -> None:
    assert found(tiles(served.world.log), NAME) == []


def test_no_refusal_tells_a_secret_to_others(served: Served, caplog: pytest.LogCaptureFixture) -> None:
    bad = marked("harvest") | {"eventTime": "never"}
    job = served.post({"epcisBody": {"eventList": [bad]}}, FARM)
    listed = served.get("/epcis/capture", PACKER)

    assert job.status_code == 400
    assert found(job.data + listed.data + caplog.text.encode(), NAME) == []


def test_an_error_of_the_database_says_no_values(served: Served) -> None:
    with pytest.raises(DBAPIError) as failed, reading(served.world.log.engine) as db:
        db.execute(text("SELECT * FROM no_such_table WHERE name = :name"), {"name": NAME})

    assert NAME not in str(failed.value)
