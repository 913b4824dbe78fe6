"""Whose key is whose: the rules of key entries."""

from datetime import timedelta
from typing import Any

import pytest

from lotproof.kernel.errors import LogFaultError
from lotproof.proof.did_key import multibase_encode
from lotproof.proof.entry import parse
from lotproof.proof.keyring import KeyBinding, Keyring
from support.log_builder import FARM, OPERATOR, PACKER, LogBuilder, did, event, lot


def ring(log: LogBuilder) -> Keyring:
    """The keyring after all key entries of a log."""
    keyring = Keyring()
    for index, leaf in enumerate(log.leaves):
        entry = parse(leaf)
        if entry.kind == "key":
            keyring.apply(index, entry)
    return keyring


def refused(log: LogBuilder) -> str:
    """Why the last entry of a log breaks the rules; the keyring is as it was."""
    keyring = ring(_without_last(log))
    before = keyring.as_dict()
    with pytest.raises(LogFaultError) as broken:
        keyring.apply(len(log.leaves) - 1, parse(log.leaves[-1]))
    assert broken.value.code == "key_rule_broken"
    assert keyring.as_dict() == before
    return broken.value.message


def _without_last(log: LogBuilder) -> LogBuilder:
    shorter = LogBuilder()
    for leaf in log.leaves[:-1]:
        shorter.append(leaf)
    return shorter


def test_the_first_entry_makes_the_authority() -> None:
    keyring = ring(LogBuilder().begin())

    assert keyring.authority == did("authority")
    assert [(one.did, one.party, one.bound_at) for one in keyring.bindings()] == [
        (did("authority"), OPERATOR, 0),
        (did("operator"), OPERATOR, 1),
        (did("farm"), FARM, 2),
        (did("packer"), PACKER, 3),
    ]


def test_the_authoritys_key_is_valid_for_its_own_party() -> None:
    binding = ring(LogBuilder().begin()).key_at(did("authority"), 10)

    assert binding == KeyBinding(did("authority"), OPERATOR, "platform", "organisation", 0)


def test_a_key_is_valid_from_its_binding_to_before_its_revocation() -> None:
    log = LogBuilder().begin()
    revoked = log.add_key("revoke", "farm", FARM, ["authority"])
    keyring = ring(log)

    valid = [index for index in range(revoked + 3) if keyring.key_at(did("farm"), index)]

    assert valid == list(range(2, revoked))


def test_a_key_that_was_never_bound_is_not_valid() -> None:
    assert ring(LogBuilder().begin()).key_at(did("stranger"), 5) is None


def test_a_key_may_revoke_itself() -> None:
    log = LogBuilder().begin()
    log.add_key("revoke", "farm", FARM, ["farm"], by=FARM)

    assert ring(log).key_at(did("farm"), 5) is None


def test_a_party_may_have_several_keys() -> None:
    log = LogBuilder().begin()
    log.add_key("bind", "farm scanner", FARM, ["farm scanner", "authority"])
    keyring = ring(log)

    bindings = [keyring.key_at(did(name), 9) for name in ("farm", "farm scanner")]

    assert [binding.party for binding in bindings if binding] == [FARM, FARM]


def test_rotating_ends_the_old_key_and_begins_the_new_one() -> None:
    log = LogBuilder().begin()
    at = log.add_key("rotate", "farm 2", FARM, ["farm", "farm 2", "authority"], replaces="farm")
    keyring = ring(log)

    assert keyring.key_at(did("farm"), at - 1)
    assert keyring.key_at(did("farm"), at) is None
    assert keyring.key_at(did("farm 2"), at - 1) is None
    assert keyring.key_at(did("farm 2"), at)


def test_rotating_the_authoritys_key_makes_a_new_authority() -> None:
    log = LogBuilder().begin()
    log.add_key("rotate", "authority 2", OPERATOR, ["authority", "authority 2"], replaces="authority")
    log.add_key("bind", "late", FARM, ["late", "authority 2"])
    keyring = ring(log)

    assert keyring.authority == did("authority 2")
    assert keyring.key_at(did("late"), 9)
    log.add_key("bind", "later", FARM, ["later", "authority"])
    assert "must be signed by" in refused(log)


def test_nothing_is_bound_after_the_authority_was_revoked() -> None:
    log = LogBuilder().begin()
    log.add_key("revoke", "authority", OPERATOR, ["authority"])
    log.add_key("bind", "late", FARM, ["late", "authority"])

    assert "no authority" in refused(log)


