"""The declarative base of every table, and column types that mean the same on SQLite and PostgreSQL.

- A table with `__table_args__ = {"info": {"ledgered": True}}` changes only together with a signed event, in
  the unit of work.
- What a type cannot keep exactly it refuses when the value is written, never when it is read.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    ColumnElement,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
)
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.sql import operators
from sqlalchemy.types import TypeEngine

from lotproof.kernel.quantity import plain

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Utc(TypeDecorator[datetime]):
    """An instant, to the microsecond: aware going in, aware and in UTC coming out.

    PostgreSQL: timestamptz.  SQLite: text of a fixed width, so that text order is time order.
    """

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """timestamptz, or 27 characters of text where the database has no instants."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(String(27))
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        """Refuse a naive time with ValueError."""
        if value is None:
            return None
        if value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"a time without a zone cannot be stored: {value!r}")
        value = value.astimezone(UTC)
        if dialect.name == "sqlite":
            return value.isoformat(timespec="microseconds")[:-6] + "Z"
        return value

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Return the instant in UTC."""
        if value is None:
            return None
        if isinstance(value, str):
            return datetime.fromisoformat(value)
        assert isinstance(value, datetime)
        return value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """A decimal of any length, kept as plain text, so that no digit is lost and equal amounts are equal text.

    Text neither sorts nor adds as a number: arithmetic and order in SQL are refused with TypeError.
    """

    impl = Text
    cache_ok = True

    class Comparator(TypeDecorator.Comparator[Decimal]):
        """Lets through equality, and nothing that would treat the text as a number."""

        def operate(self, op: operators.OperatorType, *other: Any, **kwargs: Any) -> ColumnElement[Any]:
            """Refuse order and arithmetic."""
            if op not in _EXACT_ALLOWS:
                raise TypeError(f"{op.__name__} on an Exact column: read the values and reckon in Python")
            return super().operate(op, *other, **kwargs)

        def reverse_operate(self, op: operators.OperatorType, *_: Any, **__: Any) -> ColumnElement[Any]:
            """Refuse arithmetic with the column on the right."""
            raise TypeError(f"{op.__name__} on an Exact column: read the values and reckon in Python")

    @property
    def comparator_factory(self) -> Callable[..., Any]:  # type: ignore[override]
        """The comparator that refuses arithmetic."""
        return Exact.Comparator

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Refuse floats, NaN and infinities with ValueError."""
        if value is None:
            return None
        if not isinstance(value, Decimal | int) or isinstance(value, bool):
            raise ValueError(f"not an exact number: {value!r}")
        value = Decimal(value)
        if not value.is_finite():
            raise ValueError(f"not a finite number: {value!r}")
        return plain(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        """Return the decimal. Lots have eight of them each, most are 0: what was read before need not be read again."""
        return None if value is None else _decimal(value)


_decimal = lru_cache(maxsize=4096)(Decimal)
_EXACT_ALLOWS = frozenset(
    {operators.eq, operators.ne, operators.is_, operators.is_not, operators.in_op, operators.not_in_op}
)


class Json(TypeDecorator[Any]):
    """A JSON value; None is SQL NULL. A change inside a loaded value is not noticed: assign a new one.

    PostgreSQL: `json`, which keeps member order and every string that JSON can write; `jsonb` does neither.
    """

    impl = JSON
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(none_as_null=True)

    def coerce_compared_value(self, op: operators.OperatorType | None, value: Any) -> Any:
        """Let the plain JSON type choose what the right side of `column[key] == value` is."""
        return self.impl_instance.coerce_compared_value(op, value)


class Hash(TypeDecorator[bytes]):
    """A SHA-256: exactly 32 bytes."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self) -> None:
        super().__init__(length=32)

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:
        """Refuse any other length with ValueError."""
        if value is not None and len(value) != 32:
            raise ValueError(f"a hash has 32 bytes, this has {len(value)}")
        return value


class Base(DeclarativeBase):
    """Base of every table. Constraint names are fixed here, so that a migration can name what it drops."""

    metadata = MetaData(naming_convention=_NAMES)
    type_annotation_map = {
        datetime: Utc,
        Decimal: Exact,
        dict[str, Any]: Json,
        list[Any]: Json,
        int: BigInteger().with_variant(Integer, "sqlite"),  # SQLite gives row ids only to INTEGER
    }


def table_of(model: type[Base]) -> Table:
    """Return a model's table, for statements that name columns apart from the class."""
    assert isinstance(model.__table__, Table)
    return model.__table__
