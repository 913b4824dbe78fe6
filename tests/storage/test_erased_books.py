"""What people wrote in the books goes with whom it speaks of; that they approved and answered stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select

from lotproof.kernel.identifiers import Gln
from lotproof.lots.book.models import RecallAnswer, ReleaseWish, SeasonUpload
from lotproof.lots.book.uploads import forget_old, keep_upload
from lotproof.lots.drafting import Author
from lotproof.lots.erasure.act import erase, look
from lotproof.parties.actions import register_party
from lotproof.people import deactivating
from lotproof.people.own_data import export_account
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.people import actor_of, person
from support.world import FARM, OPERATOR, World, check_ledger

FARMER = Gln("9520000000042")
TWO = Author(OPERATOR.party_uri, approvals=("Ann", "Bo"))


def wish(world: World, party: Gln, first_by: int, reason: str, name: str = "Lin Fang") -> None:
    row = {"party": party.party_uri, "lots": [], "reason": reason, "first_by": first_by, "first_name": name,
           "at": world.clock.now}  # fmt: skip
    with writing(world.log.engine) as db:
        db.execute(insert(ReleaseWish), row)


def answer(world: World, party: Gln, note: str) -> None:
    row = {"recall": "urn:uuid:1", "party": party.party_uri, "account": None, "at": world.clock.now, "note": note,
           "amounts": {}}  # fmt: skip
    with writing(world.log.engine) as db:
        db.execute(insert(RecallAnswer), row)


def rows(world: World, *columns: Any) -> list[tuple[Any, ...]]:
    with world.read() as db:
        return [tuple(row) for row in db.execute(select(*columns).order_by(columns[0].table.c.id))]


@pytest.fixture
def farmer(world: World) -> Gln:
    """A farmer with a release, an answer and a season file, beside those of an organisation."""
    with world.log.unit_of_work() as uow:
        body = {"names": {"en": "Li Hua"}, "person": True}
        register_party(uow, world.log.operator, FARMER, body)
    wish(world, FARMER, 1, "it was diesel", "Li Hua")
    wish(world, FARM, 2, "it was glue")
    answer(world, FARMER, "all set aside")
    answer(world, FARM, "sold")
    worker = actor_of(world, person(world, "Gu", FARMER.party_uri, Role.SUPPLIER))
    with writing(world.log.engine) as db:
        keep_upload(db, worker, "season.csv", b"x", world.clock.now)
    return FARMER


def test_what_a_persons_people_wrote_is_erased_with_her(world: World, farmer: Gln) -> None:
    assert len(look(world.log, farmer.party_uri).books) == 3

    erase(world.log, TWO, farmer.party_uri)

    said = rows(world, ReleaseWish.reason, ReleaseWish.first_name, ReleaseWish.first_by)
    assert said == [("", "", 1), ("it was glue", "Lin Fang", 2)]
    assert rows(world, RecallAnswer.note) == [("",), ("sold",)]
    assert rows(world, SeasonUpload.id) == []
    check_ledger(world)


def test_what_others_wrote_of_somebody_is_erased_by_her_name(world: World, farmer: Gln) -> None:
    wish(world, FARM, 2, "Wu Ming smelled it")
    answer(world, FARM, "ask WU  MING")

    erase(world.log, TWO, None, ["Wu Ming"])

    assert [reason for (reason,) in rows(world, ReleaseWish.reason)] == ["it was diesel", "it was glue", ""]
    assert [note for (note,) in rows(world, RecallAnswer.note)] == ["all set aside", "sold", ""]
    check_ledger(world)


def test_a_first_approval_is_her_own_data_and_loses_her_name_with_her_account(world: World) -> None:
    account = person(world, "Lin Fang", FARM.party_uri, Role.QUALITY_MANAGER)
    wish(world, FARM, account, "it was glue")
    with writing(world.log.engine) as db:
        own = export_account(db, account, world.clock.now)["tables"]
        deactivating.deactivate(db, account, world.clock.now)

    assert [row["reason"] for row in own["release_wish"]] == ["it was glue"]
    assert rows(world, ReleaseWish.first_name, ReleaseWish.reason) == [("", "it was glue")]


def test_a_season_file_that_nobody_said_yes_to_goes_after_a_day(world: World, farmer: Gln) -> None:
    kept = forget_old(world.log, world.clock.now + timedelta(hours=23))
    gone = forget_old(world.log, world.clock.now + timedelta(hours=25))

    assert (kept, gone) == (0, 1)
    assert rows(world, SeasonUpload.id) == []
