"""Keys bound, rotated and revoked on the running log; after each the verifier agrees. On both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select

from lotproof.kernel.errors import InvalidInputError, LotproofError, NotFoundError, RefusedError
from lotproof.ledger import tables as t
from lotproof.ledger.key_acts import KeyAct, bind_key, enter_key_act, revoke_key, rotate_key
from lotproof.ledger.keys import KnownKey, can_sign_here, custody_of, known_keys, private_key_of
from lotproof.ledger.submitting import Draft
from lotproof.proof.canonical import jcs
from lotproof.storage.engine import writing
from support.own_key import did, key_act, new_key, proof_of, signed_act
from support.world import FARM, OPERATOR, PACKER, World, check_ledger

FARM_URI, PACKER_URI = FARM.party_uri, PACKER.party_uri


def note(text: str, by: str = FARM_URI) -> Draft:
    """A small payload that the log takes."""
    body = {"type": "device", "id": text, "version": 1, "body": {"names": {"en": text}}}
    signed = {"by": by, "role": "author", "kind": "record", "about": [by], "record": body}
    return Draft("record", signed, jcs(body))


def write(world: World, text: str, by: str = FARM_URI, key: str | None = None) -> int:
    """Let a party sign something with its newest key, or a certain one; returns the entry."""
    with world.log.unit_of_work() as uow:
        done = uow.submit(note(text, by), [uow.key_of(by, key)])
    return uow.receipts[done.id].index


def signer(world: World, index: int) -> str:
    """The did that signed an entry."""
    with world.read() as db:
        leaf = db.execute(select(t.entry.c.leaf).where(t.entry.c.entry_index == index)).scalar_one()
    return str(leaf).split("verificationMethod")[1].split("#")[0].removeprefix('":"')


def key_of(world: World, party: str = FARM_URI) -> KnownKey:
    """The newest valid key of a party."""
    with world.read() as db:
        return [one for one in known_keys(db, party) if one.is_valid and not one.is_authority][-1]


def revoke(world: World, name: str, reason: str | None = None) -> KeyAct:
    with world.log.unit_of_work() as uow:
        return revoke_key(uow, name, world.log.operator, reason)


def brought(world: World, signed: dict[str, Any], proofs: list[dict[str, str]]) -> KeyAct:
    with world.log.unit_of_work() as uow:
        return enter_key_act(uow, signed, proofs)


def bound(world: World, name: str, party: str = FARM_URI, **how: Any) -> KeyAct:
    return brought(world, *signed_act(world.log.origin, "bind", party, new_key(name), **how))


def refused(world: World, signed: dict[str, Any], proofs: list[dict[str, str]]) -> str:
    """The code with which an act is refused; the log is as it was."""
    with world.read() as db:
        before = db.execute(select(t.head.c.size)).scalar_one()
    with pytest.raises(LotproofError) as caught:
        brought(world, signed, proofs)
    with world.read() as db:
        assert db.execute(select(t.head.c.size)).scalar_one() == before
    check_ledger(world)
    return caught.value.code


def test_what_a_revoked_key_signed_before_stands_and_it_signs_nothing_more(world: World) -> None:
    before = write(world, "before")
    stolen = key_of(world).did

    revoke(world, stolen, "the phone was stolen")

    with pytest.raises(NotFoundError) as caught:
        write(world, "after")
    assert caught.value.code == "no_signing_key"
    assert signer(world, before) == stolen
    check_ledger(world)


def test_the_reason_of_a_revocation_and_the_name_of_a_key_are_never_on_the_log(world: World) -> None:
    with world.log.unit_of_work() as uow:
        name = bind_key(uow, new_key("phone"), FARM_URI, world.log.operator, "person", "Li Hua")
    revoke(world, name, "drunk")

    with world.read() as db:
        leaves = b"".join(db.execute(select(t.entry.c.leaf)).scalars())
        (known,) = known_keys(db, dids=[name])
    assert (known.label, known.reason, known.subject, known.is_valid) == ("Li Hua", "drunk", "person", False)
    assert b"Li Hua" not in leaves
    assert b"drunk" not in leaves


def test_a_revoked_platform_key_is_no_longer_kept(world: World) -> None:
    name = key_of(world).did

    revoke(world, name)

    with world.read() as db:
        row = db.execute(select(t.signing_key).where(t.signing_key.c.did == name)).one()
        assert row.sealed_seed is None
        assert not can_sign_here(db, FARM_URI)
        assert custody_of(db, FARM_URI) == "platform"


def test_revoking_twice_is_one_entry(world: World) -> None:
    name = key_of(world).did

    first, again = revoke(world, name), revoke(world, name)

    assert again.submission.id == first.submission.id
    assert again.submission.repeated
    check_ledger(world)


def test_a_new_platform_key_takes_the_place_of_the_old_one(world: World) -> None:
    old = key_of(world).did
    write(world, "before")

    with world.log.unit_of_work() as uow:
        done = rotate_key(uow, old, new_key("next"), world.log.operator)

    assert signer(world, write(world, "after")) == done.did == did(new_key("next"))
    with world.read() as db:
        (known,) = known_keys(db, dids=[old])
    assert (known.replaced_by, known.is_valid) == (done.did, False)
    with pytest.raises(RefusedError), world.log.unit_of_work() as uow:
        rotate_key(uow, old, new_key("third"), world.log.operator)
    check_ledger(world)


def test_an_organisation_signs_with_its_newest_key_and_never_with_that_of_a_person(world: World) -> None:
    with world.log.unit_of_work() as uow:
        second = bind_key(uow, new_key("second"), FARM_URI, world.log.operator)
        phone = bind_key(uow, new_key("phone"), FARM_URI, world.log.operator, "person")

    assert signer(world, write(world, "by itself")) == second
    assert signer(world, write(world, "by a person", key=phone)) == phone
    with pytest.raises(NotFoundError):
        write(world, "of another", PACKER_URI, key=phone)
    check_ledger(world)


def test_the_authority_is_rotated_and_the_old_one_binds_nothing_more(world: World) -> None:
    first = world.log.authority
    with world.log.unit_of_work() as uow:
        second = rotate_key(uow, first, new_key("authority 2"), world.log.operator).did
    with world.log.unit_of_work() as uow:
        third = rotate_key(uow, second, new_key("authority 3"), world.log.operator).did
        late = bind_key(uow, new_key("late"), FARM_URI, world.log.operator)

    assert signer(world, write(world, "late")) == late
    with world.read() as db:
        valid = [one.did for one in known_keys(db) if one.is_authority and one.is_valid]
    with writing(world.log.engine) as db:
        operator = private_key_of(db, world.log.around.vault, OPERATOR.party_uri)
    assert valid == [third]
    assert did(operator) not in (first, second, third)
    check_ledger(world)


def test_the_authority_is_never_revoked(world: World) -> None:
    with pytest.raises(RefusedError) as caught:
        revoke(world, world.log.authority)
    assert caught.value.code == "authority_not_revoked"


def test_a_key_that_was_never_bound_is_not_revoked(world: World) -> None:
    with pytest.raises(NotFoundError) as caught:
        revoke(world, did(new_key("stranger")))
    assert caught.value.code == "unknown_key"


def test_a_brought_key_is_bound_by_its_own_signature_and_the_authority(world: World) -> None:
    done = bound(world, "tablet", subject="device")

    again = bound(world, "tablet", subject="device")

    with world.read() as db:
        (known,) = known_keys(db, dids=[done.did])
    assert (known.custody, known.subject, known.party) == ("own", "device", FARM_URI)
    assert again.submission.id == done.submission.id
    assert again.submission.repeated
    check_ledger(world)


def test_a_brought_key_rotates_and_revokes_itself(world: World) -> None:
    old, new, origin = new_key("old"), new_key("new"), world.log.origin
    bound(world, "old")

    rotated = brought(world, *signed_act(origin, "rotate", FARM_URI, new, [old], replaces=did(old)))
    again = brought(world, *signed_act(origin, "rotate", FARM_URI, new, [old], replaces=did(old)))
    revoked = brought(world, *signed_act(origin, "revoke", FARM_URI, new))

    assert again.submission.id == rotated.submission.id
    assert revoked.did == did(new)
    with world.read() as db:
        states = {one.did: (one.is_valid, one.replaced_by) for one in known_keys(db, FARM_URI)}
    assert states[did(old)] == (False, did(new))
    assert states[did(new)] == (False, None)
    check_ledger(world)


def test_a_party_takes_its_key_over_from_the_platform(world: World) -> None:
    old, new = key_of(world).did, new_key("mine")

    brought(world, *signed_act(world.log.origin, "rotate", FARM_URI, new, replaces=old))

    with world.read() as db:
        assert custody_of(db, FARM_URI) == "own"
        assert not can_sign_here(db, FARM_URI)
    check_ledger(world)


@pytest.mark.parametrize(
    ("how", "code"),
    [
        ({"custody": "platform"}, "invalid_key_act"),
        ({"party": PACKER_URI}, "invalid_key_act"),
        ({"party": "https://example.org/farm"}, "invalid_key_act"),
        ({"subject": "robot"}, "invalid_key_act"),
        ({"name": "Li Hua"}, "invalid_key_act"),
        ({"id": "did:key:zNothing"}, "key_rule_broken"),
    ],
)
def test_a_payload_that_says_something_else_is_refused(world: World, how: dict[str, str], code: str) -> None:
    signed = key_act("bind", FARM_URI, new_key("new"))
    signed["key"] |= how

    assert refused(world, signed, [proof_of(signed, new_key("new"), world.log.origin)]) == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"by": PACKER_URI}, "invalid_key_act"),
        ({"about": []}, "invalid_key_act"),
        ({"kind": "authority"}, "invalid_key_act"),
        ({"role": "submitter"}, "invalid_key_act"),
        ({"note": "in the clear for ever"}, "invalid_key_act"),
    ],
)
def test_an_act_around_it_that_says_something_else_is_refused(
    world: World, changes: dict[str, Any], code: str
) -> None:
    signed = key_act("bind", FARM_URI, new_key("new"), **changes)

    assert refused(world, signed, [proof_of(signed, new_key("new"), world.log.origin)]) == code


def test_wrong_signers_are_refused(world: World) -> None:
    origin, new, old, stranger = world.log.origin, new_key("new"), new_key("old"), new_key("stranger")
    bound(world, "old")
    bind, rotate = key_act("bind", FARM_URI, new), key_act("rotate", FARM_URI, new, replaces=did(old))

    for signed, keys in ((bind, [stranger]), (bind, [new, stranger]), (bind, [new, new]), (bind, []), (rotate, [new]),
                         (rotate, [old]), (rotate, [new, stranger]), (rotate, [new, old, stranger]),
                         (key_act("revoke", FARM_URI, old), [stranger])):  # fmt: skip
        assert refused(world, signed, [proof_of(signed, key, origin) for key in keys]) in (
            "key_rule_broken",
            "invalid_key_act",
        )


def test_an_act_for_another_log_or_changed_after_signing_is_refused(world: World) -> None:
    new = new_key("new")
    signed = key_act("bind", FARM_URI, new)
    changed = key_act("bind", FARM_URI, new, subject="device")

    assert refused(world, signed, [proof_of(signed, new, "other.example/log")]) == "invalid_proof"
    assert refused(world, changed, [proof_of(signed, new, world.log.origin)]) == "signature_invalid"


def test_a_key_is_bound_once_for_ever_and_for_everybody(world: World) -> None:
    origin, key = world.log.origin, new_key("old")
    bound(world, "old")

    assert refused(world, *signed_act(origin, "bind", PACKER_URI, key)) == "key_known"
    assert refused(world, *signed_act(origin, "bind", FARM_URI, key, subject="device")) == "key_known"
    revoke(world, did(key))
    assert refused(world, *signed_act(origin, "bind", FARM_URI, key)) == "key_known"


def test_a_key_acts_for_its_own_party_and_in_its_own_role(world: World) -> None:
    origin, old, new = world.log.origin, new_key("old"), new_key("new")
    bound(world, "old", subject="device")

    of_another = signed_act(origin, "rotate", PACKER_URI, new, [old], subject="device", replaces=did(old))
    of_another_kind = signed_act(origin, "rotate", FARM_URI, new, [old], replaces=did(old))
    revoked_by_another = signed_act(origin, "revoke", PACKER_URI, old, subject="device")
    revoked_otherwise = signed_act(origin, "revoke", FARM_URI, old)

    assert refused(world, *of_another) == "key_rule_broken"
    assert refused(world, *of_another_kind) == "key_rule_broken"
    assert refused(world, *revoked_by_another) == "invalid_key_act"
    assert refused(world, *revoked_otherwise) == "invalid_key_act"


def test_what_is_revoked_is_not_rotated_and_what_was_rotated_is_not_revoked(world: World) -> None:
    origin, old, new = world.log.origin, new_key("old"), new_key("new")
    bound(world, "old")
    rotation = signed_act(origin, "rotate", FARM_URI, new, [old], replaces=did(old))
    revoke(world, did(old))

    assert refused(world, *rotation) == "key_rule_broken"
    third = new_key("third")
    bound(world, "third")
    brought(world, *signed_act(origin, "rotate", FARM_URI, new, [third], replaces=did(third)))
    assert refused(world, *signed_act(origin, "revoke", FARM_URI, third)) == "key_revoked"


def test_what_was_durable_before_a_revocation_stands_before_it(world: World) -> None:
    """The signer holds the key's row; the revocation waits until what was signed is durable."""
    name, asked = key_of(world).did, threading.Event()
    done: list[KeyAct] = []

    def thief_is_noticed() -> None:
        asked.set()
        done.append(revoke(world, name))

    revoking = threading.Thread(target=thief_is_noticed)
    with world.log.unit_of_work() as uow:
        key = uow.key_of(FARM_URI)
        revoking.start()
        asked.wait(10)
        revoking.join(0.3)  # it has to wait for us: nothing that we could wait for ourselves
        assert not done
        submitted = uow.submit(note("signed in time"), [key])
    revoking.join(30)

    with world.read() as db:
        (known,) = known_keys(db, dids=[name])
    assert known.revoked_at is not None
    assert uow.receipts[submitted.id].index < known.revoked_at
    check_ledger(world)


