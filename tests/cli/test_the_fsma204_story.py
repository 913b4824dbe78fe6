"""The whole way of real documents, made by other hands: captured, traced, weighed, proved, labelled.

Source: openepcis/openepcis-dpp-ready (Apache-2.0). They are not copied: the folder is LOTPROOF_OUTSIDE_DATA.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from support.command_line import Lotproof

ROOT = Path(__file__).parents[2]
FOLDER = (ROOT / os.environ.get("LOTPROOF_OUTSIDE_DATA", "../shared/data") / "epcis-fsma204").resolve()
FILES = [
    FOLDER / f"{name}.jsonld" for name in ("harvest", "cooling", "initial-packing", "shipping", "receiving")
]
GREENS, CASES = "00860009999923/ABC1234", "10860009999920/ABC1234"
URI = {lot: "https://id.gs1.org/01/{}/10/{}".format(*lot.split("/")) for lot in (GREENS, CASES)}

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the FSMA 204 examples are not at {FOLDER}: set LOTPROOF_OUTSIDE_DATA"
)


@pytest.fixture
def captured(lotproof: Lotproof) -> Lotproof:
    """The five documents, captured."""
    lotproof.json("capture", *FILES)
    return lotproof


def test_fifteen_events_give_fourteen_entries_and_again_none(lotproof: Lotproof) -> None:
    first = lotproof.json("capture", *FILES)
    again = lotproof.json("capture", *FILES)

    assert (first["documents"], first["events"], first["entries"], first["repeated"]) == (5, 15, 14, 1)
    assert (again["events"], again["entries"], again["repeated"], again["findings"]) == (15, 0, 15, [])


def test_each_contradiction_leaves_its_finding_and_the_grave_ones_hold(lotproof: Lotproof) -> None:
    found = lotproof.json("capture", *FILES)["findings"]

    held = {one["code"] for one in found if one["hold"]}
    noted = {one["code"] for one in found if not one["hold"]}
    assert held == {"event_id_conflict", "possible_duplicate", "more_taken_than_exists"}
    assert noted >= {"chronology", "offset_mismatch", "no_conversion", "unknown_origin"}
    assert all(isinstance(one["event"], int) and one["lot"] for one in found)


def test_cases_are_traced_up_to_the_lot_of_the_field(captured: Lotproof) -> None:
    found = captured.json("trace", CASES, "--up")

    assert (found["lot"], found["direction"]) == (URI[CASES], "up")
    assert {one["uri"]: one["distance"] for one in found["lots"]} == {URI[CASES]: 0, URI[GREENS]: 1}
    assert {(one["src"], one["dst"], one["uom"]) for one in found["edges"]} == {
        (URI[GREENS], URI[CASES], "LBR")
    }
    assert {one["quantity"] for one in found["edges"]} == {"25000", "250"}
    assert {one["lot"] for one in found["findings"]} == set(URI.values())
    assert {"product", "place", "state"} <= set(found["lots"][0])


def test_a_person_reads_the_trace_as_a_tree(captured: Lotproof) -> None:
    said = captured.text("trace", CASES, "--up")

    assert re.search(r"^10860009999920/ABC1234 +held$", said, re.M)
    assert re.search(r"^├─ from 25000 LBR by initial packing, entry \d+$", said, re.M)
    assert re.search(r"^│  00860009999923/ABC1234 +held$", said, re.M)
    assert "↑ see above" in said


def test_the_field_lot_is_traced_down_to_the_cases(captured: Lotproof) -> None:
    found = captured.json("trace", URI[GREENS], "--down")

    assert URI[CASES] in {one["uri"] for one in found["lots"]}


def test_the_balance_says_that_the_documents_contradict_each_other(captured: Lotproof) -> None:
    found = captured.json("balance", GREENS)
    said = captured.text("balance", GREENS)

    assert found == {
        "lot": URI[GREENS],
        "uom": "LBR",
        "created": "50000",
        "received": "50000",
        "consumed": "50250",
        "shipped": "50000",
        "sold": "0",
        "destroyed": "0",
        "adjusted": "0",
        "on_hand": "-250",
        "balanced": False,
    }
    assert "contradict each other: 250 LBR more went than ever came" in said


def test_the_ledger_and_its_published_tiles_verify_alike(captured: Lotproof) -> None:
    key = captured.text("log", "key").strip()

    here = captured.json("verify")
    tiles = captured.json("verify", "--log", captured.home / "tiles", "--key", key)

    assert here["ok"]
    assert here["fault"] is None
    assert tiles["pinned"]
    assert [tiles[name] for name in ("ok", "size", "root", "checked")] == [
        here[name] for name in ("ok", "size", "root", "checked")
    ]


def test_lots_are_listed_and_picked_by_state(captured: Lotproof) -> None:
    everything = captured.json("lots")["lots"]
    held = captured.json("lots", "--state", "held")["lots"]

    assert [one["uri"] for one in held] == sorted(URI.values())
    assert len(everything) == 3
    assert captured.text("lots", "--state", "recalled") == "No such lot is recorded.\n"


def test_a_label_is_a_pdf_that_leads_to_our_own_host(captured: Lotproof) -> None:
    file = captured.folder / "label.pdf"

    answer = captured.json("label", CASES, "-o", file, "--size", "40x30", "--url", "https://lots.example/")

    assert file.read_bytes().startswith(b"%PDF-")
    assert answer["link"] == "https://lots.example/01/10860009999920/10/ABC1234"


def test_a_drill_reaches_what_was_made_and_changes_nothing(captured: Lotproof) -> None:
    before = captured.json("verify")["size"]

    found = captured.json("drill", GREENS)

    assert {one["lot"] for one in found["affected"]} == set(URI.values())
    assert found["recall"] is None
    assert {one["to"] for one in found["receivers"]} >= {"https://id.gs1.org/414/0860009999992"}
    assert captured.json("verify")["size"] == before


def test_a_proof_is_checked_by_a_process_that_has_no_ledger(captured: Lotproof, tmp_path: Path) -> None:
    bundle = captured.folder / "b.json"
    key = captured.text("log", "key").strip()
    proved = captured.json("prove", CASES, "-o", bundle)
    nowhere = {**os.environ, "LOTPROOF_HOME": str(tmp_path / "nowhere")}

    def check(*more: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "lotproof_cli", "check", str(bundle), "--json", *more]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=nowhere)

    unpinned, pinned = check(), check("--key", key)
    data = bytearray(bundle.read_bytes())
    data[len(data) // 2] ^= 1
    bundle.write_bytes(data)
    spoilt = check()

    assert (unpinned.returncode, pinned.returncode, spoilt.returncode) == (0, 0, 1)
    assert json.loads(unpinned.stdout)["says"] == f"consistent with key {key}, not pinned"
    assert json.loads(pinned.stdout)["pinned"]
    assert len(json.loads(pinned.stdout)["entries"]) == proved["entries"]
    assert json.loads(spoilt.stdout)["fault"]["what"]
    assert not (tmp_path / "nowhere").exists()


def test_one_file_that_fails_leaves_those_before_it(lotproof: Lotproof) -> None:
    bad = lotproof.write("bad.json", '{"type": "EPCISDocument"')

    refused = lotproof.refusal("capture", FILES[0], bad, FILES[1])

    assert refused["code"] == "invalid_json"
    assert refused["problems"][0]["where"].startswith(f"{bad}: line 1")
    assert lotproof.json("capture", FILES[0])["repeated"] == 2
    assert lotproof.json("capture", FILES[1])["repeated"] == 0
    size = lotproof.json("verify")["size"]
    assert (lotproof.home / "tiles/checkpoint").read_text().splitlines()[1] == str(size), "all is published"


def test_another_organisation_may_submit_and_stands_as_submitter(lotproof: Lotproof) -> None:
    party = lotproof.json("org", "add", "9520000000011", "--name", "Farm")["party"]

    lotproof.json("capture", FILES[0], "--org", "9520000000011")

    bundle = lotproof.folder / "b.json"
    lotproof.json("prove", GREENS, "-o", bundle)
    entries = lotproof.json("check", bundle)["entries"]
    assert party in {one["by"] for one in entries}
