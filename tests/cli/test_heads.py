"""`lotproof heads`: an entry that states the newest of every chain, once, and verified."""

from __future__ import annotations

import json

from support.command_line import Lotproof


def test_heads_are_stated_and_verified(lotproof: Lotproof) -> None:
    first = json.loads(lotproof("heads", "--json").stdout)
    again = json.loads(lotproof("heads", "--json").stdout)
    told = lotproof("heads").stdout

    assert first["new"] is True
    assert first["index"] == first["size"]
    assert first["chains"] >= 1
    assert len(first["root"]) == 64
    assert again == first | {"new": False}
    assert told.startswith(f"Entry {first['index']} states already the heads of {first['chains']} chains")
    assert json.loads(lotproof("verify", "--json").stdout)["ok"] is True