@pytest.mark.parametrize(
    ("act", "name", "party", "keys", "how", "why"),
    [
        ("authority", "second", OPERATOR, ["second"], {}, "entry 0 alone"),
        ("bind", "new", FARM, ["new"], {}, "must be signed by"),
        ("bind", "new", FARM, ["authority"], {}, "must be signed by"),
        ("bind", "new", FARM, ["new", "farm"], {}, "must be signed by"),
        ("bind", "new", FARM, ["new", "authority", "farm"], {}, "nobody else"),
        ("bind", "new", FARM, ["new", "authority", "authority"], {}, "twice"),
        ("bind", "farm", FARM, ["farm", "authority"], {}, "bound before"),
        ("bind", "farm", PACKER, ["farm", "authority"], {}, "bound before"),
        ("bind", "new", FARM, ["new", "authority"], {"by": PACKER}, "did not sign"),
        ("rotate", "new", FARM, ["new", "authority"], {"replaces": "farm"}, "must be signed by"),
        ("rotate", "new", FARM, ["farm", "new"], {"replaces": "farm"}, "must be signed by"),
        ("rotate", "new", FARM, ["farm", "authority"], {"replaces": "farm"}, "must be signed by"),
        ("rotate", "new", PACKER, ["farm", "new", "authority"], {"replaces": "farm"}, "no valid key of"),
        (
            "rotate",
            "new",
            FARM,
            ["stranger", "new", "authority"],
            {"replaces": "stranger"},
            "no valid key of",
        ),
        ("rotate", "packer", FARM, ["farm", "packer", "authority"], {"replaces": "farm"}, "bound before"),
        ("revoke", "farm", FARM, ["packer"], {"by": PACKER}, "must be signed by"),
        ("revoke", "farm", FARM, ["farm", "authority"], {}, "must be signed by"),
        ("revoke", "farm", PACKER, ["authority"], {}, "no valid key of"),
        ("revoke", "stranger", FARM, ["authority"], {}, "no valid key of"),
        ("revoke", "farm", FARM, ["farm"], {"by": OPERATOR}, "did not sign"),
    ],
)
def test_a_key_entry_that_breaks_a_rule_is_refused(
    act: str, name: str, party: str, keys: list[str], how: dict[str, Any], why: str
) -> None:
    log = LogBuilder().begin()
    log.add_key(act, name, party, keys, **how)

    assert why in refused(log)


def test_a_revoked_key_is_not_bound_or_revoked_again() -> None:
    log = LogBuilder().begin()
    log.add_key("revoke", "farm", FARM, ["authority"])
    log.add_key("bind", "farm", FARM, ["farm", "authority"])

    assert "bound before" in refused(log)
    again = LogBuilder().begin()
    again.add_key("revoke", "farm", FARM, ["authority"])
    again.add_key("revoke", "farm", FARM, ["authority"])
    assert "no valid key of" in refused(again)


def test_the_log_begins_with_an_authority_and_nothing_else() -> None:
    log = LogBuilder()
    log.add_key("bind", "farm", FARM, ["farm", "authority"])

    assert "no authority" in refused(log)


def test_the_authority_signs_alone() -> None:
    log = LogBuilder()
    log.add_key("authority", "authority", OPERATOR, ["authority", "helper"])

    assert "nobody else" in refused(log)


def test_a_key_of_small_order_is_never_bound() -> None:
    weak = "did:key:" + multibase_encode(b"\xed\x01" + bytes(32))
    signed = {
        "by": OPERATOR,
        "role": "author",
        "kind": "bind",
        "about": [FARM],
        "key": {"id": weak, "party": FARM, "custody": "own", "subject": "device"},
    }
    log = LogBuilder().begin()
    log.add("key", signed, ["authority"])

    assert "small order" in refused(log)


def test_a_signer_that_is_no_did_is_refused() -> None:
    log = LogBuilder().begin()
    log.add_key("bind", "new", FARM, ["new", "authority"])
    log.leaves[-1] = log.leaves[-1].replace(
        b'"verificationMethod":"did:key:', b'"verificationMethod":"did:web:'
    )

    assert "not the verification method" in refused(log)


def test_only_key_entries_are_applied() -> None:
    log = LogBuilder().begin()
    log.add_event(event(lot("A")))

    assert "no key entry" in refused(log)


def test_a_keyring_survives_being_written_and_read() -> None:
    log = LogBuilder().begin()
    log.add_key("revoke", "farm", FARM, ["authority"], after=timedelta(seconds=5))
    keyring = ring(log)

    again = Keyring.from_dict(keyring.as_dict())

    assert again.as_dict() == keyring.as_dict()
    assert again.bindings() == keyring.bindings()


def test_a_copy_moves_on_by_itself() -> None:
    log = LogBuilder().begin()
    keyring = ring(log)
    log.add_key("revoke", "farm", FARM, ["authority"])

    keyring.copy().apply(4, parse(log.leaves[4]))

    assert keyring.key_at(did("farm"), 9)
