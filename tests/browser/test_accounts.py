"""The pages of people as they meet them, on a phone and at a desk: readable, reachable, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page
from waitress.server import create_server

from lotproof.people.addresses import add_address
from lotproof.people.invitations import invite
from lotproof.people.keys import create_key
from lotproof.people.roles import Role
from lotproof.storage.engine import writing
from support.entrance import Door
from support.people import actor_of, person, token_of
from support.served import serve
from support.world import World

ADDRESS = {
    "recipient": "李华", "phone": "13800138000", "country": "CN", "region": "山东省", "city": "烟台市",
    "district": "栖霞市", "street": "青山村 8 号",
}  # fmt: skip
OUTSIDE = ("/register", "/sign-in", "/sign-in/code", "/reset")
INSIDE = (
    "/account/", "/account/profile", "/account/password", "/account/contact", "/account/authenticator/on",
    "/account/addresses/new", "/account/deactivate", "/account/prove", "/organisation/", "/organisation/register",
    "/organisation/invite", "/organisation/grant", "/organisation/keys/new", "/invitation", "/audit",
)  # fmt: skip
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SQLITE = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


@pytest.fixture
def root(world: World, tmp_path: Path) -> Iterator[str]:
    """Where the application is reached."""
    server = create_server(serve(world, tmp_path).app, port=0, host="127.0.0.1")
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()


@pytest.fixture
def everything(world: World) -> str:
    """The token of somebody who may see all of it, with something in every list."""
    roles = (Role.OWNER, Role.OPERATOR, Role.AUDITOR)
    account = person(world, "欧阳李华", world.log.operator, *roles, language="zh_Hans")
    actor = actor_of(world, account)
    with writing(world.log.engine) as db:
        add_address(db, account, ADDRESS, is_default=True)
        invite(
            db,
            Door(world).entrance,
            actor,
            "a.rather.long.address@somewhere.example.org",
            ["supplier", "carrier"],
        )
        create_key(db, actor, "Scale in the packing house", ["read"], world.clock.now, world.entropy)
    return token_of(world, account)


@SQLITE
@pytest.mark.parametrize("width", [360, 1280])
def test_pages_pass_the_accessibility_rules_and_never_scroll_sideways(
    chromium: Browser, root: str, everything: str, width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
    faults = [found for path in OUTSIDE for found in look_at(context.new_page(), root + path, width)]
    context.add_cookies([{"name": "session", "value": everything, "url": root}])
    faults += [found for path in INSIDE for found in look_at(context.new_page(), root + path, width)]
    context.close()

    assert faults == []


def look_at(page: Page, url: str, width: int) -> list[object]:
    """What is wrong with a page."""
    said: list[object] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append((url, message.text)) if message.type == "error" else None)
    answer = page.goto(url)
    assert answer is not None
    assert answer.status == 200, url
    page.evaluate("for (const one of document.querySelectorAll('main details')) one.open = true")
    page.evaluate(axe())
    result = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    said += [
        (url, one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in result["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth") > width:
        said.append((url, "scrolls sideways"))
    page.close()
    return said
