"""How answers look to scripts and to people."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from lotproof_cli import output


@dataclass(frozen=True)
class Line:
    amount: Decimal
    on: date
    at: datetime
    names: dict[str, str]
    rest: tuple[bytes, None]


def test_values_of_the_core_become_plain_json(capsys: pytest.CaptureFixture[str]) -> None:
    moment = datetime(2026, 5, 1, 8, 30, tzinfo=UTC)

    output.echo_json(Line(Decimal("50250.00"), date(2026, 5, 1), moment, {"zh": "苹果"}, (b"\x01\xff", None)))

    said = capsys.readouterr().out
    assert json.loads(said) == {
        "amount": "50250",
        "on": "2026-05-01",
        "at": "2026-05-01T08:30:00.000Z",
        "names": {"zh": "苹果"},
        "rest": ["01ff", None],
    }
    assert said.count("\n") == 1


def test_a_plain_table_keeps_its_columns_also_with_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    output.table(("name", "amount", "note"), [("苹果", "5", ""), ("apples", "1200", "x")], right=(1,))

    assert capsys.readouterr().out.splitlines() == [
        "name    amount  note",
        "苹果         5",
        "apples    1200  x",
    ]


def test_on_a_terminal_a_table_has_a_frame_and_brackets_stay(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)

    output.table(("name", "amount"), [("[red]apples", "5")], right=(1,))

    said = capsys.readouterr().out
    assert "─" in said
    assert "[red]apples" in said


def test_names_of_others_cannot_steer_the_terminal() -> None:
    assert output.best_name({"en": "\x1b[31mFarm\r"}) == "\ufffd[31mFarm\ufffd"


def test_the_english_name_is_preferred_and_any_is_better_than_none() -> None:
    assert output.best_name({"zh_Hans": "农场", "en": "Farm"}) == "Farm"
    assert output.best_name({"zh_Hans": "农场"}) == "农场"
    assert output.best_name({}) == ""


def test_facts_leave_out_what_is_not_known(capsys: pytest.CaptureFixture[str]) -> None:
    output.facts([("log", "a"), ("size", None), ("root hash", 0)])

    assert capsys.readouterr().out == "  log        a\n  root hash  0\n"
