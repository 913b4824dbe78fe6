"""Season files from a browser: read and tried first, recorded when somebody says yes."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO

from flask import Response
from werkzeug.datastructures import FileStorage

from lotproof.kernel.errors import LotproofError, NotFoundError, Problem
from lotproof.lots.book import uploads
from lotproof.lots.book.seasons import as_member, write_rows
from lotproof.parties.records import zone_of
from lotproof.people.actor import Actor
from lotproof.storage.engine import reading, writing
from lotproof_schemas.season_table import SeasonRow, read_season
from lotproof_web.api.here import ledger
from lotproof_web.refusals import TooLargeError
from lotproof_web.signed_in import now

MOST_BYTES = 8 * 1024 * 1024
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Trial:
    """What a file would record: how many rows of each kind. upload: what is kept for the yes, None where it is not."""

    name: str
    rows: int = 0
    kinds: Mapping[str, int] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    upload: int | None = None


class _TakeBackError(Exception):
    """Ends a trial: everything that it wrote is taken back."""


def try_file(file: FileStorage | None, who: Actor) -> Trial:
    """Read a file, record its rows and take all of it back, to say what would happen."""
    if file is None or not file.filename:
        return Trial("", problems=[Problem("file", "missing", "choose a file")])
    data = file.stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise TooLargeError("file_too_large", f"the file has more than {MOST_BYTES} bytes", "split it in two")
    name = file.filename[-100:]
    rows, problems = _rows(data, name)
    if problems:
        return Trial(name, problems=problems)
    trial = _record(rows, who, name, keep=False)
    if trial.problems:
        return trial
    with writing(ledger().log.engine) as db:
        upload = uploads.keep_upload(db, who, name, data, now())
    return Trial(name, trial.rows, trial.kinds, (), upload)


def record_upload(upload: int, who: Actor) -> Trial:
    """Record a file that was tried. Raises: NotFoundError `no_such_upload`."""
    with reading(ledger().log.engine) as db:
        kept = uploads.upload_of(db, who, upload)
    if kept is None:
        raise NotFoundError("no_such_upload", "this file is not kept any more", "choose it again")
    rows, problems = _rows(kept.data, kept.name)
    return (
        Trial(kept.name, problems=problems)
        if problems
        else _record(rows, who, kept.name, keep=True, upload=upload)
    )


def template_answer() -> Response:
    """The empty file."""
    from lotproof_schemas.season_template import template

    response = Response(template(), mimetype=_XLSX)
    response.headers["Content-Disposition"] = 'attachment; filename="season.xlsx"'
    return response


def _rows(data: bytes, name: str) -> tuple[Sequence[SeasonRow], Sequence[Problem]]:
    with reading(ledger().log.engine) as db:
        read = read_season(BytesIO(data), lambda place: zone_of(db, place), name)
    return read.rows, read.problems


def _record(
    rows: Sequence[SeasonRow], who: Actor, name: str, *, keep: bool, upload: int | None = None
) -> Trial:
    kinds = Counter(row.fact.kind if row.fact else row.record.type if row.record else "" for row in rows)
    try:
        with ledger().log.unit_of_work() as uow:
            write_rows(uow, rows, as_member(ledger().log.operator, who))
            if upload is not None:
                uploads.forget_upload(uow.db, who, upload)
            if not keep:
                raise _TakeBackError
    except _TakeBackError:
        pass
    except LotproofError as error:
        problems = error.problems or [Problem("file", error.code, error.message)]
        return Trial(name, len(rows), kinds, problems)
    return Trial(name, len(rows), kinds)
