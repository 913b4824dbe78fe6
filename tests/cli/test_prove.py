"""`lotproof prove` and `check` say what is newest and what is absent, as of an entry, and no more."""

from __future__ import annotations

from support.command_line import Lotproof

LOT = "09520000100018/NEVER"


def test_a_lot_without_entries_is_proven_absent_where_that_is_asked_for(lotproof: Lotproof) -> None:
    file = lotproof.folder / "absent.json"
    assert lotproof.refusal("prove", LOT, "-o", file)["code"] == "unknown_lot"
    assert lotproof.refusal("prove", LOT, "-o", file, "--absent")["code"] == "no_heads_yet"
    assert not file.exists()

    stated = lotproof.json("heads")
    made = lotproof.json("prove", LOT, "-o", file, "--absent")
    checked = lotproof.json("check", file, "--key", made["log_key"])
    told = lotproof.text("check", file)

    assert (checked["ok"], checked["entries"], checked["pinned"]) == (True, [], True)
    assert checked["asOf"]["index"] == stated["index"]
    assert checked["asOf"]["covered"] == 0
    assert checked["newest"].startswith(
        f"no entry about it as of entry {stated['size'] - 1} (entry {stated['index']}"
    )
    assert checked["newest"] == made["newest"]
    assert f"Shown besides: {checked['newest']}." in told
    assert "not pinned" in told


def test_a_padded_or_changed_file_does_not_hold(lotproof: Lotproof) -> None:
    file = lotproof.folder / "absent.json"
    lotproof.json("heads")
    lotproof.json("prove", LOT, "-o", file, "--absent")
    data = file.read_bytes()

    for wrong in (data + b"\n", data.replace(b"/10/NEVER", b" 10/NEVER"), b"", b"{}", data[:-1]):
        file.write_bytes(wrong)
        result = lotproof("check", file)
        assert result.exit_code == 1
        assert "It does not hold" in result.stdout
