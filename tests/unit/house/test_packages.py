"""The packages are laid out as the contributors' guide says."""

import ast
import tomllib
from pathlib import Path

import pytest

import lotproof

ROOT = Path(__file__).parents[3]
PACKAGES = [ROOT / "trace/lotproof", ROOT / "schemas/lotproof_schemas", ROOT / "web/lotproof_web"]
PACKAGES.append(ROOT / "cli/lotproof_cli")
FOLDERS = sorted({file.parent for package in PACKAGES for file in package.rglob("*.py")})


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.relative_to(ROOT).as_posix())
def test_a_package_says_what_it_is_for_and_nothing_else(folder: Path) -> None:
    tree = ast.parse((folder / "__init__.py").read_text())

    assert ast.get_docstring(tree)
    assert not [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)], "no re-exports"


def test_the_version_is_the_same_wherever_it_stands() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

    assert project["version"] == lotproof.__version__


def test_the_changelog_has_a_place_for_what_comes_next() -> None:
    headings = [line for line in (ROOT / "CHANGELOG.md").read_text().splitlines() if line.startswith("## ")]

    assert headings[0] == "## Unreleased"


def test_tests_are_no_package_so_that_their_folders_may_share_names() -> None:
    assert list((ROOT / "tests").rglob("__init__.py")) == []
