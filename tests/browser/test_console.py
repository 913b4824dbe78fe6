"""The signed-in pages as people meet them: by keyboard, by screen reader, on a phone, on paper, without scripts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from threading import Thread

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from waitress.server import create_server

from lotproof.people.drafts import draft_of
from lotproof.people.roles import Role
from lotproof.storage.engine import open_engine
from support.databases import Databases
from support.people import person, token_of
from support.served import serve
from support.world import FARM, PACKER, World, begin_world, continue_world

PHONE, DESK = 360, 1280
SIZES = pytest.mark.parametrize("width", [PHONE, DESK])
PAGES = pytest.mark.parametrize("path", ["/tasks", "/dev/ui", "/more", "/search?q=A", "/nowhere"])
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HARMLESS = ("the server responded with a status of 4", "[DOM] Password forms should have")


@dataclass
class Site:
    """The whole application as a running server. account: who is signed in by `token`."""

    root: str
    world: World
    account: int
    token: str


@pytest.fixture(scope="module")
def console(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with databases.begun("sqlite", begin_world) as url:
        engine, folder = open_engine(url), tmp_path_factory.mktemp("console")
        world = continue_world(engine, folder)
        world.harvested("A-1")
        account = person(world, "Li Na", FARM.party_uri, Role.OWNER, Role.SUPPLIER)
        server = create_server(serve(world, folder).app, port=0, host="127.0.0.1")
        thread = Thread(target=server.run, daemon=True)
        thread.start()
        yield Site(f"http://127.0.0.1:{server.effective_port}", world, account, token_of(world, account))
        server.trigger.pull_trigger(server.close)
        thread.join(timeout=5)
        server.task_dispatcher.shutdown()
        engine.dispose()


@pytest.fixture
def width() -> int:
    return DESK


@pytest.fixture
def context(chromium: Browser, console: Site, width: int) -> Iterator[BrowserContext]:
    opened = chromium.new_context(viewport={"width": width, "height": 800}, locale="en")
    opened.add_cookies([{"name": "session", "value": console.token, "url": console.root}])
    yield opened
    opened.close()


@pytest.fixture
def opened(context: BrowserContext) -> Iterator[Page]:
    """A signed-in page, whose console must stay silent: a policy that forbids something says so there."""
    said: list[str] = []
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    page.close()
    assert [line for line in said if not any(part in line for part in HARMLESS)] == []


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


@SIZES
@PAGES
def test_a_page_passes_the_accessibility_rules(opened: Page, console: Site, path: str) -> None:
    opened.goto(console.root + path)
    opened.evaluate("for (const one of document.querySelectorAll('main details:not(.drop)')) one.open = true")
    opened.evaluate(axe())

    assert violations(opened) == []
    for menu in opened.locator("details.drop").all():  # people open one at a time
        menu.evaluate("one => { one.open = true }")
    assert violations(opened, "details.drop") == []


def violations(page: Page, within: str = "html") -> list[tuple[str, str, list[str]]]:
    """What the rules find: rule, how grave it is, and where."""
    away = [] if within == "html" else ["target-size"]  # menus that are open side by side cover each other
    result = page.evaluate(
        """([within, rules, away]) => axe.run(within,
            {runOnly: rules, rules: Object.fromEntries(away.map(one => [one, {enabled: false}]))})""",
        [within, RULES, away],
    )
    return [
        (one["id"], one["impact"], [node["html"][:160] for node in one["nodes"][:3]])
        for one in result["violations"]
    ]


@SIZES
@PAGES
def test_a_page_never_scrolls_sideways(opened: Page, console: Site, path: str, width: int) -> None:
    opened.goto(console.root + path)

    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@SIZES
def test_targets_are_large_enough_to_touch(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/dev/ui")

    small = opened.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, input, select')]
            .filter(one => one.checkVisibility() && !one.matches('.skip, .form-check-input, .crumbs a'))
            .filter(one => getComputedStyle(one).display !== 'inline')
            .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
            .map(([text, box]) => `${text}: ${box.width} by ${box.height}`)"""
    )

    assert small == []


