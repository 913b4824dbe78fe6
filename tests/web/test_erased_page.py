"""A page that told a person's name says at once, in every language, that it is erased."""

from __future__ import annotations

from pathlib import Path

import pytest

from lotproof.kernel.identifiers import Gln
from lotproof.lots.drafting import Author
from lotproof.lots.erasure.act import erase
from lotproof.parties.actions import register_party
from support.served import serve
from support.world import OPERATOR, World, lot

PERSON = Gln("9520000000042")


@pytest.mark.parametrize(
    ("language", "says"), [("en", "(erased)"), ("zh-Hans", "（已删除）"), ("zh-Hant", "（已刪除）")]
)
@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_where_the_name_stood_the_page_says_erased(
    world: World, tmp_path: Path, language: str, says: str
) -> None:
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, PERSON, {"names": {"en": "Mark Grower"}, "person": True})
    world.harvested()
    world.record("storage", by=PERSON, lots=(lot("H1"),))
    client, headers = serve(world, tmp_path).client, {"Accept-Language": language}

    before = client.get(lot("H1").path, headers=headers).text
    erase(world.log, Author(OPERATOR.party_uri, approvals=("Ann", "Bo")), PERSON.party_uri)
    after = client.get(lot("H1").path, headers=headers).text

    assert "Mark Grower" in before
    assert says not in before
    assert "Mark Grower" not in after
    assert f"{PERSON.digits} {says}" in after or f"{PERSON.digits}{says}" in after
