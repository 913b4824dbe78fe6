"""Documents in a real browser: several files with their progress, a viewer with keys, and nothing serious for axe."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Page, expect
from waitress.server import create_server

from lotproof.people.roles import Role
from support.papers import hand_in, pdf, photo, picture, work
from support.people import person, token_of
from support.served import serve
from support.world import FARM, World

ONE_KIND = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
WIDTHS = (360, 1280)


@pytest.fixture
def site(world: World, tmp_path: Path, page: Page) -> Iterator[str]:
    """Root address of a served world, in which the page's browser is signed in as a farmer."""
    server = create_server(serve(world, tmp_path).app, port=0, host="127.0.0.1")
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    root = f"http://127.0.0.1:{server.effective_port}"
    token = token_of(world, person(world, "Li Na", FARM.party_uri, Role.OWNER, Role.SUPPLIER))
    page.context.add_cookies(
        [{"name": "session", "value": token, "url": root}, {"name": "lang", "value": "en", "url": root}]
    )
    yield root
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()


def serious(page: Page) -> list[str]:
    """What axe finds that is serious or worse."""
    page.evaluate((files("axe_playwright_python") / "axe.min.js").read_text())
    found = page.evaluate("() => axe.run()")["violations"]
    return [
        f"{one['id']}: {one['nodes'][0]['html']}" for one in found if one["impact"] in ("serious", "critical")
    ]


@ONE_KIND
def test_files_are_sent_one_by_one_and_each_says_what_is_wrong(
    world: World, site: str, page: Page, tmp_path: Path
) -> None:
    good, bad = tmp_path / "good.jpg", tmp_path / "bad.pdf"
    good.write_bytes(photo())
    bad.write_bytes(b"MZ\x90\x00")
    page.goto(f"{site}/documents/upload")

    page.get_by_label("Files").set_input_files([good, bad])
    page.get_by_role("button", name="Send").click()

    sent = page.get_by_role("link", name="Sent")
    expect(sent).to_be_visible()
    expect(page.locator("#main").get_by_text("Files of this kind are not taken.")).to_be_visible()
    assert page.url.endswith("/documents/upload")
    work(world)
    sent.click()
    expect(page.get_by_role("heading", name="good.jpg")).to_be_visible()


@ONE_KIND
def test_good_files_lead_to_the_list(site: str, page: Page, tmp_path: Path) -> None:
    first, second = tmp_path / "a.jpg", tmp_path / "b.png"
    first.write_bytes(picture())
    second.write_bytes(picture("PNG"))
    page.goto(f"{site}/documents/upload")

    page.get_by_label("Files").set_input_files([first, second])
    page.get_by_role("button", name="Send").click()

    page.wait_for_url(re.compile("/documents/$"))
    expect(page.get_by_text("a.jpg")).to_be_visible()
    expect(page.get_by_text("b.png")).to_be_visible()


@ONE_KIND
def test_a_file_that_is_too_large_is_not_even_sent(site: str, page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.jpg"
    with large.open("wb") as file:
        file.truncate(20_000_001)
    page.goto(f"{site}/documents/upload")

    page.get_by_label("Files").set_input_files(large)
    page.get_by_role("button", name="Send").click()

    expect(page.locator("#main").get_by_text("The file is too large.")).to_be_visible()


@ONE_KIND
def test_an_upload_that_stops_can_be_tried_again(site: str, page: Page, tmp_path: Path) -> None:
    file = tmp_path / "a.jpg"
    file.write_bytes(picture())
    page.goto(f"{site}/documents/upload")
    page.route("**/documents/upload", lambda route: route.abort(), times=1)

    page.get_by_label("Files").set_input_files(file)
    page.get_by_role("button", name="Send").click()
    page.get_by_role("button", name="Try again").click()

    page.wait_for_url(re.compile("/documents/$"))
    expect(page.get_by_text("a.jpg")).to_be_visible()


@ONE_KIND
def test_a_document_is_turned_and_made_larger_by_keys(world: World, site: str, page: Page) -> None:
    id = hand_in(world, pdf(pages=2), "paper.pdf").id
    work(world)
    page.goto(f"{site}/documents/{id}")
    paper = page.locator("[data-viewer]")

    paper.focus()
    for key in ("+", "r"):
        page.keyboard.press(key)

    expect(paper).to_have_class(re.compile("z2.*r1"))
    assert page.locator("[data-viewer] img").count() == 2
    assert page.evaluate("document.querySelector('[data-viewer] img').naturalWidth") == 800


@ONE_KIND
@pytest.mark.parametrize("width", WIDTHS)
def test_axe_finds_nothing_serious_and_nothing_scrolls_sideways(
    world: World, site: str, page: Page, width: int
) -> None:
    clean = hand_in(world, photo((600, 400)), "营业执照" * 20 + ".jpg").id
    refused = hand_in(world, b"%PDF-1.7\nbroken", "broken.pdf").id
    work(world)
    waiting = hand_in(world, picture(), "new.jpg").id
    page.set_viewport_size({"width": width, "height": 800})
    for path in (
        "/documents/",
        "/documents/upload",
        *(f"/documents/{id}" for id in (clean, refused, waiting)),
    ):
        page.goto(f"{site}{path}")
        assert serious(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
