"""`lotproof rebuild`: make every derived table anew from the entries of the log."""

from typing import TYPE_CHECKING, Any

import click

from lotproof_cli.arguments import command
from lotproof_cli.output import facts, heading
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.rebuild import Rebuilt


@command("rebuild")
def rebuild(here: Here) -> None:
    """Make totals, traces, findings, holds, master data and chains anew from the log.

    The log is verified first; with a fault in it nothing is touched. Pages show the old state until all of it is
    done, then the new one. Whoever wants to record meanwhile waits, and is refused after a while.
    """
    done = _rebuild(here)
    here.answer(_as_dict(done), lambda: _tell(done))


def _rebuild(here: Here) -> "Rebuilt":
    from lotproof.kernel.errors import LogFaultError
    from lotproof.lots.rebuild import rebuild as make
    from lotproof.storage.engine import open_engine, writing
    from lotproof_cli.verify import verify_database

    report = verify_database(here, None, None, with_heads=False)
    if report.fault is not None:
        raise LogFaultError(
            "log_fault",
            f"the log has a fault, so that nothing can be rebuilt from it: {report.fault}",
            "lotproof verify says where; restore a backup that is whole: lotproof restore",
        )
    engine = open_engine(here.place.url)  # that of a mirror's log is closed for writing
    try:
        with writing(engine) as db, progress("rebuilding", report.size) as tick:
            return make(db, here.log.around.blobs, tick)
    finally:
        engine.dispose()


def _as_dict(done: "Rebuilt") -> dict[str, Any]:
    return {"ok": True, "entries": done.entries, "tables": done.rows, "not_derived": list(done.not_derived)}


def _tell(done: "Rebuilt") -> None:
    heading(f"Rebuilt from {done.entries} entries.")
    facts([(name, rows) for name, rows in done.rows.items()])
    click.echo(f"Not derived from the log, and left as they were: {', '.join(done.not_derived)}")
