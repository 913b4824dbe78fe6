"""Registering, signing in and setting a new password: what is let in, and what guessing meets. On both databases."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from sqlalchemy import select, update

from lotproof.kernel.errors import InvalidInputError, LotproofError, NotFoundError
from lotproof.ledger.log import Log
from lotproof.people import passwords, throttle
from lotproof.people.account_models import Challenge, Throttle
from lotproof.people.challenges import Purpose
from lotproof.people.entrance import Entrance, Visitor
from lotproof.people.models import Account, Deed, Session
from lotproof.people.registering import register
from lotproof.people.resetting import reset_password
from lotproof.people.sending_codes import ask_for_code
from lotproof.people.sessions import find_actor
from lotproof.people.signing_in import sign_in, sign_in_by_code
from lotproof.people.throttle import TooManyTriesError
from lotproof.storage.engine import open_engine, writing
from support.entrance import HER, PASSWORD, PHONE, Door
from support.world import World

AGREED = ["terms", "privacy"]


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


def refusal(error: type[LotproofError], act: Any, *args: Any) -> str:
    with pytest.raises(error) as refused:
        act(*args)
    return refused.value.code


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_that_was_sent_makes_an_account_and_a_session(door: Door) -> None:
    token = door.registered()

    with door.world.read() as db:
        found = find_actor(db, token, door.world.clock.now)
    assert found is not None
    assert found[0].name == "Li Hua"
    assert door.sent.messages[0][:2] == ("sms", "+8613800138000")


def test_she_signs_in_by_her_password_however_her_number_is_written(door: Door) -> None:
    first = door.registered()

    step = sign_in(door.entrance, HER, "+86-138-0013-8000", PASSWORD)

    assert step.token
    assert step.token != first


def test_a_wrong_password_and_an_unknown_name_are_answered_alike_after_the_same_work(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    door.registered()
    verified: list[bool] = []
    verify = passwords.verify
    monkeypatch.setattr(
        passwords, "verify", lambda kept, given: verified.append(verify(kept, given)) or verified[-1]
    )

    known = refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, "three red apples")
    unknown = refusal(InvalidInputError, sign_in, door.entrance, HER, "nobody@example.org", PASSWORD)

    assert (known, unknown) == ("wrong_sign_in", "wrong_sign_in")
    assert verified == [False, False]


def test_without_a_password_argon2_works_all_the_same() -> None:
    assert passwords.verify(None, "nobody's password") is False


def test_asking_for_a_code_answers_alike_and_sends_only_to_accounts(door: Door) -> None:
    door.registered()
    before = len(door.sent.messages)

    unknown = ask_for_code(door.entrance, HER, Purpose.SIGN_IN, "nobody@example.org")
    nothing = len(door.sent.messages)
    known = ask_for_code(door.entrance, HER, Purpose.SIGN_IN, PHONE)

    assert (nothing, len(door.sent.messages)) == (before, before + 1)
    assert len(unknown) == len(known)
    assert refusal(InvalidInputError, sign_in_by_code, door.entrance, HER, unknown, "000000") == "wrong_code"


def test_a_code_is_good_once(door: Door) -> None:
    door.registered()
    handle = ask_for_code(door.entrance, HER, Purpose.SIGN_IN, PHONE)

    assert sign_in_by_code(door.entrance, HER, handle, door.sent.code).token

    again = refusal(NotFoundError, sign_in_by_code, door.entrance, HER, handle, door.sent.code)
    assert again == "challenge_over"


def test_a_code_is_good_for_ten_minutes(door: Door) -> None:
    door.registered()
    handle = ask_for_code(door.entrance, HER, Purpose.SIGN_IN, PHONE)

    door.world.later(minutes=10)

    assert (
        refusal(NotFoundError, sign_in_by_code, door.entrance, HER, handle, door.sent.code)
        == "challenge_over"
    )


def test_the_sixth_guess_of_a_code_is_refused_though_it_is_right(door: Door) -> None:
    door.registered()
    handle = ask_for_code(door.entrance, HER, Purpose.SIGN_IN, PHONE)

    for _ in range(5):
        guess = wrong(door.sent.code)
        assert refusal(InvalidInputError, sign_in_by_code, door.entrance, HER, handle, guess) == "wrong_code"

    assert (
        refusal(NotFoundError, sign_in_by_code, door.entrance, HER, handle, door.sent.code)
        == "challenge_over"
    )


def test_a_code_for_one_purpose_is_none_for_another(door: Door) -> None:
    door.registered()
    handle = ask_for_code(door.entrance, HER, Purpose.SIGN_IN, PHONE)

    other = refusal(
        NotFoundError, reset_password, door.entrance, HER, handle, door.sent.code, "another green apple"
    )

    assert other == "challenge_over"


def test_only_a_digest_of_a_code_is_kept(door: Door) -> None:
    ask_for_code(door.entrance, HER, Purpose.REGISTER, PHONE)

    with door.world.read() as db:
        row = db.execute(select(Challenge.__table__)).one()
    assert door.sent.code.encode() not in row.code
    assert door.sent.code not in str(row)


def test_codes_to_one_number_come_ever_more_slowly(door: Door) -> None:
    for _ in range(3):
        ask_for_code(door.entrance, HER, Purpose.REGISTER, PHONE)

    assert (
        refusal(TooManyTriesError, ask_for_code, door.entrance, HER, Purpose.REGISTER, PHONE)
        == "too_many_tries"
    )
    door.world.later(seconds=61)
    ask_for_code(door.entrance, HER, Purpose.REGISTER, PHONE)
    door.world.later(seconds=61)
    with pytest.raises(TooManyTriesError) as refused:
        ask_for_code(door.entrance, HER, Purpose.REGISTER, PHONE)
    assert refused.value.wait_s == 59


def test_guesses_of_a_password_are_locked_out_known_or_not(door: Door) -> None:
    door.registered()

    for name in (PHONE, "nobody@example.org"):
        for _ in range(5):
            refusal(InvalidInputError, sign_in, door.entrance, HER, name, "a wrong password")
        assert refusal(TooManyTriesError, sign_in, door.entrance, HER, name, PASSWORD) == "too_many_tries"


def test_being_locked_out_ends_by_itself_and_a_right_password_forgives(door: Door) -> None:
    door.registered()
    for _ in range(5):
        refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, "a wrong password")

    door.world.later(seconds=31)

    assert sign_in(door.entrance, HER, PHONE, PASSWORD).token
    for _ in range(5):
        assert (
            refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, "a wrong password")
            == "wrong_sign_in"
        )


def test_one_address_that_tries_many_names_is_locked_out(door: Door) -> None:
    for number in range(20):
        refusal(InvalidInputError, sign_in, door.entrance, HER, f"n{number}@example.org", "a wrong password")

    refused = refusal(TooManyTriesError, sign_in, door.entrance, HER, "n20@example.org", "a wrong password")

    assert refused == "too_many_tries"
    elsewhere = Visitor("198.51.100.4")
    assert (
        refusal(InvalidInputError, sign_in, door.entrance, elsewhere, "n20@example.org", "x")
        == "wrong_sign_in"
    )


def test_two_processes_that_guess_share_their_tries(door: Door) -> None:
    """Each has an engine of its own, as processes have."""
    door.registered()
    around = door.world.log.around
    engines = [open_engine(around.engine.url.render_as_string(hide_password=False)) for _ in range(2)]
    entrances = [
        Entrance(
            Log(type(around)(engine, around.clock, around.entropy, around.vault, around.blobs)), door.sent
        )
        for engine in engines
    ]
    codes: list[str] = []

    def guess(entrance: Entrance, number: int) -> None:
        try:
            sign_in(entrance, Visitor(f"203.0.113.{number}"), PHONE, "a wrong password")
        except LotproofError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=guess, args=(entrances[n % 2], n)) for n in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for engine in engines:
        engine.dispose()

    assert sorted(codes) == ["too_many_tries"] * 7 + ["wrong_sign_in"] * 5


def test_whoever_registers_twice_is_let_into_her_account_and_changes_nothing(door: Door) -> None:
    first = door.account_of(door.registered())

    again = door.account_of(door.registered(password="quite another secret", name="Somebody"))

    assert again == first
    assert door.row(first).name == "Li Hua"  # type: ignore[attr-defined]
    assert sign_in(door.entrance, HER, PHONE, PASSWORD).token


def test_without_agreement_no_account_and_the_code_stays_good(door: Door) -> None:
    handle = ask_for_code(door.entrance, HER, Purpose.REGISTER, PHONE)
    code = door.sent.code

    with pytest.raises(InvalidInputError) as refused:
        register(door.entrance, HER, handle, code, "", "short", ["terms"])

    assert [(one.where, one.code) for one in refused.value.problems] == [
        ("name", "missing"), ("password", "password_length"), ("privacy", "consent_needed"),
    ]  # fmt: skip
    assert register(door.entrance, HER, handle, code, "Li", "", AGREED).token


def test_a_new_password_ends_every_session_and_the_old_password(door: Door) -> None:
    old = door.registered()
    handle = ask_for_code(door.entrance, HER, Purpose.RESET, PHONE)

    step = reset_password(door.entrance, HER, handle, door.sent.code, "another green apple")

    with door.world.read() as db:
        assert find_actor(db, old, door.world.clock.now) is None
        assert find_actor(db, str(step.token), door.world.clock.now) is not None
    assert refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, PASSWORD) == "wrong_sign_in"


def test_a_hash_with_other_parameters_is_made_anew(door: Door) -> None:
    from argon2 import PasswordHasher

    account = door.account_of(door.registered())
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    with writing(door.world.log.engine) as db:
        db.execute(update(Account).where(Account.id == account).values(password=old))

    sign_in(door.entrance, HER, PHONE, PASSWORD)

    kept = door.row(account).password  # type: ignore[attr-defined]
    assert kept != old
    assert not passwords.is_outdated(kept)


def test_an_account_that_is_deactivated_is_signed_out_at_once_and_not_let_in(door: Door) -> None:
    token = door.registered()
    with writing(door.world.log.engine) as db:
        db.execute(update(Account).values(deactivated_at=door.world.clock.now))

    with door.world.read() as db:
        assert find_actor(db, token, door.world.clock.now) is None
    assert refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, PASSWORD) == "wrong_sign_in"


def test_every_sign_in_and_every_refusal_is_a_deed(door: Door) -> None:
    account = door.account_of(door.registered())
    refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, "a wrong password")
    sign_in(door.entrance, HER, PHONE, PASSWORD)

    with door.world.read() as db:
        deeds = db.execute(select(Deed.act, Deed.account, Deed.address).order_by(Deed.id)).all()
    assert [row.act for row in deeds if row.act.startswith("sign_in")] == [
        "sign_in",
        "sign_in_refused",
        "sign_in",
    ]
    assert {row.account for row in deeds} == {account}


def test_nothing_that_is_counted_names_anybody(door: Door) -> None:
    door.registered()
    refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, "a wrong password")

    with door.world.read() as db:
        subjects = " ".join(db.execute(select(Throttle.subject)).scalars())
    assert "13800138000" not in subjects


def test_what_was_counted_is_forgotten_after_a_day(door: Door) -> None:
    refusal(InvalidInputError, sign_in, door.entrance, HER, PHONE, "a wrong password")
    door.world.later(hours=25)

    ask_for_code(door.entrance, HER, Purpose.REGISTER, PHONE)

    with door.world.read() as db:
        kept = sorted(subject.split(":")[0] for subject in db.execute(select(Throttle.subject)).scalars())
    assert kept == ["code_from", "code_to"]


def test_waits_grow_to_an_hour_and_an_ipv6_household_is_one_address() -> None:
    waits = [throttle.PASSWORD.wait_s(count) for count in (1, 4, 5, 6, 7, 50)]

    assert waits == [0, 0, 30, 60, 120, 3600]
    assert throttle.network_of("2001:db8:1:2:3:4:5:6") == throttle.network_of("2001:db8:1:2::1")
    assert throttle.network_of("not an address") == "unknown"


def test_sessions_that_were_begun_hold_no_token(door: Door) -> None:
    token = door.registered()

    with door.world.read() as db:
        assert token not in str(db.execute(select(Session.__table__)).all())
