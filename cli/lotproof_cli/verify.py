"""`lotproof verify`: the whole ledger, or somebody's published log, believed nothing and checked."""

import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from lotproof_cli import other_logs
from lotproof_cli.arguments import command
from lotproof_cli.compared import as_dict, compare_projections, tell
from lotproof_cli.other_logs import verify_other
from lotproof_cli.output import facts
from lotproof_cli.progress import counting
from lotproof_cli.surroundings import Here
from lotproof_cli.verified import answer_of, tell_outcome

if TYPE_CHECKING:
    from lotproof.lots.projections import ProjectionsReport
    from lotproof.proof.log_source import LogSource
    from lotproof.proof.verify import Report

WORTH_PROCESSES = 20_000
"""Entries from which a second process is quicker than its start."""


@command("verify")
@click.option("--log", "place", metavar="URL|DIR", help="Verify these tiles instead of the ledger here.")
@click.option("--key", help="The log's key as you know it from elsewhere.")
@click.option("--authority", metavar="DID", help="The authority's key as you know it from elsewhere.")
@click.option(
    "--projections", is_flag=True, help="Compare also every derived table with a rebuild from the entries."
)
@click.option("--hashes", is_flag=True, help="With --log: check the hash tiles alone, where entries are not shown.")
@click.pass_context
def verify(
    ctx: click.Context,
    here: Here,
    place: str | None,
    key: str | None,
    authority: str | None,
    projections: bool,
    hashes: bool,
) -> None:
    """Check every entry: its bytes, the tree above it, its chains, its signatures and whose keys made them.

    The first fault is named with its entry. A history that was rewritten and signed again as a whole is found
    only with a --key that you got elsewhere, or against an older checkpoint.

    With --log any log is read that is published as C2SP tlog-tiles. Of one with other entries than ours the tree is
    checked, and the answer says so.
    """
    if place and projections:
        raise click.UsageError("--projections compares the tables here: a log elsewhere has none")
    if hashes and (not place or authority):
        raise click.UsageError("--hashes goes with --log, and says nothing about an --authority")
    other = verify_other(place, key, authority, hashes=hashes) if place else None
    if other is not None:
        here.answer(other_logs.as_dict(other), lambda: other_logs.tell(other))
        ctx.exit(0 if other.ok else 1)
    report = _verify_tiles(place, key, authority) if place else verify_database(here, key, authority)
    answer = _as_dict(report) | {"pinned": key is not None}
    derived = compare_projections(here, report.size) if projections and report.ok else None
    if derived:
        answer |= {"ok": derived.ok, "projections": as_dict(derived)}
    here.answer(answer, lambda: _tell(report, derived))
    if not answer["ok"]:
        ctx.exit(1)


def _verify_tiles(place: str, key: str | None, authority: str | None) -> "Report":
    from lotproof.proof.tile_source import TileSource
    from lotproof_cli.tile_readers import reader_of

    source = TileSource(reader_of(place))
    with processes(_size_of(source)) as use:
        return _run(source, key, authority, use)


def verify_database(
    here: Here, key: str | None, authority: str | None, *, with_heads: bool = True
) -> "Report":
    """Verify the log in the database. with_heads: compare the table of chains too, which is derived.

    Raises: LogFaultError `log_rolled_back`, `log_forked`, `checkpoint_damaged` where all is right in itself, and not
    what was published.
    """
    from lotproof.ledger.log_source import DatabaseSource
    from lotproof.proof.verify import compare_heads

    unlike_published = here.look_at()
    with here.reading(derived=False) as db:
        size = DatabaseSource(db).size
    here.log.engine.dispose()  # no connection may be open while a process forks
    with processes(size) as use, here.reading(derived=False) as db:
        source = DatabaseSource(db)
        report = _run(source, key or here.log.verifier_key, authority or here.log.authority, use)
        wrong = with_heads and report.state and compare_heads(report.state, source.heads())
        report = replace(report, fault=wrong) if wrong else report
    if unlike_published is not None and report.ok:
        raise unlike_published
    return report


def _size_of(source: "LogSource") -> int:
    from lotproof.kernel.errors import LotproofError

    try:
        return source.size
    except LotproofError:
        return 0  # the verifier says what is wrong with the checkpoint


def _run(source: "LogSource", key: str | None, authority: str | None, use: Any) -> "Report":
    from lotproof.proof.verify import verify_log

    with counting(source, "verifying") as counted:
        return verify_log(counted, log_key=key, authority=authority, map=use)


@contextmanager
def processes(entries: int) -> "Iterator[Callable[..., Any] | None]":
    """Give the map of a process for each processor, where it is worth it and processes can be forked."""
    if (
        entries < WORTH_PROCESSES
        or "fork" not in multiprocessing.get_all_start_methods()
        or os.cpu_count() == 1
    ):
        yield None
        return
    with ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        list(pool.map(abs, (1,)))  # all are forked now, before there is a database or a thread
        yield pool.map


def _as_dict(report: "Report") -> dict[str, Any]:
    return answer_of(report) | {
        "depth": report.depth,
        "entries_checked": True,
    }


def _tell(report: "Report", derived: "ProjectionsReport | None") -> None:
    tell_outcome(report, f"All {report.checked} entries hold.", f"{report.checked} entries before it hold.")
    facts([("log", report.origin), ("size", report.size), ("root", report.root and report.root.hex())])
    if not report.pinned:
        click.echo("The signature of its checkpoint was not checked: give the log's key with --key.")
    if derived is not None:
        tell(derived)


__all__: Sequence[str] = ("verify",)
