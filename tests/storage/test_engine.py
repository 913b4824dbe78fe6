"""Writing and reading: one transaction each, durable, apart from each other."""

import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, func, insert, select, update
from sqlalchemy.exc import DBAPIError

from lotproof.kernel.errors import InvalidInputError, RefusedError
from lotproof.storage.engine import open_engine, reading, writing

counter = Table("counter", MetaData(), Column("id", Integer, primary_key=True), Column("n", Integer))
SQLITE_ONLY = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
POSTGRESQL_ONLY = pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)


@pytest.fixture
def counting(engine: Engine) -> Engine:
    with writing(engine) as db:
        counter.create(db)
        db.execute(insert(counter), {"id": 1, "n": 0})
    return engine


def value(engine: Engine) -> int | None:
    with reading(engine) as db:
        return db.execute(select(counter.c.n)).scalar()


def add_one(engine: Engine) -> None:
    with writing(engine) as db:
        db.execute(update(counter).values(n=counter.c.n + 1))


def test_what_was_written_is_there_for_the_next_reader(counting: Engine) -> None:
    add_one(counting)

    assert value(counting) == 1


def test_an_error_undoes_everything_and_lets_the_next_writer_in(counting: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(counting) as db:
        db.execute(update(counter).values(n=99))
        raise ZeroDivisionError

    add_one(counting)

    assert value(counting) == 1


def test_tables_are_made_and_unmade_within_the_transaction(engine: Engine) -> None:
    with pytest.raises(ZeroDivisionError), writing(engine) as db:
        counter.create(db)
        raise ZeroDivisionError

    with reading(engine) as db, pytest.raises(DBAPIError):
        db.execute(select(counter))


def test_a_savepoint_can_be_undone_while_the_rest_stays(counting: Engine) -> None:
    with writing(counting) as db:
        db.execute(update(counter).values(n=5))
        with pytest.raises(ZeroDivisionError), db.begin_nested():
            db.execute(update(counter).values(n=6))
            raise ZeroDivisionError

    assert value(counting) == 5


def test_a_reader_sees_one_moment_from_its_first_statement_to_its_last(counting: Engine) -> None:
    with reading(counting) as db:
        before = db.execute(select(counter.c.n)).scalar()
        add_one(counting)
        after = db.execute(select(counter.c.n)).scalar()

    assert (before, after, value(counting)) == (0, 0, 1)


def test_a_reader_cannot_write_and_its_connection_can_again_afterwards(counting: Engine) -> None:
    with pytest.raises(DBAPIError, match="read-?only"), reading(counting) as db:
        db.execute(update(counter).values(n=7))

    add_one(counting)

    assert value(counting) == 1


def test_writing_within_writing_is_refused_instead_of_waiting_for_ever(counting: Engine) -> None:
    with writing(counting), pytest.raises(RuntimeError, match="already writing"), writing(counting):
        pass

    add_one(counting)
    assert value(counting) == 1


def test_two_engines_on_one_database_count_as_one_for_that(counting: Engine) -> None:
    other = open_engine(counting.url.render_as_string(hide_password=False))

    with writing(counting), pytest.raises(RuntimeError, match="already writing"), writing(other):
        pass
    other.dispose()


def test_no_addition_of_sixteen_writers_is_lost(counting: Engine) -> None:
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(lambda _: add_one(counting), range(160)))

    assert value(counting) == 160


def test_readers_go_on_while_somebody_writes(counting: Engine) -> None:
    seen: list[int | None] = []

    with writing(counting) as db:
        db.execute(update(counter).values(n=1))
        reader = threading.Thread(target=lambda: seen.append(value(counting)))
        reader.start()
        reader.join()

    assert seen == [0]


@SQLITE_ONLY
def test_a_writer_that_another_process_keeps_out_is_refused_before_it_wrote(
    database_url: str, counting: Engine
) -> None:
    impatient = open_engine(database_url, wait_s=0.05)
    stranger = sqlite3.connect(database_url.removeprefix("sqlite:///"), isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")

    with pytest.raises(RefusedError) as caught:
        add_one(impatient)

    stranger.close()
    assert caught.value.code == "database_busy"
    add_one(impatient)
    assert value(impatient) == 1
    impatient.dispose()


@POSTGRESQL_ONLY
def test_a_row_lock_that_does_not_come_in_time_is_a_refusal(database_url: str, counting: Engine) -> None:
    impatient = open_engine(database_url, wait_s=0.05)
    errors: list[str] = []

    def blocked() -> None:
        with pytest.raises(RefusedError) as caught:
            add_one(impatient)
        errors.append(caught.value.code)

    with writing(counting) as db:
        db.execute(update(counter).values(n=1))
        thread = threading.Thread(target=blocked)
        thread.start()
        thread.join()

    impatient.dispose()
    assert errors == ["database_busy"]


@SQLITE_ONLY
def test_many_first_openers_of_one_new_file_all_get_in(database_url: str) -> None:
    together = threading.Barrier(12)

    def first_use(_: int) -> int | None:
        opened = open_engine(database_url)
        together.wait()
        with reading(opened) as db:
            one = db.execute(select(func.length("x"))).scalar()
        opened.dispose()
        return one

    with ThreadPoolExecutor(12) as pool:
        assert list(pool.map(first_use, range(12))) == [1] * 12


@pytest.mark.parametrize(
    "url", ["sqlite://", "sqlite:///:memory:", "mysql://host/name", "postgresql+psycopg2://host/name"]
)
def test_a_database_that_could_not_keep_the_promise_is_not_opened(url: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        open_engine(url)

    assert caught.value.code == "unknown_database"


def test_a_relative_and_an_absolute_name_of_one_file_share_their_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    absolute = open_engine(f"sqlite:///{tmp_path}/one.sqlite", wait_s=0.05)
    relative = open_engine("sqlite:///one.sqlite", wait_s=0.05)

    assert refused(lambda: add_one(relative), while_writing=absolute) == "database_busy"
    absolute.dispose()
    relative.dispose()


def refused(work: Callable[[], None], while_writing: Engine) -> str:
    """Run `work` in another thread during a writing transaction, and return the code of its refusal."""
    with ThreadPoolExecutor(1) as pool, writing(while_writing):
        error = pool.submit(work).exception()
    assert isinstance(error, RefusedError)
    return error.code
