"""`lotproof documents`: the work is done by hand, and an original taken out of quarantine."""

from __future__ import annotations

import io
import os

from lotproof.documents.actions import receive
from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import system_clock
from lotproof.people.actor import Actor
from lotproof.people.roles import Role
from support.command_line import Lotproof
from support.papers import pdf, photo


def test_what_waits_is_cleaned_and_an_original_comes_out_as_it_was_sent(lotproof: Lotproof) -> None:
    log = open_instance(Place(lotproof.home), system_clock, os.urandom)
    who = Actor(1, log.operator, frozenset({Role.OWNER, Role.SUPPLIER}))
    kept = receive(log, who, log.operator, "photo", io.BytesIO(photo()), "a.jpg")
    receive(log, who, log.operator, "other", io.BytesIO(pdf()[:40]), "broken.pdf")
    log.engine.dispose()

    first = lotproof.json("documents", "work")
    again = lotproof.json("documents", "work")
    out = lotproof.home / "evidence.jpg"
    lotproof.text("documents", "original", kept.id, "-o", str(out))

    nothing = {"cleaned": 0, "refused": 0, "waiting": 0, "destroyed": 0, "read": 0, "busy": False}
    assert first == nothing | {"cleaned": 1, "refused": 1, "destroyed": 1}
    assert again == nothing
    assert out.read_bytes() == photo()
    assert out.stat().st_mode & 0o777 == 0o600
    refusal = lotproof.refusal("documents", "original", kept.id, "-o", str(out))
    assert refusal["code"] == "file_exists"
