"""Handing documents in and looking at them, in a browser without scripts and as a script does it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lotproof.documents.models import Document
from lotproof.people.models import Deed
from lotproof.people.roles import Role
from support.forms import said, submit, token_on
from support.papers import eicar, hand_in, left, pdf, photo, picture, work
from support.people import actor_of, browser_of, person
from support.served import Served
from support.statements import counted
from support.world import FARM, OPERATOR, SHOP, World

MOST_STATEMENTS = 12


@pytest.fixture
def farmer(world: World) -> int:
    return person(world, "Li Na", FARM.party_uri, Role.OWNER, Role.SUPPLIER)


@pytest.fixture
def client(world: World, served: Served, farmer: int) -> FlaskClient:
    return browser_of(world, served, farmer)


def send(client: FlaskClient, *files: tuple[bytes, str], type: str = "business_licence") -> TestResponse:
    given = [(io.BytesIO(data), name) for data, name in files]
    return submit(client, "/documents/upload", type=type, file=given)


def send_by_script(client: FlaskClient, data: bytes, name: str, **fields: Any) -> TestResponse:
    token = token_on(client.get("/documents/upload"))
    fields = {"csrf_token": token, "type": "photo", "file": (io.BytesIO(data), name)} | fields
    return let_go(client.post("/documents/upload", data=fields, headers={"Accept": "application/json"}))


def let_go(answer: TestResponse) -> TestResponse:
    """Close the file in which the test client keeps a large body."""
    answer.request.environ["wsgi.input"].close()
    return answer


def get_file(client: FlaskClient, path: str) -> TestResponse:
    """Fetch what is sent from a file, and close it."""
    answer = client.get(path)
    answer.get_data()
    answer.close()
    return answer


def newest(world: World) -> Any:
    with world.read() as db:
        return db.execute(select(Document.__table__).order_by(Document.received_at.desc())).first()


def deeds(world: World) -> list[str]:
    with world.read() as db:
        return list(db.execute(select(Deed.act).order_by(Deed.id)).scalars())


def test_an_empty_list_says_what_will_stand_there(client: FlaskClient) -> None:
    page = client.get("/documents/?lang=en")

    assert "Licences, certificates and photos that you hand in will stand here." in page.text
    assert 'href="/documents/upload"' in page.text


def test_a_photo_is_handed_in_checked_and_looked_at(world: World, client: FlaskClient) -> None:
    sent = send(client, (photo(), "营业执照.jpg"))
    early = client.get(sent.headers["Location"] + "?lang=en")
    work(world)

    page = client.get(sent.headers["Location"] + "?lang=en")

    assert sent.status_code == 303
    assert "The file is being checked" in early.text
    assert "/page/1.jpg" not in early.text
    assert "营业执照.jpg" in page.text
    assert "Not virus-scanned" in page.text
    assert page.headers["Cache-Control"] == "private, no-store"
    shown = get_file(client, f"{sent.headers['Location']}/page/1.jpg")
    assert (shown.status_code, shown.mimetype) == (200, "image/jpeg")
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert deeds(world) == ["upload_document", "view_document"]


def test_the_clean_copy_is_served_as_an_attachment_that_can_do_nothing(
    world: World, client: FlaskClient
) -> None:
    received = hand_in(world, photo(), "../营业执照.webp.jpg")
    work(world)

    answer = get_file(client, f"/documents/{received.id}/file")

    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "%E8%90%A5" in answer.headers["Content-Disposition"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert b"Li Hua" not in answer.data
    assert deeds(world)[-1] == "download_document"


def test_pictures_that_are_asked_for_without_their_page_are_noted_too(
    world: World, client: FlaskClient
) -> None:
    received = hand_in(world, picture())
    work(world)

    for _ in range(2):
        assert get_file(client, f"/documents/{received.id}/page/1.png").status_code == 200

    assert deeds(world) == ["upload_document", "view_document"]
    assert client.get(f"/documents/{received.id}/page/2.jpg").status_code == 404


@pytest.mark.parametrize("path", ["", "/file", "/page/1.jpg"])
def test_another_organisations_document_is_not_there(world: World, served: Served, path: str) -> None:
    received = hand_in(world, picture())
    work(world)
    other = browser_of(world, served, person(world, "Wang Fang", SHOP.party_uri, Role.OWNER, Role.SUPPLIER))

    guessed, nothing = other.get(f"/documents/{received.id}{path}"), other.get(f"/documents/none{path}")

    assert (guessed.status_code, nothing.status_code) == (404, 404)
    assert said(guessed).replace(received.id, "none") == said(nothing)
    assert deeds(world) == ["upload_document"]


@pytest.mark.parametrize("path", ["/documents/", "/documents/upload", "/documents/x", "/documents/x/file"])
def test_a_visitor_is_led_to_the_sign_in_page(served: Served, path: str) -> None:
    assert served.client.get(path).status_code == 303


def test_a_reviewer_sees_everybodys_document_and_it_is_noted(world: World, served: Served) -> None:
    received = hand_in(world, picture())
    work(world)
    reviewer = person(world, "Wu Min", OPERATOR.party_uri, Role.REVIEWER)

    page = browser_of(world, served, reviewer).get(f"/documents/{received.id}?lang=en")

    assert page.status_code == 200
    assert "Farm" in page.text
    with world.read() as db:
        assert db.execute(select(Deed.account).where(Deed.act == "view_document")).scalars().all() == [
            reviewer
        ]


def test_several_files_are_taken_and_each_bad_one_says_why(world: World, client: FlaskClient) -> None:
    answer = send(
        client, (picture(), "good.jpg"), (b"MZ\x90", "evil.pdf"), (b"", "empty.png"), (eicar(), "x.jpg")
    )

    assert answer.status_code == 422
    assert "good.jpg" in answer.text
    assert answer.text.count('class="wrong"') >= 3
    assert newest(world).name == "good.jpg"
    assert left(world)["quarantine"] == 1


def test_a_form_without_a_file_is_told_so(client: FlaskClient) -> None:
    answer = submit(client, "/documents/upload?lang=en", "/documents/upload", type="photo")

    assert answer.status_code == 422
    assert "Choose a file, or take a photo." in answer.text


@pytest.mark.parametrize(
    ("data", "name", "status", "code"),
    [
        (b"MZ\x90\x00", "licence.pdf", 415, "file_type_not_taken"),
        (b"<html><script>", "photo.jpg", 415, "file_type_not_taken"),
        (picture("PNG"), "photo.jpg", 415, "file_type_differs"),
        (b"", "photo.jpg", 422, "empty_file"),
        (eicar(), "photo.jpg", 422, "harmful_file"),
        (picture() + bytes(1_100_000), "photo.jpg", 413, "file_too_large"),
    ],
)
def test_a_script_is_told_what_is_wrong_with_one_file(
    world: World, served: Served, client: FlaskClient, data: bytes, name: str, status: int, code: str
) -> None:
    from dataclasses import replace

    from lotproof_web.api.here import keep

    keep(served.app, replace(served.services.here, document_limit=1_000_000))

    answer = send_by_script(client, data, name)

    assert (answer.status_code, (answer.json or {})["code"]) == (status, code)
    assert left(world) == {"quarantine": 0, "clean": 0, "work": 0}


def test_a_script_is_told_where_a_file_went(world: World, client: FlaskClient) -> None:
    answer = send_by_script(client, pdf(), "paper.pdf")

    told = answer.json or {}
    assert answer.status_code == 201
    assert (told["state"], told["href"]) == ("received", f"/documents/{newest(world).id}")


def test_a_file_about_somebody_else_is_refused(client: FlaskClient) -> None:
    answer = send_by_script(client, picture(), "a.jpg", subject=SHOP.party_uri)

    assert (answer.status_code, (answer.json or {})["code"]) == (403, "not_your_organisation")


def test_a_form_without_its_token_and_a_large_body_of_a_visitor_are_refused(
    world: World, served: Served, client: FlaskClient
) -> None:
    without = client.post(
        "/documents/upload", data={"type": "photo", "file": (io.BytesIO(picture()), "a.jpg")}
    )
    body = {"file": (io.BytesIO(bytes(2_000_000)), "a.jpg")}
    visitors = let_go(served.client.post("/documents/upload", data=body))

    assert without.status_code == 400
    assert visitors.status_code in (400, 413)
    assert newest(world) is None


def test_a_refused_document_says_what_to_do(world: World, client: FlaskClient) -> None:
    received = hand_in(world, b"%PDF-1.7\nbroken", "broken.pdf")
    work(world)

    page = client.get(f"/documents/{received.id}?lang=en")

    assert "The file is damaged, or is not what it seems." in page.text
    assert "Send another one" in page.text
    assert client.get(f"/documents/{received.id}/file").status_code == 404


def test_a_list_is_narrowed_by_its_address_and_given_as_a_file(world: World, client: FlaskClient) -> None:
    for n in range(30):
        world.later(minutes=1)
        hand_in(world, picture(), f"=paper {n}.jpg", type="photo" if n else "other")

    first, second = client.get("/documents/?lang=en"), client.get("/documents/?page=2")
    others, nothing = client.get("/documents/?type=other"), client.get("/documents/?q=zzz&lang=en")
    file = client.get("/documents/?format=csv&type=photo")

    assert ("=paper 29.jpg" in first.text, "=paper 4.jpg" in first.text) == (True, False)
    assert "=paper 4.jpg" in second.text
    assert "=paper 0.jpg" in others.text
    assert "=paper 1.jpg" not in others.text
    assert "Nothing found." in nothing.text
    assert file.text.count("'=paper") == 29


def test_pages_ask_the_database_little(world: World, served: Served, farmer: int) -> None:
    received = hand_in(world, picture(), actor=actor_of(world, farmer))
    work(world)
    client = browser_of(world, served, farmer)
    for path in (
        "/documents/",
        "/documents/upload",
        f"/documents/{received.id}",
        f"/documents/{received.id}/page/1.jpg",
    ):
        get_file(client, path)
        with counted(world.log.engine) as statements:
            assert get_file(client, path).status_code == 200
        assert len(statements) <= MOST_STATEMENTS, path
