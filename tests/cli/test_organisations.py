"""Organisations, keys for programs, and the log's own files."""

from __future__ import annotations

import os
import sys

import pytest

from support.command_line import Lotproof

FARM = "https://id.gs1.org/417/9520000000011"


def test_an_organisation_gets_a_key_of_its_own(lotproof: Lotproof) -> None:
    added = lotproof.json(
        "org", "add", "9520000000011", "--name", "Farm", "--name-zh", "农场", "--role", "grower"
    )

    listed = {one["party"]: one for one in lotproof.json("org", "list")["parties"]}
    assert added["party"] == FARM
    assert added["key"].startswith("did:key:z6Mk")
    assert listed[FARM]["names"] == {"en": "Farm", "zh_Hans": "农场"}
    assert (listed[FARM]["key"], listed[FARM]["custody"]) == (added["key"], "platform")
    assert len(listed) == 2
    assert "9520000000011  Farm" in lotproof.text("org", "list")


def test_registering_again_with_the_same_facts_changes_nothing(lotproof: Lotproof) -> None:
    first = lotproof.json("org", "add", FARM, "--name", "Farm")
    again = lotproof.json("org", "add", "9520000000011", "--name", "Farm")

    assert len(first["entries"]) == 2
    assert again["entries"] == []
    assert again["key"] == first["key"]
    assert "stood here already" in lotproof.text("org", "add", FARM, "--name", "Farm")


def test_an_organisation_without_a_name_or_with_a_wrong_gln_is_refused(lotproof: Lotproof) -> None:
    assert lotproof.refusal("org", "add", "9520000000011")["code"] == "name_missing"
    assert lotproof.refusal("org", "add", "9520000000012", "--name", "x")["code"] == "invalid_check_digit"
    assert lotproof.refusal("org", "add", "farm", "--name", "x")["code"] == "invalid_identifier"


def test_a_key_for_a_program_is_shown_once_listed_and_revoked(lotproof: Lotproof) -> None:
    made = lotproof.json("api-key", "create", "--org", "9520000000004", "--scope", "capture")

    (listed,) = lotproof.json("api-key", "list")["keys"]
    assert made["key"].startswith(f"lp_{made['id']}_")
    assert (listed["id"], listed["scopes"], listed["revoked_at"]) == (made["id"], ["capture"], None)
    assert made["key"].split("_", 2)[2] not in lotproof.text("api-key", "list")

    lotproof.json("api-key", "revoke", made["id"])
    (listed,) = lotproof.json("api-key", "list")["keys"]
    assert listed["revoked_at"]
    assert lotproof.refusal("api-key", "revoke", made["id"])["code"] == "no_such_key"


def test_a_key_for_nobody_or_for_nothing_is_refused(lotproof: Lotproof) -> None:
    nobody = lotproof.refusal("api-key", "create", "--org", "9520000000011", "--scope", "capture")
    nothing = lotproof.refusal("api-key", "create", "--org", "9520000000004", "--scope", "everything")

    assert nobody["code"] == "unknown_party"
    assert nothing["code"] == "unknown_scope"


def test_what_was_lost_of_the_tiles_is_published_again(lotproof: Lotproof) -> None:
    checkpoint = lotproof.home / "tiles/checkpoint"
    checkpoint.unlink()

    answer = lotproof.json("log", "publish")

    assert answer["size"] == lotproof.json("verify")["size"]
    assert checkpoint.exists()


def test_tables_that_are_new_need_no_migration(lotproof: Lotproof) -> None:
    answer = lotproof.json("migrate")

    assert answer["before"] == answer["after"]


def test_serving_hands_over_to_the_pages_with_host_and_port(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(os, "execv", lambda _program, arguments: started.append(arguments))

    answer = lotproof.json("serve", "--host", "::1", "--port", "8123")

    assert answer["url"] == "http://[::1]:8123/"
    assert started == [[sys.executable, "-m", "lotproof_web", "--host", "::1", "--port", "8123"]]


def test_a_person_is_registered_and_told_on_the_command_line_or_in_a_file(lotproof: Lotproof) -> None:
    lotproof.json("org", "add", FARM, "--name", "Mark Grower", "--person", "--phone", "010 5550 1234")
    season = lotproof.write(
        "people.csv", "kind,gln,name,person,phone\nparty,9520000000028,Mary Packer,yes,010 5550 4321\n"
    )
    lotproof.json("season", season)

    listed = {one["party"]: one for one in lotproof.json("org", "list")["parties"]}
    assert (listed[FARM]["person"], listed[FARM]["phone"]) == (True, "010 5550 1234")
    assert listed["https://id.gs1.org/417/9520000000028"]["person"] is True
    tiles = b"".join(path.read_bytes() for path in (lotproof.home / "tiles").rglob("*") if path.is_file())
    assert not any(mark in tiles for mark in (b"Mark Grower", b"Mary Packer", b"5550"))
