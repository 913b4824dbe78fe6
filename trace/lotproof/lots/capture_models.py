"""Capture jobs and the events that wait in them. Nothing here is derived from the log, or needed by it."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Json, Utc


class CaptureJob(Base):
    """One document. state: staging → staged → done, or failed.  done: events applied so far, so that it resumes."""

    __tablename__ = "capture_job"
    __table_args__ = (Index("ix_capture_job_party", "party", "created_at"),)

    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    party: Mapped[str] = mapped_column(Text)
    behaviour: Mapped[str] = mapped_column(String(8))
    state: Mapped[str] = mapped_column(String(8), index=True)
    header: Mapped[dict[str, Any]] = mapped_column(Json)
    created_at: Mapped[datetime] = mapped_column(Utc)
    finished_at: Mapped[datetime | None] = mapped_column(Utc)
    events: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=-1)
    entries: Mapped[int] = mapped_column(Integer, default=0)
    repeated: Mapped[int] = mapped_column(Integer, default=0)
    errors: Mapped[list[Any]] = mapped_column(Json)


class StagedEvent(Base):
    """A validated event that waits for its turn. body: JSON text as it came."""

    __tablename__ = "capture_event"

    job: Mapped[str] = mapped_column(String(36), primary_key=True)
    position: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    path: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)
