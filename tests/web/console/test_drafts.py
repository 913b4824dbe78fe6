"""Drafts save themselves, go on elsewhere, and are their owner's alone."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from lotproof.kernel.errors import InvalidInputError
from lotproof.people.drafts import KEPT_FOR, MOST_CHARACTERS, draft_of, forget_draft, save_draft
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.forms import submit, token_on
from support.people import browser_of, person
from support.served import Served
from support.world import FARM, World


@pytest.fixture
def account(world: World) -> int:
    return person(world, "Li Na", FARM.party_uri, Role.SUPPLIER)


@pytest.fixture
def client(world: World, served: Served, account: int) -> FlaskClient:
    return browser_of(world, served, account)


def test_what_is_typed_is_kept_without_secrets(world: World, client: FlaskClient, account: int) -> None:
    answer = submit(client, "/tasks", "/drafts/harvest:1", amount="12.5", tags=["a", "b"], password="secret")

    assert answer.status_code == 200
    assert "16:00" in answer.text  # 08:00 UTC where she is
    with world.read() as db:
        kept = draft_of(db, account, "harvest:1", world.clock.now)
    assert kept is not None
    assert kept.values == {"amount": ["12.5"], "tags": ["a", "b"]}


def test_the_newest_takes_the_place_of_the_one_before(world: World, account: int) -> None:
    with writing(world.log.engine) as db:
        save_draft(db, account, "f", {"a": ["1"]}, world.clock.now)
        save_draft(db, account, "f", {"a": ["2"]}, world.later(minutes=1))

    with world.read() as db:
        kept = draft_of(db, account, "f", world.clock.now)
    assert kept is not None
    assert (kept.values, kept.saved_at) == ({"a": ["2"]}, world.clock.now)


def test_nobody_else_has_the_draft(world: World, client: FlaskClient) -> None:
    submit(client, "/tasks", "/drafts/f", a="1")
    other = person(world, "Wang Fang", FARM.party_uri, Role.SUPPLIER)

    with world.read() as db:
        assert draft_of(db, other, "f", world.clock.now) is None


def test_a_draft_is_forgotten_when_its_form_is_sent_or_it_is_old(world: World, account: int) -> None:
    with writing(world.log.engine) as db:
        save_draft(db, account, "f", {"a": ["1"]}, world.clock.now)
        save_draft(db, account, "g", {"a": ["1"]}, world.clock.now)
        forget_draft(db, account, "f")

    with world.read() as db:
        assert draft_of(db, account, "f", world.clock.now) is None
        assert draft_of(db, account, "g", world.clock.now) is not None
        assert draft_of(db, account, "g", world.clock.now + KEPT_FOR + timedelta(seconds=1)) is None


def test_too_much_is_refused(world: World, client: FlaskClient, account: int) -> None:
    with writing(world.log.engine) as db, pytest.raises(InvalidInputError, match="draft_too_large"):
        save_draft(db, account, "f", {"a": ["x" * (MOST_CHARACTERS + 1)]}, world.clock.now)

    assert submit(client, "/tasks", "/drafts/f", a="x" * (MOST_CHARACTERS + 1)).status_code == 400


def test_a_visitor_and_a_strange_name_are_refused(served: Served, client: FlaskClient) -> None:
    visitor = served.app.test_client()
    token = token_on(client.get("/tasks"))

    assert visitor.post("/drafts/f", data={"csrf_token": token}).status_code == 400
    assert submit(client, "/tasks", "/drafts/..%2Fx").status_code == 404
