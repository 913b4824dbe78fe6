"""Figures about the whole instance that an operator watches, read in one moment of the database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Select, func, select

from lotproof.ledger import tables as t
from lotproof.ledger.publisher import CHECKPOINT, published_size
from lotproof.lots.capture_models import CaptureJob
from lotproof.lots.models import Finding, Hold


@dataclass(frozen=True, slots=True)
class VitalSigns:
    """checkpoint_age_s: since the newest checkpoint file was written; NaN where nothing is published."""

    inbox_waiting: int
    log_size: int
    published_size: int
    checkpoint_age_s: float
    holds_open: int
    capture_jobs: Mapping[str, int]
    findings_open: Mapping[str, int]


def vital_signs(db: Connection, tiles: Path | None, now: datetime) -> VitalSigns:
    """Read them all. tiles: where the log is published, if it is."""
    jobs = select(CaptureJob.state, func.count()).group_by(CaptureJob.state)
    findings = select(Finding.code, func.count()).where(Finding.closed_by.is_(None)).group_by(Finding.code)
    return VitalSigns(
        inbox_waiting=_number(db, select(func.count()).select_from(t.inbox)),
        log_size=_number(db, select(t.head.c.size)),
        published_size=published_size(tiles) if tiles else 0,
        checkpoint_age_s=_age_s(tiles, now),
        holds_open=_number(db, select(func.count()).select_from(Hold).where(Hold.until.is_(None))),
        capture_jobs=_by_name(db, jobs),
        findings_open=_by_name(db, findings),
    )


def _number(db: Connection, statement: Select[Any]) -> int:
    return int(db.execute(statement).scalar_one())


def _by_name(db: Connection, statement: Select[Any, Any]) -> dict[str, int]:
    return {str(name): int(number) for name, number in db.execute(statement)}


def _age_s(tiles: Path | None, now: datetime) -> float:
    try:
        written = (tiles / CHECKPOINT).stat().st_mtime if tiles else None
    except FileNotFoundError:
        written = None
    return float("nan") if written is None else (now - datetime.fromtimestamp(written, UTC)).total_seconds()
