"""Every refusal has one shape, a place for each problem, and an exit code that is not zero."""

from __future__ import annotations

import json
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from lotproof_cli import lots
from lotproof_cli.main import COMMANDS, cli
from support.command_line import Lotproof
from support.documents import LOT, document


@pytest.mark.parametrize(
    "call",
    [
        ("lots",),
        ("balance", LOT),
        ("trace", LOT, "--up"),
        ("verify",),
        ("log", "key"),
        ("org", "list"),
        ("migrate",),
        ("serve",),
        ("hold", LOT, "--reason", "x"),
    ],
)
def test_nothing_works_before_init_and_the_hint_says_so(unopened: Lotproof, call: tuple[str, ...]) -> None:
    refused = unopened.refusal(*call)

    assert refused["code"] == "not_initialised"
    assert "lotproof init" in refused["hint"]
    assert not unopened.home.exists(), "asking leaves nothing behind"


def test_a_second_init_is_refused_and_harms_nothing(lotproof: Lotproof) -> None:
    key = lotproof.text("log", "key")

    refused = lotproof.refusal("init", "--name", "Other")

    assert refused["code"] == "already_initialised"
    assert lotproof.text("log", "key") == key
    assert lotproof.json("verify")["ok"]


def test_init_says_what_it_chose_and_where_everything_lies(unopened: Lotproof) -> None:
    answer = unopened.json("init", "--name", "Shandong Orchards", "--name-zh", "山东果园")

    assert answer["operator"] == "https://id.gs1.org/417/9520000000004"
    assert answer["names"] == {"en": "Shandong Orchards", "zh_Hans": "山东果园"}
    assert answer["authority"].startswith("did:key:z6Mk")
    assert answer["log_key"].startswith(answer["origin"] + "+")
    assert answer["defaults"] == ["--origin", "--gln"]
    assert answer["home"] == str(unopened.home)
    assert (unopened.home / "lotproof.sqlite3").exists()


def test_init_with_everything_given_chooses_nothing(unopened: Lotproof) -> None:
    said = unopened.text(
        "init", "--origin", "lots.example/log", "--name", "Orchards", "--gln", "9520000000028"
    )

    assert "lots.example/log" in said
    assert "https://id.gs1.org/417/9520000000028" in said
    assert "Chosen for a first try" not in said


@pytest.mark.parametrize(
    ("lot", "code"),
    [
        ("09520000100019/A1", "invalid_check_digit"),
        ("https://example.org/01/09520000100019/10/A1", "invalid_check_digit"),
        ("apples", "invalid_identifier"),
        ("09520000100018/", "invalid_identifier"),
        (f"09520000100018/{'x' * 21}", "invalid_identifier"),
    ],
)
def test_a_lot_that_cannot_be_one_is_refused_with_its_code(lotproof: Lotproof, lot: str, code: str) -> None:
    assert lotproof.refusal("balance", lot)["code"] == code


@pytest.mark.parametrize(
    "call",
    [
        ("balance", LOT),
        ("trace", LOT, "--up"),
        ("prove", LOT, "-o", "b.json"),
        ("label", LOT, "-o", "l.pdf"),
        ("drill", LOT),
    ],
)
def test_a_lot_of_which_nothing_is_recorded_is_unknown(lotproof: Lotproof, call: tuple[str, ...]) -> None:
    assert lotproof.refusal(*call)["code"] == "unknown_lot"
    assert sorted(path.name for path in lotproof.folder.iterdir()) == ["home"]


@pytest.mark.parametrize(
    ("call", "where"),
    [
        (("nonsense",), ""),
        (("lots", "--nonsense"), "--nonsense"),
        (("balance",), "lot"),
        (("correct", "x", "--reason", "did_not_occur"), "entry"),
        (("correct", "3", "--reason", "nonsense"), "--reason"),
        (("label", LOT), "--output"),
        (("api-key", "create", "--scope", "capture"), "--org"),
    ],
)
def test_a_wrong_call_has_the_same_shape_and_exit_code_two(
    lotproof: Lotproof, call: tuple[str, ...], where: str
) -> None:
    refused = lotproof.refusal(*call)

    assert refused["code"] == "usage"
    assert refused["problems"][0]["where"] == where
    assert refused["hint"].endswith("--help")
    assert lotproof(*call).exit_code == 2


def test_without_json_a_refusal_is_text_on_stderr_with_its_hint(lotproof: Lotproof) -> None:
    result = lotproof("balance", LOT)

    assert result.exit_code == 1
    assert result.stdout == ""
    assert "nothing is recorded about https://id.gs1.org/01/09520000100018/10/A1" in result.stderr
    assert "→ check the GTIN and the lot code" in result.stderr


