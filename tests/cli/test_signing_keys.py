"""`lotproof key`: the keys that sign."""

from __future__ import annotations

import json

import pytest

from support.command_line import Lotproof
from support.own_key import body, did, new_key, proof_of

FARM = "https://id.gs1.org/417/9520000000011"


@pytest.fixture
def farm(lotproof: Lotproof) -> str:
    """The key of a farm that was just registered."""
    return str(lotproof.json("org", "add", FARM, "--name", "Farm")["key"])


def states(lotproof: Lotproof) -> dict[str, bool]:
    return {one["did"]: one["is_valid"] for one in lotproof.json("key", "list", "--org", FARM)["keys"]}


def test_keys_are_added_for_organisations_persons_and_devices(lotproof: Lotproof, farm: str) -> None:
    scanner = lotproof.json("key", "add", "--org", FARM, "--subject", "device", "--label", "Scanner 3")

    assert states(lotproof) == {farm: True, scanner["key"]: True}
    assert (scanner["custody"], scanner["subject"], scanner["label"]) == ("platform", "device", "Scanner 3")
    assert "Scanner 3" in lotproof.text("key", "list")
    assert lotproof.refusal("key", "add", "--org", "9520000000028")["code"] == "unknown_party"
    assert lotproof.json("verify")["ok"]


def test_a_key_is_rotated_and_the_ledger_goes_on(lotproof: Lotproof, farm: str) -> None:
    done = lotproof.json("key", "rotate", farm)

    assert (done["act"], done["replaces"], done["party"]) == ("rotate", farm, FARM)
    assert states(lotproof) == {farm: False, done["key"]: True}
    assert lotproof.refusal("key", "rotate", farm)["code"] == "key_revoked"
    assert lotproof.json("verify")["ok"]


def test_the_authority_is_rotated_and_binds_on(lotproof: Lotproof) -> None:
    (authority,) = (one for one in lotproof.json("key", "list")["keys"] if one["is_authority"])

    lotproof.json("key", "rotate", authority["did"])

    lotproof.json("org", "add", FARM, "--name", "Farm")
    assert lotproof.refusal("key", "revoke", authority["did"], "--yes")["code"] == "authority_not_revoked"
    assert lotproof.json("verify")["ok"]


def test_a_revocation_says_which_key_and_that_it_cannot_be_undone(lotproof: Lotproof, farm: str) -> None:
    asked = lotproof("key", "revoke", farm, stdin="n\n")

    assert asked.exit_code == 1
    assert "cannot be undone" in asked.stdout
    assert farm in asked.stdout
    assert lotproof.refusal("key", "revoke", farm)["code"] == "not_confirmed"
    assert states(lotproof) == {farm: True}


def test_what_a_revoked_key_would_sign_is_refused(lotproof: Lotproof, farm: str) -> None:
    done = lotproof.json("key", "revoke", farm, "--reason", "stolen", "--yes")
    again = lotproof.json("key", "revoke", farm, "--yes")

    refusal = lotproof.refusal("record", "device", "--by", FARM, "--device", "7", "--name", "Scales")
    assert (done["entry"], done["repeated"], again["repeated"]) == (again["entry"], False, True)
    assert refusal["code"] == "no_signing_key"
    assert "revoked by entry" in lotproof.text("key", "list")
    assert lotproof.json("verify")["ok"]


def test_an_organisation_without_a_key_here_is_still_recorded_by_the_operator(
    lotproof: Lotproof, farm: str
) -> None:
    lotproof.json("key", "revoke", farm, "--yes")

    done = lotproof.json("org", "add", FARM, "--name", "Farm on the Hill")

    assert (done["key"], done["custody"], len(done["entries"])) == (None, None, 1)
    assert lotproof.json("key", "add", "--org", FARM)["custody"] == "platform"
    assert lotproof.json("verify")["ok"]


def test_a_brought_key_is_asked_for_signed_by_its_holder_and_bound(lotproof: Lotproof, farm: str) -> None:
    key = new_key("own")
    asked = lotproof.json("key", "request", "bind", did(key), "--org", FARM)
    proof = proof_of(asked["signed"], key, asked["domain"])
    file = lotproof.write("bind.json", body(asked["signed"], proof).decode())

    done = lotproof.json("key", "bind", file, "--label", "Office")

    assert (done["key"], done["custody"], done["label"], done["repeated"]) == (
        did(key),
        "own",
        "Office",
        False,
    )
    assert lotproof.json("key", "bind", file)["repeated"]
    assert states(lotproof) == {farm: True, did(key): True}
    assert lotproof.refusal("key", "rotate", did(key))["code"] == "key_kept_elsewhere"
    assert lotproof.json("verify")["ok"]


def test_a_request_for_no_key_or_half_a_rotation_is_refused(lotproof: Lotproof) -> None:
    zero = "did:key:z6MkeTG3bFFSLYVU7VqhgZxqr6YzpaGrQtFMh1uvqGy1vDnP"  # 32 zero bytes: a point of small order
    key = did(new_key("own"))

    assert lotproof.refusal("key", "request", "bind", zero, "--org", FARM)["code"] == "invalid_key"
    assert lotproof.refusal("key", "request", "bind", "zero", "--org", FARM)["code"] == "invalid_did"
    assert lotproof.refusal("key", "request", "rotate", key, "--org", FARM)["code"] == "replaces_missing"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"signed": 1, "proof": {}}',
        '{"signed": {}, "proof": []}',
        '{"signed": {}, "proof": {"a": 1}}',
        '{"signed": {}, "proof": {}, "more": 1}',
        '{"signed": {"by": 1, "by": 2}, "proof": {}}',
        json.dumps({"signed": {}, "proof": {}}),
    ],
)
def test_a_file_that_holds_no_signed_act_is_refused(lotproof: Lotproof, text: str) -> None:
    code = lotproof.refusal("key", "bind", lotproof.write("bad.json", text))["code"]

    assert code in ("invalid_json", "invalid_payload", "duplicate_name", "invalid_key_act")
