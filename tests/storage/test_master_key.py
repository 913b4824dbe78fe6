"""The master key is replaced whole or not at all, wherever the program stops. On both databases."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select

from lotproof.instance import Place, init_instance, open_instance, replace_master_key
from lotproof.kernel.clock import SteppingClock
from lotproof.kernel.errors import LotproofError
from lotproof.ledger import master_key
from lotproof.ledger import tables as t
from lotproof.ledger.key_acts import bind_key
from lotproof.ledger.log import Log
from lotproof.ledger.vault import Vault
from lotproof.parties.actions import register_party
from lotproof.storage.engine import open_engine, reading
from support.own_key import new_key
from support.world import FARM, OPERATOR, START, Entropy

CLOCK = SteppingClock(START)


@pytest.fixture
def place(tmp_path: Path, database_url: str) -> Place:
    """An instance that has begun, with a farm in it."""
    made = Place(tmp_path / "home", database_url)
    log = init_instance(made, CLOCK, Entropy(), "keys.example/log", OPERATOR, {"en": "Operator"})
    with log.unit_of_work() as uow:
        register_party(uow, log.operator, FARM, {"names": {"en": "Farm"}})
    log.engine.dispose()
    return made


_OPENED: list[Log] = []


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Close what a test opened."""
    yield
    while _OPENED:
        _OPENED.pop().engine.dispose()


def opened(place: Place) -> Log:
    _OPENED.append(open_instance(place, CLOCK, os.urandom))
    return _OPENED[-1]


def sign(log: Log, name: str) -> None:
    """Make and use a key: what is sealed now has to be opened later."""
    with log.unit_of_work() as uow:
        bind_key(uow, new_key(name), FARM.party_uri, log.operator)
        uow.key_of(FARM.party_uri)


def opens(place: Place, key: bytes) -> bool:
    """Whether a master key opens every secret; one that opens some and not all is a fault."""
    vault, engine, found = Vault(key), open_engine(place.url), set()
    with reading(engine) as db:
        head = db.execute(select(t.head)).one()
        sealed = [(head.log_key, head.log_seed), ("content secret", head.secret)]
        rows = db.execute(select(t.signing_key).where(t.signing_key.c.sealed_seed.is_not(None)))
        sealed += [(row.did, row.sealed_seed) for row in rows]
    engine.dispose()
    for name, data in sealed:
        try:
            vault.open(name, data)
            found.add(True)
        except LotproofError:
            found.add(False)
    assert len(found) == 1
    return found.pop()


def test_every_secret_is_sealed_anew_and_the_old_key_opens_nothing(place: Place) -> None:
    old = place.key_file.read_bytes()
    log = opened(place)

    path, count = replace_master_key(place, log)

    assert (path, count) == (place.key_file, 5)  # log, contents, authority, operator, farm
    assert [opens(place, key) for key in (old, place.key_file.read_bytes())] == [False, True]
    assert not master_key.next_to(path).exists()
    assert path.stat().st_mode & 0o777 == 0o600
    sign(opened(place), "after")


def test_a_running_process_outlives_the_replacement_and_seals_with_the_new_key(place: Place) -> None:
    running = opened(place)

    replace_master_key(place, opened(place))
    sign(running, "meanwhile")

    assert opens(place, place.key_file.read_bytes())


def kill_at(step: int, work: Callable[[], object]) -> bool:
    """Do work in a process of its own that is killed before its n-th write; returns whether it came to its end."""
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    count = 0

    def before(*_: Any, **__: Any) -> None:
        nonlocal count
        count += 1
        if count == step:
            os._exit(9)

    def killing(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            before()
            return function(*args, **kwargs)

        return call

    try:
        for name in ("open", "fsync", "replace", "link", "unlink"):
            setattr(os, name, killing(getattr(os, name)))
        event.listen(Engine, "before_cursor_execute", before)
        event.listen(Engine, "commit", before)
        work()
        os._exit(0)
    except BaseException:
        os._exit(1)


def test_a_stop_at_any_point_leaves_exactly_one_key_that_opens_everything(place: Place) -> None:
    step, done, aside = 0, False, 0
    while not done:
        step += 1
        before = place.key_file.read_bytes()
        done = kill_at(step, lambda: replace_master_key(place, opened(place)))
        there = {before, *keys_there(place)}
        assert sum(opens(place, key) for key in there) == 1
        aside += not opens(place, place.key_file.read_bytes())

        log = opened(place)  # and whoever opens it puts the right one in its place
        assert opens(place, place.key_file.read_bytes())
        log.engine.dispose()
        assert step < 200

    assert step > 15
    assert aside  # it was also stopped between the two files
    sign(opened(place), "after")


def keys_there(place: Place) -> Iterator[bytes]:
    return iter(master_key.known_keys(place.key_file)())


def test_a_key_from_the_environment_is_replaced_by_one_in_a_file(place: Place, tmp_path: Path) -> None:
    key = place.key_file.read_bytes()
    given = Place(place.home, place.database_url, key)
    with pytest.raises(LotproofError) as caught:
        replace_master_key(given, opened(given))
    assert caught.value.code == "master_key_given"

    file = tmp_path / "new.key"
    replace_master_key(given, opened(given), file)

    assert [opens(place, one) for one in (key, file.read_bytes())] == [False, True]
    sign(opened(Place(place.home, place.database_url, master_key_file=file)), "after")
    with pytest.raises(LotproofError) as caught:
        opened(given)
    assert caught.value.code == "wrong_master_key"


def test_the_key_of_now_is_no_new_key(place: Place) -> None:
    with pytest.raises(LotproofError) as caught:
        replace_master_key(place, opened(place), place.key_file)
    assert caught.value.code == "same_master_key"


def test_only_one_process_replaces_it(place: Place) -> None:
    log = opened(place)
    with master_key.replacing(place.key_file), pytest.raises(LotproofError) as caught:
        replace_master_key(place, log)
    assert caught.value.code == "master_key_busy"
    assert opens(place, place.key_file.read_bytes())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("mode", [0o604, 0o606, 0o620, 0o601])
def test_a_key_that_others_may_read_is_refused(place: Place, mode: int) -> None:
    place.key_file.chmod(mode)

    with pytest.raises(LotproofError) as caught:
        opened(place)
    assert caught.value.code == "master_key_exposed"
    assert caught.value.hint == f"chmod 600 {place.key_file}"


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    "write", [lambda key: key.hex().encode() + b"\n", lambda key: key.hex().upper().encode()]
)
def test_a_file_may_hold_the_text_of_a_key(
    place: Place, tmp_path: Path, write: Callable[[bytes], bytes]
) -> None:
    file = tmp_path / "secret"
    file.write_bytes(write(place.key_file.read_bytes()))
    file.chmod(0o440)

    sign(opened(Place(place.home, place.database_url, master_key_file=file)), "by text")

    assert opens(place, place.key_file.read_bytes())


@pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
@pytest.mark.parametrize("data", [b"", b"x" * 31, b"hunter2\n", b"\xff" * 64])
def test_a_file_that_holds_no_key_is_refused(place: Place, data: bytes) -> None:
    place.key_file.write_bytes(data)

    with pytest.raises(LotproofError) as caught:
        opened(place)
    assert caught.value.code == "invalid_master_key"