def test_a_wrong_setting_is_refused_with_the_name_of_the_variable(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTPROOF_PORT", "many")

    refused = lotproof.refusal("lots")

    assert refused["code"] == "invalid_settings"
    assert [one["where"] for one in refused["problems"]] == ["LOTPROOF_PORT"]


def test_what_nobody_expected_is_shown_whole_and_ends_with_seventy(
    lotproof: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("by chance")

    monkeypatch.setattr(lots, "_tell_lots", broken)

    result = lotproof("lots")

    assert result.exit_code == 70
    assert "Traceback" in result.stderr
    assert "by chance" in result.stderr


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_document"),
        ("{", "invalid_json"),
        ("[1]", "not_epcis"),
        ('{"a": 1, "a": 2}', "invalid_json"),
        ("\ufeff{}", "not_epcis"),
        ('{"type": "EPCISQueryDocument"}', "unsupported_document"),
    ],
)
def test_what_is_no_document_is_refused_with_the_name_of_its_file(
    lotproof: Lotproof, text: str, code: str
) -> None:
    file = lotproof.write("bad.json", text)

    refused = lotproof.refusal("capture", file)

    assert refused["code"] in (code, "not_epcis", "invalid_document")
    assert refused["problems"][0]["where"].startswith(f"{file}: ")
    assert str(file) in refused["message"]


def test_a_file_that_is_not_there_is_named(lotproof: Lotproof) -> None:
    refused = lotproof.refusal("capture", "gone.json")

    assert refused["code"] == "file_failed"
    assert "gone.json" in refused["message"]


@pytest.mark.parametrize(
    ("changes", "where", "code"),
    [
        ({"bizStep": "invented"}, "$.epcisBody.eventList[0].bizStep", "unknown_biz_step"),
        (
            {"quantityList": [{"epcClass": "https://id.gs1.org/01/09520000100019/10/A1", "quantity": 5}]},
            "$.epcisBody.eventList[0].quantityList[0].epcClass",
            "invalid_check_digit",
        ),
        (
            {"readPoint": {"id": "https://id.gs1.org/414/9520000001002"}},
            "$.epcisBody.eventList[0].readPoint.id",
            "invalid_check_digit",
        ),
        ({"eventTime": "yesterday"}, "$.epcisBody.eventList[0].eventTime", "invalid_time"),
    ],
)
def test_a_bad_event_is_refused_with_document_and_json_path(
    lotproof: Lotproof, changes: dict[str, object], where: str, code: str
) -> None:
    file = lotproof.write("doc.json", document(**changes))

    refused = lotproof.refusal("capture", file)

    assert {"where": f"{file}: {where}", "code": code}.items() <= refused["problems"][0].items()
    assert lotproof.json("lots")["lots"] == []


def test_proceed_keeps_the_good_events_and_still_says_what_was_refused(lotproof: Lotproof) -> None:
    mixed = json.loads(document())
    mixed["epcisBody"]["eventList"].append({**mixed["epcisBody"]["eventList"][0], "bizStep": "invented"})
    file = lotproof.write("mixed.json", json.dumps(mixed))

    refused = lotproof.refusal("capture", file)
    result = lotproof("capture", file, "--proceed", "--json")

    assert refused["code"] == "document_refused"
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["entries"]) == (1, 1)
    assert [one["code"] for one in answer["problems"]] == ["unknown_biz_step"]


def test_an_organisation_that_is_not_registered_cannot_submit(lotproof: Lotproof) -> None:
    file = lotproof.write("doc.json", document())

    assert lotproof.refusal("capture", file, "--org", "9520000000011")["code"] == "no_signing_key"
    assert lotproof.json("capture", file)["resumed"] == 0, "and nothing of it is left over"


def test_a_document_comes_by_standard_input_too(lotproof: Lotproof) -> None:
    result = lotproof("capture", "-", "--json", stdin=document())

    assert json.loads(result.stdout)["entries"] == 1


def test_tracing_needs_a_direction(lotproof: Lotproof) -> None:
    assert lotproof.refusal("trace", LOT)["code"] == "direction_missing"


def test_an_action_that_nobody_asks_about_is_refused_with_those_that_are(lotproof: Lotproof) -> None:
    refused = lotproof.refusal("may", "9520000000004", "fly", LOT)

    assert refused["code"] == "unknown_action"
    assert "ship" in refused["hint"]


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_every_command_explains_itself_and_answers_scripts(name: str) -> None:
    command = cli.get_command(None, name)  # type: ignore[arg-type]
    if command is None:
        pytest.skip("not installed")
    commands = [command]
    if isinstance(command, click.Group):
        found = [command.get_command(None, inner) for inner in command.list_commands(None)]  # type: ignore[arg-type]
        commands = [one for one in found if one is not None]

    for one in commands:
        assert one.help
        assert "--json" in [option for param in one.params for option in param.opts]
    assert CliRunner().invoke(cli, [name, "--help"]).exit_code == 0


def test_the_help_lists_all_commands(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["--help"])

    assert result.exit_code == 0
    assert all(f"  {name} " in result.stdout for name in COMMANDS if cli.get_command(None, name))  # type: ignore[arg-type]
