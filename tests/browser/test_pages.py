"""Pages as people meet them: on a phone and a desk, by keyboard, by screen reader, on paper."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files

import pytest
from playwright.sync_api import Browser, Page

from support.story_parts import GOOD, LONG, OUTSIDE, RECALLED, WIDE

PHONE, DESK = 360, 1280
LOTS = {
    "good": GOOD.path,
    "recalled": RECALLED.path,
    "outside": OUTSIDE.path,
    "long": LONG.path,
    "wide": WIDE.path,
}
PAGES = {
    "home": "/",
    "unread": "/?q=apples",
    "product": "/01/09521234543213",
    "unknown": "/01/09521234543213/10/NO",
    "nowhere": "/nope",
    "demo": "/demo",
    **LOTS,
}
SIZES = pytest.mark.parametrize("width", [PHONE, DESK])
EVERYWHERE = pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@cache
def axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


@pytest.fixture
def sized(chromium: Browser, width: int) -> Iterator[Page]:
    """A page of that width in Chinese, whose console must stay silent but for the status of the page itself."""
    context = chromium.new_context(viewport={"width": width, "height": 800}, locale="zh-CN")
    opened = context.new_page()
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    yield opened
    context.close()
    assert [line for line in said if "the server responded with a status of 4" not in line] == []


@SIZES
@EVERYWHERE
def test_a_page_never_scrolls_sideways(sized: Page, site: str, path: str, width: int) -> None:
    sized.goto(site + path)

    assert sized.evaluate("document.documentElement.scrollWidth") <= width


@SIZES
@EVERYWHERE
def test_a_page_passes_the_accessibility_rules(sized: Page, site: str, path: str) -> None:
    sized.goto(site + path)
    sized.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    sized.evaluate(axe())

    result = sized.evaluate("rules => axe.run({runOnly: rules})", RULES)

    faults = [(one["id"], [node["html"][:120] for node in one["nodes"][:3]]) for one in result["violations"]]
    assert faults == []


@SIZES
@pytest.mark.parametrize("path", LOTS.values(), ids=LOTS.keys())
def test_targets_are_large_enough_to_touch(sized: Page, site: str, path: str) -> None:
    sized.goto(site + path)

    small = sized.evaluate(
        """() => [...document.querySelectorAll('a, button, summary, input')]
            .filter(one => one.offsetParent !== null || one.closest('svg'))
            .filter(one => !one.matches('.skip') && getComputedStyle(one).display !== 'inline')
            .map(one => [one.textContent.trim().slice(0, 40), one.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.height < 43.5 || box.width < 43.5))
            .map(([text, box]) => `${text}: ${box.width} by ${box.height}`)"""
    )

    assert small == []


@pytest.mark.parametrize("width", [PHONE])
def test_the_state_is_seen_without_scrolling(sized: Page, site: str) -> None:
    sized.goto(site + RECALLED.path)

    box = sized.locator(".banner .word").bounding_box()
    assert sized.locator(".banner .word").inner_text() == "已召回"
    assert box is not None
    assert box["y"] < 120


@SIZES
def test_the_keyboard_reaches_every_link_and_shows_where_it_is(sized: Page, site: str) -> None:
    sized.goto(site + RECALLED.path)
    wanted = sized.evaluate(
        "[...document.querySelectorAll('a, button, summary')].filter(one => one.checkVisibility()).length"
    )

    reached = set()
    for _ in range(wanted + 2):
        sized.keyboard.press("Tab")
        at, outline = sized.evaluate(
            """() => { const one = document.activeElement;
                return [[...document.querySelectorAll('*')].indexOf(one), getComputedStyle(one).outlineStyle] }"""
        )
        if sized.evaluate("document.activeElement.matches('a, button, summary')"):
            assert outline != "none"
            reached.add(at)

    assert len(reached) == wanted


@pytest.mark.parametrize("width", [PHONE])
def test_the_skip_link_leads_past_the_head(sized: Page, site: str) -> None:
    sized.goto(site + GOOD.path)
    sized.keyboard.press("Tab")
    sized.keyboard.press("Enter")

    assert sized.evaluate("document.activeElement.id") == "main"


@pytest.mark.parametrize(("width", "shown", "hidden"), [(PHONE, "tall", "wide"), (DESK, "wide", "tall")])
def test_the_map_has_the_shape_of_the_screen_and_its_lots_are_links(
    sized: Page, site: str, shown: str, hidden: str
) -> None:
    sized.goto(site + GOOD.path)

    assert sized.locator(f".map.{shown}").is_visible()
    assert not sized.locator(f".map.{hidden}").is_visible()
    sized.locator(f".map.{shown} a").first.click()
    assert "ORCH-3-1107" in sized.url


@pytest.mark.parametrize("width", [PHONE])
def test_a_folded_run_of_steps_opens(sized: Page, site: str) -> None:
    sized.goto(site + LONG.path)
    fold = sized.locator(".fold details").first
    assert not fold.locator("h3").first.is_visible()

    fold.locator("summary").click()

    assert fold.locator("h3").first.is_visible()


def test_the_whole_way_from_a_code_to_a_lot_works_without_scripts(chromium: Browser, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False, locale="en")
    page = context.new_page()
    page.goto(site)
    page.get_by_label("Code on the package").fill(f"(01){GOOD.gtin14}(10){GOOD.code}")
    page.get_by_role("button", name="Show the lot").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Yantai Fuji apples"
    page.get_by_role("link", name="简体中文").click()
    assert page.get_by_role("heading", level=1).inner_text() == "烟台红富士苹果"
    context.close()


@pytest.mark.parametrize("width", [DESK])
def test_both_trials_of_the_demonstration_show_their_outcome(sized: Page, site: str) -> None:
    for form, word in (("/demo/early-harvest", "已拒绝"), ("/demo/tamper", "已发现")):
        sized.goto(site + "/demo")
        sized.locator(f'form[action="{form}"] button').click()

        assert sized.locator(".banner .word").inner_text() == word


@pytest.mark.parametrize("width", [DESK])
def test_paper_shows_the_code_and_no_navigation(sized: Page, site: str) -> None:
    sized.goto(site + LONG.path)
    sized.emulate_media(media="print")

    assert sized.locator(".qr img").is_visible()
    assert not sized.locator(".jump").is_visible()
    assert not sized.locator(".top nav").is_visible()
    assert sized.locator(".fold h3").first.is_visible()
