"""The documentation can be made into pages, and every page and link of it is there."""

import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).resolve().parents[3] / "docs"


def test_the_pages_are_made_without_a_warning(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "sphinx",
        "-W",
        "-q",
        "-b",
        "html",
        "-d",
        tmp_path / "trees",
        DOCS,
        tmp_path / "html",
    ]

    made = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)

    assert made.stderr == ""
    assert made.returncode == 0
    assert 'href="log-format.html"' in (tmp_path / "html" / "index.html").read_text()


def test_every_page_is_in_the_contents() -> None:
    contents = (DOCS / "index.md").read_text()
    listed = [
        line.strip()
        for line in contents.splitlines()
        if line.strip() and not line.startswith((":", "`", "#"))
    ]
    pages = {path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")} - {"index"}

    found = {page for pattern in listed for page in pages if Path(page).match(pattern)}

    assert pages - found == set()
