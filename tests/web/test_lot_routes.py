"""A lot's page stands at the path of its Digital Link, honest about what is not there."""

from datetime import UTC, datetime

import pytest
from flask.testing import FlaskClient

from lotproof.lots.story import HeadsState
from support.page_services import FakeServices
from support.story_parts import GOOD, LONG, OUTSIDE, RECALLED, WIDE


def text_of(client: FlaskClient, path: str, **kwargs: object) -> str:
    response = client.get(path, **kwargs)  # type: ignore[arg-type]
    assert response.status_code == 200
    return response.text


@pytest.mark.parametrize("lot", [GOOD, RECALLED, OUTSIDE, LONG, WIDE], ids=str)
@pytest.mark.parametrize("language", ["en", "zh-Hans", "zh-Hant"])
def test_every_sample_has_a_page_in_both_languages(client: FlaskClient, lot: object, language: str) -> None:
    text = text_of(client, f"{lot.path}?lang={language}")  # type: ignore[attr-defined]

    assert f'<html lang="{language}">' in text


def test_a_recall_stands_before_everything_else(client: FlaskClient) -> None:
    text = text_of(client, RECALLED.path)

    assert text.index("Do not eat, sell or pass on") < text.index("<main")


def test_a_lot_code_with_a_slash_has_its_page_and_its_files(client: FlaskClient) -> None:
    assert "X-1/7" in text_of(client, OUTSIDE.path)
    assert client.get(f"{OUTSIDE.path}/bundle.json").status_code == 200
    assert client.get(f"{OUTSIDE.path}/qr.svg").status_code == 200


@pytest.mark.parametrize(
    "path", [GOOD.path.replace("/01/0", "/01/", 1), f"{GOOD.path}/21/S7", f"{GOOD.path}/"]
)
def test_other_ways_to_write_a_lot_lead_to_its_page(client: FlaskClient, path: str) -> None:
    response = client.get(f"{path}?lang=en")

    assert response.status_code == 301
    assert response.location == f"{GOOD.path}?lang=en"


def test_an_unknown_lot_is_said_to_be_unrecorded_here_and_no_more(client: FlaskClient) -> None:
    response = client.get("/01/09521234543213/10/NOPE")

    assert response.status_code == 404
    assert "Nothing is recorded on this ledger about this lot." in response.text
    assert "neither good nor bad" in response.text


def test_an_unknown_lot_is_absent_as_far_as_that_is_shown(
    services: FakeServices, client: FlaskClient
) -> None:
    services.absent = HeadsState(42, datetime(2026, 11, 23, 8, 40, tzinfo=UTC), 40)

    text = client.get("/01/09521234543213/10/NOPE").text

    assert "No entry about it as of entry 39, as entry 42 states, recorded 2026-11-23 08:40 UTC." in text


def test_a_wrong_check_digit_is_told_as_such(client: FlaskClient) -> None:
    response = client.get("/01/09521234543212/10/NOPE")

    assert response.status_code == 400
    assert "check digit" in response.text


def test_a_product_alone_asks_for_the_lot(client: FlaskClient) -> None:
    assert "Which lot is it?" in text_of(client, "/01/9521234543213")
    assert client.get("/01/09521234543213?lot=A%2F1").location == "/01/09521234543213/10/A%2F1"
    assert client.get("/01/09521234543213?lot=a%20b").status_code == 422
    assert client.get("/01/123").status_code == 400


def test_a_page_is_made_once_until_its_lot_changes(client: FlaskClient, services: FakeServices) -> None:
    for _ in range(3):
        client.get(GOOD.path)
    assert services.asked == 1

    services.versions[GOOD.uri] = 1
    client.get(GOOD.path)
    client.get(GOOD.path, headers={"Accept-Language": "zh-CN"})

    assert services.asked == 3


def test_a_browser_that_has_the_page_is_not_sent_it_again(
    client: FlaskClient, services: FakeServices
) -> None:
    etag = client.get(GOOD.path).headers["ETag"]

    assert client.get(GOOD.path, headers={"If-None-Match": etag}).status_code == 304

    services.versions[GOOD.uri] = 1
    services.stories[GOOD.uri] = services.stories[RECALLED.uri]
    assert client.get(GOOD.path, headers={"If-None-Match": etag}).status_code == 200


def test_the_label_is_a_pdf_of_one_of_two_sizes(client: FlaskClient) -> None:
    label = client.get(f"{GOOD.path}/label.pdf?size=40x30")

    assert label.data.startswith(b"%PDF")
    assert "attachment" in label.headers["Content-Disposition"]
    assert client.get(f"{GOOD.path}/label.pdf?size=1x1").status_code == 400


def test_the_bundle_is_json_to_keep(client: FlaskClient) -> None:
    bundle = client.get(f"{OUTSIDE.path}/bundle.json")

    assert bundle.mimetype == "application/json"
    assert bundle.headers["Content-Disposition"] == 'attachment; filename="lot-09521237770012-X-1_7.json"'
    assert client.get("/01/09521234543213/10/NOPE/bundle.json").status_code == 404


def test_the_page_says_what_its_proof_does_not_prove(client: FlaskClient) -> None:
    text = text_of(client, GOOD.path)

    assert "On the log as entry 23 of 57, recorded 2026-11-23 08:36 UTC." in text
    assert "It does not prove that what was written is true" in text


def test_peoples_text_is_escaped(client: FlaskClient, services: FakeServices) -> None:
    from dataclasses import replace

    story = services.stories[GOOD.uri]
    evil = '"><script>alert(1)</script>'
    steps = tuple(replace(step, reason=evil, details=((evil, evil),)) for step in story.journey)
    services.stories[GOOD.uri] = replace(story, product={"": evil}, journey=steps)

    assert "<script" not in text_of(client, GOOD.path)
