"""The table of settings in the docs is the table of settings in the code."""

import re
from pathlib import Path

from lotproof_schemas.settings import DEFAULTS

ROOT = Path(__file__).parents[3]
DOCS = (ROOT / "docs" / "configuration.md").read_text()
SETTINGS, FOR_TESTS = DOCS.split("## For tests only")
NAME = re.compile(r"LOTPROOF_[A-Z][A-Z_]*")


def rows(text: str) -> dict[str, str]:
    """Name and second cell of every row of the tables in `text`."""
    cells = re.findall(r"^\| `(LOTPROOF_\w+)` \| ([^|]+) \|", text, flags=re.MULTILINE)
    return {name: second.strip().strip("`") for name, second in cells}


def test_the_docs_list_every_setting_with_its_default() -> None:
    assert rows(SETTINGS) == dict(DEFAULTS)


def test_no_file_speaks_of_a_setting_that_the_docs_do_not_know() -> None:
    known = rows(SETTINGS).keys() | set(NAME.findall(FOR_TESTS))
    files = [ROOT / "run.py", ROOT / ".ci" / "run", ROOT / "README.md", ROOT / "CONTRIBUTING.md"]
    for folder in ("trace", "schemas", "web", "cli", "tests/support"):
        files.extend((ROOT / folder).rglob("*.py"))

    spoken_of = {name for file in files for name in NAME.findall(file.read_text())}

    assert spoken_of <= known
