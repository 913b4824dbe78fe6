"""`lotproof account`: the first operator, roles, and letting somebody in again."""

from __future__ import annotations

from support.command_line import Lotproof

MAIL = "ann@example.org"


def test_the_first_operator_is_made_at_the_command_line(lotproof: Lotproof) -> None:
    made = lotproof.json("account", "add", MAIL, "--name", "Ann Lee", "--operator")

    assert made["roles"] == ["operator", "owner"]
    [listed] = lotproof.json("account", "list")["accounts"]
    assert (listed["name"], listed["mail"]) == ("Ann Lee", MAIL)
    assert list(listed["roles"].values()) == [["owner", "operator"]]
    assert "Ann Lee" in lotproof.text("account", "list")


def test_a_password_comes_from_standard_input_and_is_judged(lotproof: Lotproof) -> None:
    arguments = ("account", "add", MAIL, "--name", "Ann", "--password-stdin", "--json")

    short = lotproof(*arguments, stdin="short\n")
    long = lotproof(*arguments, stdin="three green apples\n")

    assert "password_length" in short.stdout
    assert long.exit_code == 0


def test_the_same_contact_twice_is_refused(lotproof: Lotproof) -> None:
    lotproof.json("account", "add", "13800138000", "--name", "Ann")

    assert lotproof.refusal("account", "add", "+86 138 0013 8000", "--name", "Bo")["code"] == "contact_taken"


def test_roles_are_given_and_taken_and_the_last_owner_stays(lotproof: Lotproof) -> None:
    org = lotproof.json("account", "add", MAIL, "--name", "Ann", "--operator")["org"]
    lotproof.json("account", "add", "bo@example.org", "--name", "Bo", "--org", org, "--role", "reviewer")

    changed = lotproof.json("account", "roles", "bo@example.org", "--org", org, "--role", "auditor")
    lotproof.json("account", "roles", "bo@example.org", "--org", org)

    assert changed["roles"] == ["auditor"]
    assert lotproof.refusal("account", "roles", MAIL, "--org", org)["code"] == "last_owner"
    assert (
        lotproof.refusal("account", "roles", MAIL, "--org", org, "--role", "king")["code"] == "unknown_role"
    )


def test_deactivating_asks_and_then_erases(lotproof: Lotproof) -> None:
    lotproof.json("account", "add", MAIL, "--name", "Ann Lee")

    assert lotproof.refusal("account", "deactivate", MAIL)["code"] == "not_confirmed"
    lotproof.json("account", "deactivate", MAIL, "--yes")

    assert "Ann Lee" not in lotproof.text("account", "list")
    assert lotproof.refusal("account", "deactivate", MAIL, "--yes")["code"] == "no_such_account"


def test_who_is_reached_by_no_code_gets_an_address_and_a_code(lotproof: Lotproof) -> None:
    lotproof.json("account", "add", MAIL, "--name", "Ann Lee")

    given = lotproof.json("account", "password-reset", MAIL, "--authenticator")

    assert "/reset/" in given["url"]
    assert len(given["code"]) == 6
