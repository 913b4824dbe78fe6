"""Who may read what: takers part their own, operator and auditors all, strangers nothing but what is public."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from lotproof.proof import bundle, disclosed
from support.captured import harvest
from support.served import Served, serve
from support.world import APPLES, FARM, OPERATOR, PACKER, SHOP, World, check_ledger, lot, portion

BUNDLE = f"{lot('H1').path}/bundle.json"


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """The application with a lot of the farm that the shop bought a part of."""
    world.master("product", APPLES, {"names": {"en": "Apples"}, "uom": "KGM"})
    world.harvested()
    world.record("sale", portions=(portion(lot("H1"), "10"),), buyer=SHOP)
    return serve(world, tmp_path)


def steps(events: list[dict[str, Any]]) -> list[str]:
    """Their business steps."""
    return [event["bizStep"] for event in events]


@pytest.mark.parametrize("who", [FARM, SHOP, OPERATOR])
def test_whoever_takes_part_in_a_lot_gets_its_proof(served: Served, who: Any) -> None:
    response = served.get(BUNDLE, who)

    assert bundle.check(response.data, served.world.log.verifier_key).ok
    assert response.headers["Cache-Control"] == "private, no-store"
    check_ledger(served.world)


def test_a_proof_of_others_is_not_found_like_one_of_nothing(served: Served) -> None:
    others, nothing = served.get(BUNDLE, PACKER), served.get(f"{lot('NEVER').path}/bundle.json", PACKER)

    assert others.status_code == nothing.status_code == 404
    assert others.data.replace(b"H1", b"NEVER") == nothing.data


@pytest.mark.parametrize("code", ["H1", "NEVER"])
def test_without_a_key_nobody_learns_whether_there_is_a_proof(served: Served, code: str) -> None:
    path = f"{lot(code).path}/bundle.json"
    stranger = served.client.get(path, headers={"Accept": "application/json"})
    wrong = served.client.get(path, headers={"Authorization": "Bearer lp_0_0"})

    assert (stranger.status_code, wrong.status_code) == (401, 401)
    assert stranger.json["code"] == "not_authorised"  # type: ignore[index]
    assert stranger.headers["WWW-Authenticate"].startswith("Bearer")
    assert code not in stranger.text


def test_a_public_log_gives_its_proofs_to_everybody(served: Served, tmp_path: Path) -> None:
    public = serve(served.world, tmp_path, log_entries="public").client

    assert bundle.check(public.get(BUNDLE).data).ok
    assert "bundle.json" in public.get(lot("H1").path).text


def test_the_page_offers_no_download_that_would_be_refused(served: Served) -> None:
    page = served.client.get(lot("H1").path).text

    assert "bundle.json" not in page
    assert "The proof itself is for those who take part in this lot" in page


def test_an_auditor_reads_everything_and_writes_nothing(served: Served) -> None:
    served.captured(harvest("X9"), who=FARM)
    served.world.log.publish()
    size = served.services.log.publish()
    ask = {"scope": "audit", "who": PACKER}

    events = served.get("/epcis/events", **ask).json
    jobs = served.get("/epcis/capture", **ask).json
    tile = served.get(f"/log/tile/entries/000.p/{size}", **ask)
    written = served.client.post("/epcis/capture", json={}, headers=served.bearer(PACKER, "audit"))

    assert len(events["epcisBody"]["queryResults"]["resultsBody"]["eventList"]) == 3  # type: ignore[index]
    assert len(jobs) == 1  # type: ignore[arg-type]
    assert (tile.status_code, served.get(BUNDLE, **ask).status_code) == (200, 200)
    assert written.status_code == 401
    assert served.events(PACKER) == []


def test_a_party_sees_its_own_jobs_alone(served: Served) -> None:
    job = served.captured(harvest("X9"), who=FARM)["captureID"]

    assert served.get(f"/epcis/capture/{job}", FARM).status_code == 200
    assert served.get(f"/epcis/capture/{job}", OPERATOR).status_code == 200
    assert served.get(f"/epcis/capture/{job}", SHOP).status_code == 404
    assert served.get("/epcis/capture", SHOP).json == []


def test_disclosures_are_for_whoever_takes_part(served: Served) -> None:
    sale = served.world.record(
        "sale", portions=(portion(lot("H1"), "5"),), buyer=SHOP, references={"po": "4711"}
    )
    path = f"/log/entries/{sale.index}/disclosures.json"

    mine, auditors = served.get(path, SHOP), served.get(path, PACKER, "audit")
    others, nothing = served.get(path, PACKER), served.get("/log/entries/999/disclosures.json", PACKER)
    report = disclosed.check(mine.data, served.world.log.verifier_key)

    assert report.ok
    assert "/event/bizTransactionList" in dict(report.opened)
    assert mine.headers["Cache-Control"] == "private, no-store"
    assert auditors.data == mine.data
    assert (others.status_code, nothing.status_code, served.client.get(path).status_code) == (404, 404, 401)
    assert others.json["code"] == nothing.json["code"] == "no_such_entry"  # type: ignore[index]
    part = served.get(path, SHOP, only="/event/bizTransactionList")
    assert len(disclosed.check(part.data).opened) == 1
