"""The declarative base: names that migrations can rely on, and types by annotation."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from lotproof.storage.base import Base, Exact, Json, Utc


class OwnBase(DeclarativeBase):
    """The same rules, without adding tables to the real base."""

    metadata = type(Base.metadata)(naming_convention=Base.metadata.naming_convention)
    type_annotation_map = Base.type_annotation_map


class Crate(OwnBase):
    __tablename__ = "crate"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    inside: Mapped[int | None] = mapped_column(ForeignKey("crate.id"), index=True)
    weighed_at: Mapped[datetime]
    weight: Mapped[Decimal | None]
    labels: Mapped[dict[str, Any]]


def test_every_constraint_has_a_name_that_a_migration_can_drop() -> None:
    table = Crate.__table__

    names = {str(constraint.name) for constraint in table.constraints} | {str(i.name) for i in table.indexes}

    assert names == {"pk_crate", "uq_crate_code", "fk_crate_inside_crate", "ix_crate_inside"}


def test_annotations_choose_the_types_that_mean_the_same_on_both_databases() -> None:
    columns = Crate.__table__.columns

    assert isinstance(columns.weighed_at.type, Utc)
    assert isinstance(columns.weight.type, Exact)
    assert isinstance(columns.labels.type, Json)
    assert isinstance(columns.inside.type, BigInteger)