def test_what_waits_in_the_inbox_while_its_key_is_revoked_is_numbered_before(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a crash between the commit and the numbering: whoever numbers next keeps the order."""
    monkeypatch.setattr("lotproof.ledger.log.sequence", lambda *_: [])
    monkeypatch.setattr(world.log._group, "numbered", lambda ids: [])
    name = key_of(world).did
    with world.log.unit_of_work() as uow:
        uow.submit(note("acknowledged"))
    revoke(world, name)
    monkeypatch.undo()

    world.log.catch_up()

    with world.read() as db:
        (known,) = known_keys(db, dids=[name])
        kinds = db.execute(select(t.entry.c.kind).order_by(t.entry.c.entry_index.desc()).limit(2)).scalars()
        assert list(kinds) == ["key", "record"]
    assert known.revoked_at is not None
    check_ledger(world)


def test_a_key_that_an_undone_attempt_had_taken_is_taken_again(world: World) -> None:
    """Undoing part of a transaction lets the locks go that were taken in it."""
    name = key_of(world).did

    with world.log.unit_of_work() as uow:
        with pytest.raises(InvalidInputError), uow.attempt():
            uow.key_of(FARM_URI)
            raise InvalidInputError("bad", "as one event of a document may be")
        revoke_key(uow, name, world.log.operator)
        with pytest.raises(NotFoundError):
            uow.submit(note("too late"))

    check_ledger(world)


def test_who_waited_for_a_rotation_signs_with_the_new_key(world: World) -> None:
    name, asked = key_of(world).did, threading.Event()
    entries: list[int] = []

    def write_meanwhile() -> None:
        asked.set()
        entries.append(write(world, "meanwhile"))

    writing = threading.Thread(target=write_meanwhile)
    with world.log.unit_of_work() as uow:
        done = rotate_key(uow, name, new_key("next"), world.log.operator)
        writing.start()
        asked.wait(10)
        writing.join(0.3)
        assert not entries
    writing.join(30)

    assert signer(world, entries[0]) == done.did
    check_ledger(world)
