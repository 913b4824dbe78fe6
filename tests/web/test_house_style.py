"""Templates and style sheet keep the rules of every screen."""

import re
from pathlib import Path

import pytest

import lotproof_web
from lotproof_web.words.kinds import KINDS, OTHER
from lotproof_web.words.states import STATES, UNKNOWN

ROOT = Path(lotproof_web.__file__).parent
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHELL = (ROOT / "static" / "shell.css").read_text()
OUR_SCRIPT = re.compile(r'<script src="{{ asset\(.*\) }}" nonce="{{ csp_nonce\(\) }}" defer>')


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_style_sheet_of_the_public_shell_stays_small() -> None:
    assert len(SHELL.encode()) <= 10_240


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_styles_handlers_or_scripts(template: Path) -> None:
    text = template.read_text()

    scripts = re.findall(r"<script[^>]*>[^<]*", text)

    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:", text)
    assert all(OUR_SCRIPT.fullmatch(one) for one in scripts)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name)
def test_nothing_comes_from_another_host(template: Path) -> None:
    assert "//" not in template.read_text().replace("{#", "").replace("#}", "")


@pytest.mark.parametrize("tone", ["green", "blue", "amber", "red", "grey"])
def test_text_on_tint_is_readable(tone: str) -> None:
    text, tint = (re.search(rf"--{tone}{end}:(#[0-9a-f]{{6}})", SHELL)[1] for end in ("", "-t"))  # type: ignore[index]
    lighter, darker = sorted((luminance(text), luminance(tint)), reverse=True)

    assert (lighter + 0.05) / (darker + 0.05) >= 5.5


def test_every_icon_that_is_named_is_drawn() -> None:
    drawn = set(re.findall(r'id="(\w+)"', (ROOT / "static" / "icons.svg").read_text()))
    named = {words.icon for words in (*KINDS.values(), OTHER)} | {
        look.icon for look in (*STATES.values(), UNKNOWN)
    }
    for template in TEMPLATES:
        named |= set(re.findall(r'icon\("(\w+)"\)', template.read_text()))

    assert named <= drawn
