"""The pages of notices on a phone and a desk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page, expect
from waitress.server import create_server

from lotproof.notices.delivery import Channel
from lotproof.notices.leads import name_lead
from lotproof.notices.outbox import send_due
from lotproof.notices.senders import RefusedByReceiverError
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.notices import URL, Hand, told
from support.people import COOKIE, actor_of, person, token_of
from support.served import Served, serve
from support.world import OPERATOR, World

RUNNING = "/notices/running"
OPERATORS = ("", "/undelivered", "/leads", "/holidays", "/holidays?year=2027")
PAGES = ("/notices", "/notices/preferences", *(RUNNING + page for page in OPERATORS))
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ONE_KIND = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


@pytest.fixture
def address(world: World, tmp_path: object) -> Iterator[tuple[str, str]]:
    """Where the pages are served, and the cookie of an operator who was told something and has failed mails."""
    served: Served = serve(world, tmp_path)  # type: ignore[arg-type]
    olga = person(world, "Olga", OPERATOR.party_uri, Role.OPERATOR)
    operator = actor_of(world, olga)
    for once in "123":
        told(world, olga, once=once)
    with writing(world.log.engine) as db:
        name_lead(db, operator, "reviewer", "", "olga@example.org", world.clock.now)
    hand = Hand(
        fails=[RefusedByReceiverError("550 no such user"), RefusedByReceiverError("550 no such user")]
    )
    send_due(world.log.engine, {Channel.MAIL: hand}, world.clock, URL)
    server = create_server(served.app, port=0, host="127.0.0.1")
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}", token_of(world, olga)
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()


@pytest.fixture
def opened(chromium: Browser, address: tuple[str, str]) -> Iterator[Page]:
    """A page of the operator in Chinese."""
    context = chromium.new_context(locale="zh-CN", base_url=address[0])
    context.add_cookies([{"name": COOKIE, "value": address[1], "url": address[0]}])
    yield context.new_page()
    context.close()


@ONE_KIND
@pytest.mark.parametrize("width", [360, 1280])
def test_every_page_fits_and_axe_finds_nothing(opened: Page, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 800})
    found = {}
    for path in PAGES:
        answer = opened.goto(path)
        assert answer is not None
        assert answer.ok, path
        assert opened.evaluate("document.documentElement.scrollWidth") <= width, path
        opened.evaluate(axe())
        result = opened.evaluate(f"axe.run({{runOnly: {json.dumps(RULES)}}})")
        found[path] = [(one["id"], one["nodes"][0]["html"][:120]) for one in result["violations"]]

    assert not any(found.values()), found


@ONE_KIND
def test_a_notice_is_opened_and_all_are_read_by_keyboard_alone(opened: Page) -> None:
    opened.goto("/notices")
    first = opened.locator(".told button").first
    first.focus()
    opened.keyboard.press("Enter")
    opened.wait_for_url("**/A1")

    opened.goto("/notices")
    expect(opened.locator(".count")).to_have_text("2")
    opened.get_by_role("button", name="全部标为已读").press("Enter")
    expect(opened.locator(".count")).to_have_count(0)
    expect(opened.locator(".told .blue")).to_have_count(0)
