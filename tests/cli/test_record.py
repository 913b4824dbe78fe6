"""Facts and master data, as people who have no EPCIS record them."""

from __future__ import annotations

import base64
import json

import pytest
from click.testing import CliRunner

from lotproof.lots.kinds import KINDS
from lotproof_cli import master_data, record_options
from lotproof_cli.main import cli
from lotproof_schemas import season_records
from support.command_line import Lotproof

CYCLE = "urn:uuid:6d0d2d0e-0000-4000-8000-000000000001"
ORCHARD, STORE = "9520000001001", "9520000001025"
APPLES, CASES = "09520000100018/A1", "09520000100025/C1"
FARM = "9520000000011"


@pytest.fixture
def farm(lotproof: Lotproof) -> Lotproof:
    """A ledger with a farm, its orchard, a spray and a growing cycle."""
    lotproof.json("org", "add", FARM, "--name", "Farm")
    for place in (ORCHARD, STORE):
        lotproof.json(
            "record", "place", "--gln", place, "--name", f"Place {place}", "--zone", "Asia/Shanghai"
        )
    lotproof.json(
        "record", "input-product", "--registration", "PD1", "--name", "Spray", "--interval", "apple=21"
    )
    lotproof.json("record", "cycle", "--cycle", CYCLE, "--crop", "apple")
    return lotproof


def harvest(farm: Lotproof, *more: str, kg: str = "1000") -> list[str]:
    """The call that records a harvest."""
    return ["record", "harvest", "--by", FARM, "--cycle", CYCLE, "--place", ORCHARD,
            "--portions", f"{APPLES}={kg} KGM", *more]  # fmt: skip


def test_a_lots_life_is_recorded_kind_by_kind(farm: Lotproof) -> None:
    farm.json(*harvest(farm))
    packed = farm.json(
        "record", "processing", "--by", FARM, "--place", ORCHARD,
        "--inputs", f"{APPLES}=600 KGM", "--outputs", f"{CASES}=590 KGM",
    )  # fmt: skip
    farm.json(
        "record", "shipping", "--by", FARM, "--place", ORCHARD, "--to-place", STORE,
        "--portions", f"{CASES}=500 KGM", "--portions", f"{APPLES}=100 KGM", "--references", "bol=77",
    )  # fmt: skip

    cases, apples = farm.json("balance", CASES), farm.json("balance", APPLES)
    up = farm.json("trace", CASES, "--up")

    assert (cases["created"], cases["shipped"], cases["on_hand"]) == ("590", "500", "90")
    assert (apples["created"], apples["consumed"], apples["shipped"]) == ("1000", "600", "100")
    assert [one["type"] for one in up["lots"]] == ["lot", "lot", "cycle"]
    assert packed["entry"] in {one["event"] for one in up["edges"]}
    assert farm.json("verify")["ok"]


def test_a_harvest_before_the_interval_ends_is_refused_and_leaves_nothing(farm: Lotproof) -> None:
    farm.json("record", "input-applied", "--by", FARM, "--cycle", CYCLE, "--registration", "PD1")
    size = farm.json("verify")["size"]

    refused = farm.refusal(*harvest(farm))

    assert refused["code"] == "harvest_too_early"
    assert refused["problems"][0]["where"].endswith("/10/A1")
    assert "first day" in refused["message"]
    assert farm.json("verify")["size"] == size
    assert farm.json("lots")["lots"] == []


def test_more_cannot_be_taken_than_there_is(farm: Lotproof) -> None:
    farm.json(*harvest(farm))

    refused = farm.refusal(
        "record", "loss", "--by", FARM, "--portions", f"{APPLES}=1000.5 KGM", "--reason", "rot"
    )

    assert refused["code"] == "more_taken_than_exists"
    assert "1000.5 KGM taken, 1000 are there" in refused["message"]


def test_all_that_is_wrong_with_the_options_is_said_at_once(farm: Lotproof) -> None:
    refused = farm.refusal(
        "record", "harvest", "--portions", "09520000100019/A1=5 KGM", "--place", "9520000001002",
        "--harvested-on", "yesterday",
    )  # fmt: skip

    assert {(one["where"], one["code"]) for one in refused["problems"]} == {
        ("--portions", "invalid_check_digit"),
        ("--place", "invalid_check_digit"),
        ("--harvested-on", "invalid_date"),
        ("--cycle", "missing"),
    }
    assert "lotproof record harvest --help" in refused["hint"]


def test_local_time_is_that_of_the_recorded_place(farm: Lotproof) -> None:
    done = farm.json(*harvest(farm, "--at", "2026-05-01 08:00"))
    file = farm.folder / "b.json"

    farm.json("prove", APPLES, "-o", file)

    assert done["entry"]
    leaf = base64.b64decode(json.loads(file.read_text())["entries"][0]["leaf"])
    assert b"2026-05-01T08:00:00+08:00" in leaf


