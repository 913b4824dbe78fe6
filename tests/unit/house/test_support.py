"""The tests' own tools: what they lack is an error, and what they count is right."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Engine, text

from lotproof.storage.engine import reading

if TYPE_CHECKING:
    from playwright.sync_api import Page
from support import postgres
from support.statements import counted


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without any PostgreSQL."""
    monkeypatch.delenv("LOTPROOF_TEST_DATABASE_URL", raising=False)
    monkeypatch.setattr(postgres, "_candidates", lambda: iter([tmp_path / "no" / "bin"]))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_a_machine_without_postgresql_fails_the_tests_and_says_what_was_tried(nowhere: Path) -> None:
    with pytest.raises(postgres.NoServerError, match="LOTPROOF_TEST_DATABASE_URL.*\n.*no/bin"):
        postgres.shared_server(nowhere)

    assert list(nowhere.glob("lotproof-pg-*")) == []


def test_a_server_that_is_given_is_used_as_it_is(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTPROOF_TEST_DATABASE_URL", "postgresql://tester:secret@example.org/postgres")

    server = postgres.shared_server(nowhere)

    assert server.url("one") == "postgresql+psycopg://tester:secret@example.org/one"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
def test_statements_are_counted_without_the_transaction_around_them(engine: Engine) -> None:
    with counted(engine) as statements, reading(engine) as db:
        db.execute(text("SELECT 1"))
        db.execute(text("SELECT 2"))

    assert statements == ["SELECT 1", "SELECT 2"]


def test_a_browser_runs_scripts_and_shows_what_they_made(page: Page) -> None:
    page.set_content("<h1></h1><script>document.querySelector('h1').textContent = '批次'</script>")

    assert page.locator("h1").inner_text() == "批次"
