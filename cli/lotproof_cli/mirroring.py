"""`lotproof import`: somebody's log on one's own machine, verified before it counts, and kept up to date."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lotproof.kernel.clock import system_clock
from lotproof_cli.arguments import command
from lotproof_cli.output import facts, heading
from lotproof_cli.places import database_option, home_option, place_of
from lotproof_cli.progress import both
from lotproof_cli.surroundings import Here
from lotproof_cli.verify import processes

if TYPE_CHECKING:
    from lotproof.copies.incoming import Incoming
    from lotproof.copies.mirror import Mirrored
    from lotproof.instance import Place

_SAID = {
    "made": "The mirror is made: all of it was verified.",
    "grown": "The mirror is up to date: what is new was verified, and follows what was here.",
    "up_to_date": "Nothing is new: the mirror has the same log.",
    "mirror_ahead": "Nothing is new: what was offered is older, and of the same history.",
}


@command("import")
@click.argument("source", metavar="DIR|FILE.tar|URL")
@home_option(required=True)
@database_option
@click.option("--key", help="The log's key as you know it from elsewhere.")
@click.option("--authority", metavar="DID", help="The authority's key as you know it from elsewhere.")
@click.option("--log-only", is_flag=True, help="Leave totals and traces to the next import.")
def import_(
    here: Here,
    source: str,
    home: Path,
    database: str | None,
    key: str | None,
    authority: str | None,
    log_only: bool,
) -> None:
    """Make a read-only mirror of a log in a new home, or bring one up to date.

    Every entry, signature, chain and key is verified before anything counts. Then totals and traces are rebuilt from
    the log; a mirror that is served meanwhile says how far that is. What was stopped goes on when it is run again.
    Serve the mirror with LOTPROOF_HOME set to its home. The first import pins the log's key; give it with --key if you
    know it from elsewhere.
    """
    from lotproof.copies.mirror import Trust, Work, import_mirror
    from lotproof.copies.settling import settle

    place = place_of(here, home, database)
    home.mkdir(parents=True, exist_ok=True)
    with _incoming(source, home) as incoming:
        size = _size_of(incoming)
        with processes(size) as use, both(size) as (tick, worked):
            done = import_mirror(place, incoming, Trust(key, authority), Work(use, tick, worked, log_only))
    settle(place, system_clock, os.urandom)
    here.answer(done, lambda: _tell(done, place))


@contextmanager
def _incoming(source: str, home: Path) -> "Iterator[Incoming]":
    from lotproof.copies.incoming import incoming_parcel, incoming_web
    from lotproof_cli.tile_readers import reader_of

    if "://" in source:
        with incoming_web(source, reader_of(source), home) as incoming:
            yield incoming
    else:
        with incoming_parcel(Path(source), home) as incoming:
            yield incoming


def _size_of(incoming: "Incoming") -> int:
    from lotproof.kernel.errors import LotproofError

    try:
        return incoming.source().size
    except LotproofError:
        return 0  # the import says what is wrong with the checkpoint


def _tell(done: "Mirrored", place: "Place") -> None:
    heading(_SAID[done.result])
    facts(
        [
            ("log", done.origin),
            ("entries here", done.size),
            ("taken over now", done.added),
            ("log's key", done.log_key),
            ("disclosures", done.disclosures or None),
            ("documents not here", len(done.blobs_missing) or None),
        ]
    )
    if not done.pinned:
        click.echo("The key came with the log, and is pinned from now on. Compare it with what others know.")
    click.echo(f"Serve it: LOTPROOF_HOME={place.home} lotproof serve")