def test_a_slash_leads_to_the_search_and_escape_closes_what_is_open(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/tasks")

    opened.keyboard.press("/")
    expect(opened.locator("#seek")).to_be_focused()
    opened.keyboard.type("A/1")
    assert opened.locator("#seek").input_value() == "A/1"
    menu = opened.locator("details.drop").last
    menu.locator("summary").click()
    assert menu.get_attribute("open") is not None
    opened.keyboard.press("Escape")
    assert menu.get_attribute("open") is None
    expect(menu.locator("summary")).to_be_focused()


def test_a_list_changes_in_place_with_its_address_and_says_what_is_there(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/search")
    kept = opened.evaluate("window.kept = 1")

    opened.locator("#s-q").fill("A-")
    opened.keyboard.press("Enter")

    opened.wait_for_url("**/search?q=A-")
    expect(opened.locator(".hits a")).to_have_text("A-1")
    expect(opened.locator("#live")).to_have_text("1 found")
    expect(opened.locator("#s-q")).to_be_focused()
    assert opened.evaluate("window.kept") == kept  # the page was not loaded anew
    opened.go_back()
    expect(opened.locator(".hits a")).to_have_count(0)


def test_a_draft_saves_itself_and_says_when(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/dev/ui")

    opened.locator("#f-remark").fill("wet leaves")

    expect(opened.locator("#saved")).to_contain_text(re.compile(r"^\s*saved \d\d:\d\d"), timeout=10_000)
    with console.world.read() as db:
        kept = draft_of(db, console.account, "dev-ui", console.world.clock.now)
    assert kept is not None
    assert kept.values["remark"] == ["wet leaves"]
    assert "csrf_token" not in kept.values


def test_a_form_that_is_sent_saves_no_draft_any_more(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/dev/ui")
    opened.evaluate("document.addEventListener('submit', (event) => event.preventDefault())")

    opened.locator("#f-remark").evaluate("field => field.form.requestSubmit()")

    expect(opened.locator("#saved")).to_have_count(0)


def test_what_is_wrong_has_the_focus_and_leads_to_its_field(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/dev/ui")
    expect(opened.locator("#problems").first).to_be_focused()

    opened.locator("#problems a").first.click()

    expect(opened.locator("#f-amount")).to_be_focused()


def test_a_document_is_enlarged_and_turned_by_keys(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/dev/ui")
    paper = opened.locator("[data-viewer]").first

    paper.focus()
    for key in ("+", "+", "r", "-"):
        opened.keyboard.press(key)

    assert set((paper.get_attribute("class") or "").split()) == {"paper", "z2", "r1"}


@pytest.mark.parametrize("width", [PHONE])
def test_a_phone_has_its_bar_at_the_bottom_and_rows_as_cards(opened: Page, console: Site, width: int) -> None:
    opened.goto(f"{console.root}/dev/ui")

    bar = opened.locator("nav.bottom").bounding_box()
    assert bar is not None
    assert bar["y"] + bar["height"] == 800
    assert not opened.locator("nav.side").is_visible()
    shown = opened.locator(".rows:not(.choosing) tbody tr").first.locator("td")
    assert [shown.nth(n).is_visible() for n in range(4)] == [True, True, True, False]


def test_a_page_prints_without_navigation_and_says_who_printed_it(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/dev/ui")
    opened.emulate_media(media="print")

    for away in (".top", ".side", ".filters", ".buttons"):
        assert not opened.locator(away).first.is_visible()
    expect(opened.locator(".printed")).to_contain_text("Printed by Li Na at 2026-06-01")
    assert opened.locator(".qr img").is_visible()


def test_everything_works_without_scripts(chromium: Browser, console: Site) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en")
    context.add_cookies([{"name": "session", "value": console.token, "url": console.root}])
    page = context.new_page()
    page.goto(f"{console.root}/dev/ui")

    page.locator("#l-state").select_option("expired")
    page.locator(".filters button").click()
    assert "state=expired" in page.url
    assert page.locator(".found a.pick").first.inner_text().startswith("Expired")
    page.goto(f"{console.root}/search")
    page.locator("#s-q").fill("A-")
    page.locator("main .filters button").click()
    assert page.locator(".hits a").inner_text() == "A-1"
    context.close()


def test_the_interface_for_programs_is_shown(opened: Page, console: Site) -> None:
    opened.goto(f"{console.root}/api/docs")

    expect(opened.locator("#api")).to_contain_text("/api/v1/lots", timeout=15_000)
    assert PACKER.digits not in opened.content()
