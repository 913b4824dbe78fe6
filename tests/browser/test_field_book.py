"""The field book and the lot book in a browser, as a grower meets them on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Browser, Page
from waitress.server import create_server

from lotproof.people.roles import Role
from support.books import owned_places
from support.people import COOKIE, person, token_of
from support.served import serve
from support.world import APPLES, CYCLE, FARM, SPRAY, World, lot

PHONE, DESK = 360, 1280
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


@pytest.fixture
def farm(world: World, tmp_path: Path) -> Iterator[str]:
    """Root address of a running server over a small world."""
    owned_places(world)
    served = serve(world, tmp_path, public_url="http://localhost")
    server = create_server(served.app, port=0, host="127.0.0.1")
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server.close)
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()


@pytest.fixture
def grower(world: World, farm: str, chromium: Browser) -> Iterator[Page]:
    """The grower's phone, on which she is signed in."""
    account = person(world, "Lin Fang", FARM.party_uri, Role.SUPPLIER, Role.QUALITY_MANAGER)
    context = chromium.new_context(viewport={"width": PHONE, "height": 740}, locale="en-GB")
    context.add_cookies([{"name": COOKIE, "value": token_of(world, account), "url": farm}])
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert [line for line in said if "the server responded with a status of 4" not in line] == []


def narrow(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_spraying_with_two_taps_and_last_values_then_a_day_too_early_is_refused(
    world: World, farm: str, grower: Page
) -> None:
    world.record("input_applied", cycle=CYCLE, registration=SPRAY, at=world.later(minutes=1))
    world.later(days=7)
    grower.goto(f"{farm}/field/?lang=en")
    assert narrow(grower)
    assert grower.get_by_text("Not before 2026-06-22").is_visible()

    grower.get_by_role("link", name="Spray as last time").click()  # one
    assert grower.get_by_label("Product").input_value() == SPRAY
    assert grower.get_by_text("Not before 2026-06-29").is_visible()
    grower.get_by_label("How much").fill("1.5")
    grower.get_by_label("Unit").select_option("LTR")
    assert narrow(grower)
    grower.get_by_role("button", name="Record the treatment").click()  # two
    assert grower.get_by_text("Recorded and signed by your organisation.").is_visible()

    grower.goto(f"{farm}/field/")
    grower.get_by_role("link", name="Spray as last time").click()
    assert grower.get_by_label("How much").input_value() == "1.5"

    world.later(days=19)
    grower.goto(f"{farm}/field/")
    grower.get_by_role("main").get_by_role("link", name="Harvest", exact=True).last.click()
    assert grower.get_by_text("Not before 2026-06-29").is_visible()
    grower.get_by_label("How much").fill("10")
    grower.get_by_role("button", name="Record the harvest").click()
    refused = grower.get_by_role("alert")
    assert "Picked too early" in refused.inner_text()
    assert "first day 2026-06-29" in refused.inner_text()
    assert "Wait until the first day of harvest." in refused.inner_text()
    assert grower.get_by_label("How much").input_value() == "10"
    assert narrow(grower)


def test_a_photo_of_a_label_leads_to_its_lot(world: World, farm: str, grower: Page, tmp_path: Path) -> None:
    world.harvested("H1")
    grower.goto(f"{farm}/lotbook/scan")
    grower.goto(f"{farm}{lot('H1').path}/qr.svg")
    picture = tmp_path / "photo.png"
    grower.set_viewport_size({"width": 400, "height": 400})
    grower.screenshot(path=picture)
    grower.goto(f"{farm}/lotbook/scan")

    grower.locator("#photo").set_input_files(picture)
    grower.wait_for_url(f"{farm}/lotbook/lot/{APPLES}/H1")

    assert grower.get_by_role("heading", level=1).inner_text().endswith("H1")


@pytest.mark.parametrize("width", [PHONE, DESK])
def test_nobody_is_kept_out(world: World, farm: str, grower: Page, width: int) -> None:
    world.record("input_applied", cycle=CYCLE, registration=SPRAY, at=world.later(minutes=1))
    world.later(days=22)
    world.harvested("H1")
    world.record("hold", lots=(lot("H1"),), reason="smell", code="manual")
    grower.set_viewport_size({"width": width, "height": 800})
    for path in ("/field/", "/field/spray", "/field/season", "/field/own/place", "/lotbook/", "/lotbook/scan",
                 f"/lotbook/lot/{APPLES}/H1", "/lotbook/record/split", "/lotbook/holds", "/lotbook/findings",
                 f"/lotbook/recalls/new?lot={APPLES}/H1", "/lotbook/recalls", "/lotbook/rules"):  # fmt: skip
        grower.goto(farm + path)
        grower.evaluate(axe())
        found = grower.evaluate(
            "rules => axe.run(document, {runOnly: rules}).then(found => found.violations"
            ".filter(one => ['serious', 'critical'].includes(one.impact))"
            ".map(one => one.id + ' ' + one.nodes.map(node => node.html.slice(0, 160)).join(' ')))",
            RULES,
        )
        assert found == [], path
        assert narrow(grower), path
