"""Files of others are what their manifest says, with their licences, and small enough."""

import gzip
from hashlib import sha256
from pathlib import Path

import pytest

import lotproof_web
from lotproof_web.statuses import STATUSES, status_of
from support.trim_css import trim
from support.vendor import MANIFEST, VENDOR, manifest

STATIC = Path(lotproof_web.__file__).parent / "static"
FIRST_VIEW = ("vendor/tabler.css", "vendor/htmx.js", "console.css", "console.js", "icons.svg", "mark.svg")


@pytest.mark.parametrize("row", manifest(), ids=lambda row: row["file"])
def test_a_file_is_the_one_of_the_manifest(row: dict[str, str]) -> None:
    assert sha256((VENDOR / row["file"]).read_bytes()).hexdigest() == row["sha256"]
    assert row["licence"]
    assert (VENDOR / f"{row['file']}.LICENSE").read_text()


def test_nothing_lies_there_that_the_manifest_does_not_name() -> None:
    named = {row["file"] for row in manifest()}

    assert {path.name.removesuffix(".LICENSE") for path in VENDOR.iterdir()} == {*named, MANIFEST.name}


def test_the_first_view_of_a_signed_in_page_stays_small() -> None:
    assert sum(len(gzip.compress((STATIC / name).read_bytes())) for name in FIRST_VIEW) <= 110_000


def test_a_style_sheet_is_cut_to_what_is_used() -> None:
    text = '/*! whose */:root{--a:1;--b:var(--a);--c:2}.btn,.never{color:var(--b)}@media print{.never{x:1}}.q{y:"}"}'

    assert trim(text) == "/*! whose */\n:root{--a:1;--b:var(--a);}.btn{color:var(--b)}\n"


def test_every_icon_of_a_status_is_drawn() -> None:
    drawn = (STATIC / "icons.svg").read_text()

    assert all(f'id="{look.icon}"' in drawn for look in STATUSES.values())
    assert status_of("unheard of").tone == "grey"
