"""Organisations that are made known by several at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from lotproof.kernel.identifiers import Gln
from lotproof.ledger.key_acts import KEYS_TURN
from lotproof.ledger.keys import known_keys
from lotproof.parties.actions import register_party
from lotproof.storage.engine import take_turn, writing
from support.waiting import until_waiting
from support.world import World, check_ledger

NEW = Gln("9520000000998")


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)  # elsewhere one writes at a time
def test_an_organisation_that_is_registered_twice_at_once_has_one_key(world: World) -> None:
    def register(_: int) -> str:
        with world.log.unit_of_work() as uow:
            return register_party(uow, world.log.operator, NEW, {"names": {"en": "New"}, "roles": ["farm"]})

    with ThreadPoolExecutor(2) as two:
        with writing(world.log.engine) as db:
            take_turn(db, KEYS_TURN)
            done = two.map(register, range(2))
            until_waiting(db, 2)
        assert list(done) == [NEW.party_uri] * 2

    with world.read() as db:
        assert len(known_keys(db, NEW.party_uri)) == 1
    check_ledger(world)
