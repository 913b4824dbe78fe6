"""My notices: read, opened, chosen; and nobody else's."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from lotproof.notices.queries import listed, wishes
from lotproof.notices.telling import tell
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.forms import submit
from support.notices import told
from support.people import browser_of, person
from support.served import Served
from support.statements import counted
from support.world import FARM, World


@pytest.fixture
def ann(world: World) -> int:
    return person(world, "Ann", FARM.party_uri, Role.SUPPLIER)


@pytest.fixture
def client(world: World, served: Served, ann: int) -> FlaskClient:
    return browser_of(world, served, ann)


def ids(world: World, account: int) -> list[int]:
    with world.read() as db:
        return [one.id for one in listed(db, account, first=0, most=100)[0]]


def test_notices_are_listed_in_the_language_of_the_page(client: FlaskClient, world: World, ann: int) -> None:
    assert "will stand here" in client.get("/notices?lang=en").text
    told(world, ann)

    english, chinese = (client.get(f"/notices?lang={tag}").text for tag in ("en", "zh-Hans"))

    assert "Lot A1 is held" in english
    assert "cold chain broken" in english
    assert "批次A1已冻结" in chinese


def test_a_page_of_notices_costs_few_statements(client: FlaskClient, world: World, ann: int) -> None:
    for n in range(60):
        told(world, ann, once=str(n))

    paths = ["/notices", "/notices?page=2&state=unread&topic=lots&q=A1", "/notices/preferences"]
    for path in (*paths, f"/notices/{ids(world, ann)[0]}"):
        with counted(world.log.engine) as sent:
            assert client.get(path).status_code == 200
        assert len(sent) <= 8, (path, sent)


def test_filters_and_search_narrow_the_list(client: FlaskClient, world: World, ann: int) -> None:
    told(world, ann)
    with writing(world.log.engine) as db:
        organisation = {"organisation": "果园_100%"}
        tell(db, [ann], "roles_changed", "organisation", "1", organisation, world.clock.now, "2")

    def titles(query: str) -> tuple[bool, bool]:
        text = client.get(f"/notices?lang=en&{query}").text
        return "Lot A1 is held" in text, "Your roles in 果园_100%" in text

    assert titles("") == (True, True)
    assert titles("topic=lots") == (True, False)
    assert titles("topic=nonsense") == (True, True)
    assert titles("q=果园") == (False, True)
    assert titles("q=_100%25") == (False, True)
    assert titles("q=a1") == (True, False)
    assert titles("q=%25%25") == (False, False)
    submit(client, "/notices", "/notices/read")
    assert titles("state=unread") == (False, False)
    assert "Lot A1 is held" in client.get("/notices?format=csv&lang=en").text


def test_opening_one_marks_it_as_read_and_leads_to_its_object(
    client: FlaskClient, world: World, ann: int
) -> None:
    told(world, ann)
    (id,) = ids(world, ann)

    answer = submit(client, "/notices", f"/notices/{id}/open")

    assert answer.status_code == 303
    assert "/09520000100018/" in answer.headers["Location"]
    assert "A1" in answer.headers["Location"]
    assert 'class="count"' not in client.get("/notices").text
    assert client.get(f"/notices/{id}").status_code == 200


def test_what_has_no_page_leads_to_its_own_text(client: FlaskClient, world: World, ann: int) -> None:
    with writing(world.log.engine) as db:
        about = {"organisation": "Farm"}
        tell(db, [ann], "removed", "something_new", "1", about, world.clock.now, "2")
    (id,) = ids(world, ann)

    answer = submit(client, "/notices", f"/notices/{id}/open")

    assert answer.headers["Location"] == f"/notices/{id}"


def test_a_notice_of_somebody_else_is_not_there(
    client: FlaskClient, served: Served, world: World, ann: int
) -> None:
    told(world, ann)
    (id,) = ids(world, ann)
    other = browser_of(world, served, person(world, "Bo", FARM.party_uri, Role.SUPPLIER))

    guessed, nowhere = other.get(f"/notices/{id}"), other.get("/notices/999999")

    assert (guessed.status_code, nowhere.status_code) == (404, 404)
    assert submit(other, "/notices/preferences", f"/notices/{id}/open").status_code == 404
    assert '<b class="count">1</b>' in client.get("/tasks").text
    assert other.get(f"/notices/{10**30}").status_code == 404


def test_what_is_chosen_is_kept_and_shown(client: FlaskClient, world: World, ann: int) -> None:
    chosen = {f"mail_{topic}": "daily" for topic in ("members", "qualification", "documents", "deadlines")}
    chosen |= {"mail_lots": "never", "mail_operation": "at_once", "sms": "urgent"}

    answer = submit(client, "/notices/preferences", **chosen)

    assert answer.status_code == 303
    with world.read() as db:
        kept = wishes(db, ann)
    assert kept["lots", "mail"] == "never"
    assert kept["documents", "mail"] == "daily"
    assert kept["lots", "sms"] == "urgent"
    page = client.get("/notices/preferences?lang=en&saved=1").text
    assert page.count('<option value="daily" selected>') == 4
    assert '<option value="urgent" selected>' in page
    assert "It is kept." in page
    assert "no phone number" in page


def test_what_is_not_offered_is_refused(client: FlaskClient, world: World, ann: int) -> None:
    assert submit(client, "/notices/preferences", mail_lots="hourly", sms="never").status_code == 422
    with world.read() as db:
        assert wishes(db, ann) == {}


def test_nothing_changes_without_the_token(client: FlaskClient, world: World, ann: int) -> None:
    told(world, ann)

    assert client.post("/notices/read").status_code == 400
    assert '<b class="count">1</b>' in client.get("/tasks").text


@pytest.mark.parametrize("path", ["/notices", "/notices/1", "/notices/preferences", "/notices/running"])
def test_a_visitor_is_led_to_the_sign_in_page(served: Served, path: str) -> None:
    assert served.client.get(path).headers["Location"].startswith("/sign-in?next=/notices")