def test_local_time_of_a_place_that_is_not_recorded_is_refused(lotproof: Lotproof) -> None:
    refused = lotproof.refusal(
        "record", "creation", "--portions", f"{APPLES}=5 KGM", "--place", ORCHARD, "--at", "2026-05-01 08:00"
    )

    assert [(one["where"], one["code"]) for one in refused["problems"]] == [("--at", "no_zone")]


def test_the_same_fact_again_is_a_repetition(farm: Lotproof) -> None:
    first = farm.json(*harvest(farm, "--at", "2026-05-01T08:00:00+08:00"))
    again = farm.json(*harvest(farm, "--at", "2026-05-01T08:00:00+08:00"))

    assert (again["entry"], again["repeated"], first["repeated"]) == (first["entry"], True, False)
    assert "stood already as entry" in farm.text(*harvest(farm, "--at", "2026-05-01T08:00:00+08:00"))


def test_who_has_no_key_cannot_record(farm: Lotproof) -> None:
    refused = farm.refusal("record", "creation", "--by", "9520000000028", "--portions", f"{APPLES}=5 KGM")

    assert refused["code"] == "no_signing_key"


def test_names_of_kinds_and_types_come_with_dashes_or_underscores(farm: Lotproof) -> None:
    assert farm("record", "input_applied", "--help").exit_code == 0
    assert farm("record", "input_product", "--help").exit_code == 0
    assert farm.refusal("record", "flying")["code"] == "usage"


@pytest.mark.parametrize("kind", sorted({kind.name for kind in KINDS}))
def test_the_help_of_every_kind_shows_its_own_options(kind: str) -> None:
    rows = [one for one in KINDS if one.name == kind]
    result = CliRunner().invoke(cli, ["record", kind.replace("_", "-"), "--help"])

    shown = {word for word in result.stdout.split() if word.startswith("--")}
    needed = [f"--{name.replace('_', '-')}" for name in rows[-1].fields]
    assert result.exit_code == 0
    assert shown >= {"--at", "--place", "--by", "--approve", "--json", *needed}
    assert record_options.SAID[kind].split()[0] in result.stdout


@pytest.mark.parametrize("type_name", sorted(season_records.TYPES))
def test_the_help_of_every_type_of_master_data_shows_its_columns(type_name: str) -> None:
    result = CliRunner().invoke(cli, ["record", type_name.replace("_", "-"), "--help"])

    row = season_records.TYPES[type_name]
    columns = {"interval" if one in ("crop", "interval_days") and type_name == "input_product" else one
               for one in (*row.required, *row.optional)}  # fmt: skip
    assert result.exit_code == 0
    assert all(f"--{one.replace('_', '-')}" in result.stdout for one in columns)
    assert set(master_data.SAID) == set(season_records.TYPES)


def test_an_input_product_knows_an_interval_for_each_crop(farm: Lotproof) -> None:
    done = farm.json(
        "record", "input-product", "--registration", "PD2", "--name", "Spray",
        "--interval", "apple=21", "--interval", "pear = 14",
    )  # fmt: skip

    assert done["body"]["intervals"] == {"apple": 21, "pear": 14}


def test_a_conversion_that_arrives_late_settles_what_waited_for_it(farm: Lotproof) -> None:
    farm.json(*harvest(farm))
    late = farm.json(
        "record", "initial-packing", "--by", FARM, "--place", ORCHARD,
        "--inputs", f"{APPLES}=600 KGM", "--outputs", f"{CASES}=60 CS",
    )  # fmt: skip
    before = farm.json("trace", CASES, "--up")["findings"]

    farm.json(
        "record", "conversion", "--gtin", "09520000100025",
        "--from-uom", "CS", "--to-uom", "KGM", "--factor", "10",
    )  # fmt: skip

    assert [one["code"] for one in late["findings"]] == ["no_conversion"]
    assert [one["code"] for one in before if one["code"] == "no_conversion"]
    after = farm.json("trace", CASES, "--up")["findings"]
    assert [one for one in after if one["code"] == "no_conversion"] == []


def test_master_data_that_is_wrong_is_refused_field_by_field(lotproof: Lotproof) -> None:
    refused = lotproof.refusal("record", "place", "--gln", "9520000001002", "--zone", "Beijing")

    assert {(one["where"], one["code"]) for one in refused["problems"]} == {
        ("--gln", "invalid_check_digit"),
        ("--zone", "unknown_zone"),
        ("--name", "missing"),
    }


def test_the_same_master_data_again_changes_nothing(farm: Lotproof) -> None:
    call = ["record", "cycle", "--cycle", CYCLE, "--crop", "apple"]

    again = farm.json(*call)

    assert again["repeated"]
    assert "stood already as entry" in farm.text(*call)
