"""Holds, releases by two people and recalls, as browsers meet them."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from lotproof.people.models import Session
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.books import owned_places
from support.forms import submit
from support.people import browser_of, person
from support.served import Served
from support.statements import counted
from support.world import APPLES, FARM, PACKER, PACKHOUSE, STORE, World, check_ledger, lot, portion

Pair = tuple[FlaskClient, FlaskClient]


@pytest.fixture
def managers(world: World, served: Served) -> Pair:
    """Two quality managers of the farm."""
    owned_places(world)
    for n in range(3):
        world.harvested(f"H{n}", "900")
    names = ("Lin Fang", "Gu Yun")
    roles = (Role.QUALITY_MANAGER,)
    first, second = (browser_of(world, served, person(world, name, FARM.party_uri, *roles)) for name in names)
    return first, second


def moved_on(world: World) -> None:
    """The packer got some of the first lot, packed it and sent it on."""
    world.record("shipping", to_place=PACKHOUSE, portions=(portion(lot("H0"), "900"),))
    world.record("receiving", by=PACKER, place=PACKHOUSE, portions=(portion(lot("H0"), "900"),))
    world.record("initial_packing", by=PACKER, place=PACKHOUSE, inputs=(portion(lot("H0"), "500"),),
                 outputs=(portion(lot("P1"), "500"),))  # fmt: skip
    world.record(
        "shipping", by=PACKER, place=PACKHOUSE, to_place=STORE, portions=(portion(lot("P1"), "100"),)
    )


def proved_long_ago(world: World) -> None:
    with writing(world.log.engine) as db:
        db.execute(update(Session).values(proved_at=world.clock.now.replace(year=2025)))


def test_a_lot_is_held_and_released_by_two_people(world: World, managers: Pair) -> None:
    first, second = managers
    assert (
        submit(first, f"/lotbook/holds/new?lot={APPLES}/H0", lot=f"{APPLES}/H0", reason="petrol").status_code
        == 303
    )
    assert "H0" in first.get("/lotbook/holds").text

    wished = submit(first, f"/lotbook/holds/release?lot={APPLES}/H0", lot=f"{APPLES}/H0", reason="was diesel")
    where = wished.headers["Location"]
    assert "Yours is the first approval." in first.get(f"{where}?lang=en").text
    alone = submit(first, where, do="approve")
    assert alone.status_code == 403
    assert (
        "You gave the first approval" in alone.text
        or "same person" in alone.text
        or "Ask another" in alone.text
    )
    assert world.holds(lot("H0")) == ["manual"]
    assert "Decide over the release" in second.get("/tasks?lang=en").text

    assert submit(second, where, do="approve").status_code == 303
    assert world.holds(lot("H0")) == []
    assert "It is decided" in second.get(f"{where}?lang=en").text
    check_ledger(world)


def test_a_reason_is_needed_and_the_lots_that_were_chosen_stay(managers: Pair) -> None:
    first, _ = managers
    answer = submit(first, "/lotbook/holds/new?lang=en", lot=f"{APPLES}/H0", reason=" ")

    assert answer.status_code == 422
    assert f'value="{APPLES}/H0"' in answer.text


def test_who_did_not_prove_it_lately_is_asked_before_the_second_approval_and_a_recall(
    world: World, managers: Pair
) -> None:
    first, second = managers
    submit(first, "/lotbook/holds/new", lot=f"{APPLES}/H0", reason="petrol")
    where = submit(first, "/lotbook/holds/release", lot=f"{APPLES}/H0", reason="diesel").headers["Location"]
    proved_long_ago(world)

    assert submit(second, where, do="approve").headers["Location"].startswith("/account/prove?next=")
    asked = submit(second, f"/lotbook/recalls/new?lot={APPLES}/H0", lot=f"{APPLES}/H0", reason="glass")
    assert asked.headers["Location"].startswith("/account/prove?next=%2Flotbook%2Frecalls%2Fnew%3Flot")
    assert world.holds(lot("H0")) == ["manual"]


def test_a_recall_from_the_drill_to_its_end(world: World, served: Served, managers: Pair) -> None:
    moved_on(world)
    first, second = managers
    drill = first.get(f"/lotbook/recalls/new?lang=en&lot={APPLES}/H0").text
    assert "It would reach 2 lots" in drill
    assert "1 of them are with others" in drill
    assert "<svg" in drill
    assert world.holds(lot("P1")) == []

    done = submit(first, f"/lotbook/recalls/new?lot={APPLES}/H0", lot=f"{APPLES}/H0", reason="glass")
    page = done.headers["Location"]
    assert world.holds(lot("P1")) == ["recall"]
    assert "0 of 3 organisations have answered" in first.get(f"{page}?lang=en").text

    packer = browser_of(world, served, person(world, "Wu Ming", PACKER.party_uri, Role.WAREHOUSE))
    assert "Answer the recall" in packer.get("/tasks?lang=en").text
    mine = packer.get(page).text
    uris = re.findall(r'name="lot" value="([^"]+)"', mine)
    assert lot("P1").uri in uris
    amounts = ["400" if uri == lot("P1").uri else "" for uri in uris]
    answered = submit(packer, page, to=f"{page}/answer", lot=uris, amount=amounts, note="set apart")
    assert answered.status_code == 303
    told = first.get(f"{page}?lang=en").text
    assert "1 of 3 organisations have answered" in told
    assert "set apart" in told
    assert submit(packer, page, to=f"{page}/answer", lot=uris, amount=["x"] * len(uris)).status_code == 422

    assert first.get(f"{page}?format=csv").mimetype == "text/csv"
    assert first.get(f"{page}?format=xlsx").data.startswith(b"PK")
    wish = submit(first, page, to=f"{page}/end", reason="no glass").headers["Location"]
    assert submit(second, wish, do="approve").status_code == 303
    assert world.holds(lot("P1")) == []
    check_ledger(world)


def test_a_recall_that_does_not_touch_an_organisation_is_not_there(
    world: World, served: Served, managers: Pair
) -> None:
    page = submit(
        managers[0], f"/lotbook/recalls/new?lot={APPLES}/H1", lot=f"{APPLES}/H1", reason="x"
    ).headers["Location"]
    stranger = browser_of(world, served, person(world, "Wu Ming", PACKER.party_uri, Role.QUALITY_MANAGER))

    assert stranger.get(page).status_code == 404
    assert stranger.get("/lotbook/recalls/00000000-0000-4000-8000-000000000000").status_code == 404
    assert stranger.get("/lotbook/recalls/nonsense").status_code == 404
    assert submit(stranger, "/lotbook/holds/new?x", to=f"{page}/answer").status_code in (403, 404)


def test_decisions_cost_few_statements(world: World, managers: Pair) -> None:
    moved_on(world)
    first, second = managers
    page = submit(first, f"/lotbook/recalls/new?lot={APPLES}/H0", lot=f"{APPLES}/H0", reason="x").headers[
        "Location"
    ]
    submit(first, "/lotbook/holds/new", lot=f"{APPLES}/H1", reason="petrol")
    wish = submit(first, "/lotbook/holds/release", lot=f"{APPLES}/H1", reason="diesel").headers["Location"]

    told = {}
    for path in ("/lotbook/holds", "/lotbook/findings", "/lotbook/recalls", page, wish,
                 f"/lotbook/recalls/new?lot={APPLES}/H2"):  # fmt: skip
        with counted(world.log.engine) as sent:
            assert second.get(path).status_code == 200
        told[path] = len(sent)

    assert {path: n for path, n in told.items() if n > 12} == {}


def test_a_notice_leads_to_the_release_and_the_recall_that_it_is_about(
    world: World, served: Served, managers: Pair
) -> None:
    first, second = managers
    submit(first, "/lotbook/holds/new", lot=f"{APPLES}/H1", reason="petrol")
    wish = submit(first, "/lotbook/holds/release", lot=f"{APPLES}/H1", reason="diesel").headers["Location"]
    page = submit(first, f"/lotbook/recalls/new?lot={APPLES}/H0", lot=f"{APPLES}/H0", reason="x").headers[
        "Location"
    ]

    told = second.get("/notices?lang=en").text

    opened = set(re.findall(r"/notices/[0-9]+/open", told))
    links = [submit(second, "/notices", to=one).headers["Location"] for one in opened]
    assert wish in links
    recall = next(one for one in links if one.startswith("/lotbook/recalls/"))
    assert f'action="{page}/end"' in second.get(recall).text
