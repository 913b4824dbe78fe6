"""The second step: each code once, its secret sealed, recovery codes for when it is lost. On both databases."""

from __future__ import annotations

import pyotp
import pytest
from sqlalchemy import select

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, LogFaultError, NotFoundError
from lotproof.ledger.reseal import reseal
from lotproof.ledger.vault import Vault
from lotproof.people import authenticator, totp
from lotproof.people.account_models import RecoveryCode
from lotproof.people.models import Account, Deed, Session
from lotproof.people.proving import prove, require_proved, send_proof
from lotproof.people.sessions import digest
from lotproof.people.signing_in import second_step, sign_in
from lotproof.storage.engine import writing
from support.entrance import HER, PASSWORD, PHONE, Door
from support.world import World


@pytest.fixture
def door(world: World) -> Door:
    return Door(world)


class Person:
    """Somebody whose authenticator is on."""

    def __init__(self, door: Door) -> None:
        self.door = door
        self.token = door.registered()
        self.account = door.account_of(self.token)
        with writing(door.world.log.engine) as db:
            handle = authenticator.begin_authenticator(db, door.entrance, self.account)
            self.secret = authenticator.waiting_secret(db, door.entrance, self.account, handle)
            codes = authenticator.confirm_authenticator(db, door.entrance, self.account, handle, self.code())
        assert codes is not None
        self.recovery = codes

    def code(self) -> str:
        """What her app shows now."""
        return pyotp.TOTP(totp.typed_secret(self.secret).replace(" ", "")).at(self.door.world.clock.now)

    def half_way(self) -> str:
        """Sign in by password; returns the handle of the second step."""
        step = sign_in(self.door.entrance, HER, PHONE, PASSWORD)
        assert step.token is None
        return str(step.second)


def test_the_password_alone_lets_nobody_in_and_each_code_is_good_once(door: Door) -> None:
    her = Person(door)
    door.world.later(minutes=1)
    code = her.code()

    assert second_step(door.entrance, HER, her.half_way(), code).token

    with pytest.raises(InvalidInputError, match="wrong_code"):
        second_step(door.entrance, HER, her.half_way(), code)
    door.world.later(seconds=30)
    assert second_step(door.entrance, HER, her.half_way(), her.code()).token


def test_the_code_that_switched_it_on_is_used_up(door: Door) -> None:
    her = Person(door)

    with pytest.raises(InvalidInputError, match="wrong_code"):
        second_step(door.entrance, HER, her.half_way(), her.code())


def test_a_recovery_code_lets_her_in_once_and_is_kept_as_a_digest(door: Door) -> None:
    her = Person(door)

    assert second_step(door.entrance, HER, her.half_way(), her.recovery[0].lower()).token

    with pytest.raises(InvalidInputError, match="wrong_code"):
        second_step(door.entrance, HER, her.half_way(), her.recovery[0])
    with door.world.read() as db:
        kept = db.execute(select(RecoveryCode.digest)).scalars().all()
    assert len(kept) == authenticator.RECOVERY_CODES
    assert her.recovery[1].encode() not in b"".join(kept)


def test_guesses_of_the_second_step_end_and_asking_again_gains_none(door: Door) -> None:
    her = Person(door)
    door.world.later(minutes=1)
    tried = []
    for _ in range(3):
        handle = her.half_way()
        for guess in ("000000", "111111", "222222"):
            with pytest.raises(Exception) as refused:  # noqa: PT011 - the codes are compared below
                second_step(door.entrance, HER, handle, guess)
            tried.append(getattr(refused.value, "code", ""))

    assert tried == ["wrong_code"] * 5 + ["too_many_tries"] * 4


def test_the_secret_is_sealed_for_its_account(door: Door) -> None:
    her = Person(door)

    with door.world.read() as db:
        sealed = db.execute(select(Account.totp_secret)).scalar_one()
    assert sealed is not None
    assert her.secret not in sealed
    with pytest.raises(LogFaultError):
        door.entrance.vault.open("totp 999", sealed)


def test_another_master_key_seals_it_anew(door: Door) -> None:
    her = Person(door)
    around, new = door.world.log.around, Vault(bytes(range(32)))

    reseal(around.engine, around.vault, new, around.entropy, (authenticator.reseal_authenticators,))

    around.vault.key = new.key
    door.world.later(minutes=1)
    assert second_step(door.entrance, HER, her.half_way(), her.code()).token


def test_new_recovery_codes_end_the_old_ones_and_are_a_deed(door: Door) -> None:
    her = Person(door)
    with writing(door.world.log.engine) as db:
        codes = authenticator.renew_recovery_codes(db, door.entrance, her.account)

    with pytest.raises(InvalidInputError):
        second_step(door.entrance, HER, her.half_way(), her.recovery[0])
    assert second_step(door.entrance, HER, her.half_way(), codes[0]).token
    with door.world.read() as db:
        acts = list(db.execute(select(Deed.act).where(Deed.account == her.account)).scalars())
    assert acts.count("renew_recovery_codes") == 1


def test_what_waits_for_its_first_code_is_shown_to_nobody_else(door: Door) -> None:
    mine = door.account_of(door.registered())
    with writing(door.world.log.engine) as db:
        handle = authenticator.begin_authenticator(db, door.entrance, mine)

    with door.world.read() as db, pytest.raises(NotFoundError):
        authenticator.waiting_secret(db, door.entrance, mine + 1, handle)


def session_of(door: Door, token: str) -> int:
    with door.world.read() as db:
        return db.execute(select(Session.id).where(Session.digest == digest(token))).scalar_one()


def test_what_cannot_be_undone_asks_again_after_a_quarter_of_an_hour(door: Door) -> None:
    token = door.registered()
    account, session = door.account_of(token), session_of(door, token)
    now = door.world.later(minutes=16)
    with door.world.read() as db, pytest.raises(ForbiddenError, match="prove_first"):
        require_proved(db, session, now)

    with pytest.raises(InvalidInputError, match="wrong_proof"):
        prove(door.entrance, HER, account, session, "a wrong password")
    prove(door.entrance, HER, account, session, PASSWORD)

    with door.world.read() as db:
        require_proved(db, session, now)


def test_she_proves_it_by_a_code_that_is_sent_or_by_her_authenticator(door: Door) -> None:
    her = Person(door)
    session = session_of(door, her.token)
    now = door.world.later(minutes=16)

    prove(door.entrance, HER, her.account, session, her.code())
    with door.world.read() as db:
        require_proved(db, session, now)
    later = door.world.later(minutes=16)
    handle = send_proof(door.entrance, HER, her.account)
    prove(door.entrance, HER, her.account, session, door.sent.code, handle)

    with door.world.read() as db:
        require_proved(db, session, later)
