"""Column types keep on both databases exactly what they were given, or refuse it."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Column, Engine, Integer, MetaData, Table, insert, select
from sqlalchemy.exc import StatementError

from lotproof.storage.base import Exact, Hash, Json, Utc
from lotproof.storage.engine import reading, writing

things = Table(
    "things",
    MetaData(),
    Column("id", Integer, primary_key=True),
    Column("at", Utc),
    Column("amount", Exact),
    Column("value", Json),
    Column("hash", Hash),
)


@pytest.fixture
def store(engine: Engine) -> Engine:
    with writing(engine) as db:
        things.create(db)
    return engine


def keep(engine: Engine, **columns: Any) -> None:
    with writing(engine) as db:
        db.execute(insert(things), columns)


def kept(engine: Engine, column: Column[Any]) -> list[Any]:
    with reading(engine) as db:
        return list(db.execute(select(column).order_by(things.c.id)).scalars())


def test_an_instant_comes_back_in_utc_to_the_microsecond(store: Engine) -> None:
    shanghai = timezone(timedelta(hours=8))

    keep(store, at=datetime(2026, 11, 23, 16, 36, 0, 123456, shanghai))

    (at,) = kept(store, things.c.at)
    assert at == datetime(2026, 11, 23, 8, 36, 0, 123456, UTC)
    assert at.utcoffset() == timedelta(0)


def test_instants_sort_and_compare_by_time_whatever_zone_they_came_in(store: Engine) -> None:
    west, east = timezone(timedelta(hours=-9)), timezone(timedelta(hours=9))
    times = [
        datetime(2026, 1, 1, 23, 0, tzinfo=west),
        datetime(2026, 1, 2, 0, 0, tzinfo=east),
        datetime(999, 1, 1, tzinfo=UTC),
        datetime(2026, 1, 1, 15, 0, 0, 1, UTC),
    ]
    for at in times:
        keep(store, at=at)

    with reading(store) as db:
        in_order = list(db.execute(select(things.c.at).order_by(things.c.at)).scalars())
        later = list(db.execute(select(things.c.id).where(things.c.at > times[1]).order_by("id")).scalars())

    assert in_order == sorted(times)
    assert later == [1, 4]


def test_a_time_without_a_zone_is_refused(store: Engine) -> None:
    with pytest.raises(StatementError, match="without a zone"):
        keep(store, at=datetime(2026, 1, 1))  # noqa: DTZ001  (that is the point)


@pytest.mark.parametrize(
    "amount", ["0", "-0.5", "50250", "0.1234567890123456789012345678901234567890", "9" * 60, "1E-30"]
)
def test_an_amount_keeps_every_digit(store: Engine, amount: str) -> None:
    keep(store, amount=Decimal(amount))

    assert kept(store, things.c.amount) == [Decimal(amount)]


def test_equal_amounts_are_found_however_they_were_written(store: Engine) -> None:
    keep(store, amount=Decimal("1.50"))
    keep(store, amount=Decimal("2"))

    with reading(store) as db:
        found = db.execute(select(things.c.id).where(things.c.amount == Decimal("1.5"))).scalars().all()
        in_list = select(things.c.id).where(things.c.amount.in_([Decimal("2.0"), 7]))
        either = db.execute(in_list).scalars().all()

    assert (found, either) == ([1], [2])


@pytest.mark.parametrize("amount", [0.5, True, Decimal("NaN"), Decimal("Infinity"), "1"])
def test_what_is_no_exact_number_is_refused(store: Engine, amount: Any) -> None:
    with pytest.raises(StatementError, match="number"):
        keep(store, amount=amount)


def test_the_database_is_never_asked_to_reckon_with_amounts_that_it_holds_as_text() -> None:
    amount = things.c.amount

    for reckon in (
        lambda: amount > Decimal(1),
        lambda: amount + Decimal(1),
        lambda: Decimal(1) - amount,
        lambda: amount.between(Decimal(1), Decimal(2)),
        amount.desc,
    ):
        with pytest.raises(TypeError, match="reckon in Python"):
            reckon()


@pytest.mark.parametrize(
    "value",
    [
        {"b": 1, "a": [True, None, {"c": "稻米 \u0000 \U0001f33e"}]},
        [],
        "text",
        0.1,
        2**53 - 1,
        False,
    ],
)
def test_a_json_value_comes_back_as_it_was(store: Engine, value: Any) -> None:
    keep(store, value=value)

    (back,) = kept(store, things.c.value)
    assert back == value
    assert not isinstance(value, dict) or list(back) == list(value)


def test_no_json_value_is_null_in_sql(store: Engine) -> None:
    keep(store, value=None)

    with reading(store) as db:
        assert db.execute(select(things.c.id).where(things.c.value.is_(None))).scalars().all() == [1]


def test_a_json_value_that_is_no_json_is_refused(store: Engine) -> None:
    with pytest.raises((StatementError, ValueError), match="not JSON compliant"):
        keep(store, value={"n": float("nan")})


def test_a_hash_is_32_bytes_and_nothing_else(store: Engine) -> None:
    keep(store, hash=bytes(range(32)))

    assert kept(store, things.c.hash) == [bytes(range(32))]
    with pytest.raises(StatementError, match="32 bytes"):
        keep(store, hash=b"short")
