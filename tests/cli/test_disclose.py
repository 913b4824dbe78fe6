"""`lotproof disclose`: hidden parts in a file that an outsider checks without a ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.command_line import Lotproof

PERSON = "9520000000042"


@pytest.fixture
def entry(lotproof: Lotproof) -> int:
    """The entry of a person's record."""
    added = lotproof.json(
        "org", "add", PERSON, "--name", "Mark Grower", "--person", "--phone", "010 5550 1234"
    )
    return int(added["entries"][-1])


def test_an_outsider_checks_what_was_hidden(
    lotproof: Lotproof, entry: int, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "person.json"
    made = lotproof.json("disclose", str(entry), "-o", file)
    monkeypatch.setenv("LOTPROOF_HOME", str(tmp_path / "nowhere"))

    checked = lotproof.json("check", file, "--key", made["log_key"])
    told = lotproof.text("check", file)

    assert made["opened"] == ["/record/body/names", "/record/body/phone"]
    assert (checked["ok"], checked["pinned"], checked["entry"], checked["closed"]) == (True, True, entry, 0)
    assert checked["opened"]["/record/body/names"] == {"en": "Mark Grower"}
    assert checked["signed"]["record"]["body"]["phone"] == "010 5550 1234"
    assert "Mark Grower" in told
    assert "not pinned" in told


def test_one_part_alone_is_opened(lotproof: Lotproof, entry: int, tmp_path: Path) -> None:
    file = tmp_path / "phone.json"
    lotproof.json("disclose", str(entry), "-o", file, "--only", "/record/body/phone")

    checked = lotproof.json("check", file)

    assert (list(checked["opened"]), checked["closed"]) == (["/record/body/phone"], 1)


def test_a_changed_file_does_not_hold(lotproof: Lotproof, entry: int, tmp_path: Path) -> None:
    file = tmp_path / "person.json"
    lotproof.json("disclose", str(entry), "-o", file)
    data = file.read_bytes()
    file.write_bytes(data.replace(b'"disclosures":["', b'"disclosures":["A'))

    result = lotproof("check", file, "--json")

    assert result.exit_code == 1
    assert '"ok": false' in result.stdout or '"ok":false' in result.stdout


def test_what_is_not_hidden_or_not_there_is_refused(lotproof: Lotproof, entry: int, tmp_path: Path) -> None:
    file = tmp_path / "none.json"

    assert lotproof.refusal("disclose", "0", "-o", file)["code"] == "nothing_to_disclose"
    assert lotproof.refusal("disclose", "999", "-o", file)["code"] == "no_such_entry"
    missing = lotproof.refusal("disclose", str(entry), "-o", file, "--only", "/event/price")
    assert (missing["code"], "/record/body/phone" in missing["hint"]) == ("no_such_part", True)
    lotproof.json("erase", PERSON, "--approve", "Ann", "--approve", "Bo")
    assert lotproof.refusal("disclose", str(entry), "-o", file)["code"] == "nothing_to_disclose"
    assert not file.exists()
