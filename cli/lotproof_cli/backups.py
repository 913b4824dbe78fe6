"""`lotproof backup` and `lotproof restore`."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.clock import system_clock
from lotproof_cli.arguments import command
from lotproof_cli.output import facts, heading
from lotproof_cli.places import database_option, home_option, place_of
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here
from lotproof_cli.verify import processes

if TYPE_CHECKING:
    from lotproof.copies.adopt import Adoption
    from lotproof.copies.published import Published
    from lotproof.copies.restore import Restored
    from lotproof.instance import Place


@command("backup")
@click.argument("place", metavar="FILE.tar|DIR", type=click.Path(path_type=Path))
def backup(here: Here, place: Path) -> None:
    """Write everything that this instance needs but the master key: tables, documents, sealed private keys.

    The instance may go on meanwhile. A backup of SQLite can be restored into PostgreSQL, and the other way round.
    """
    from lotproof.copies.backup import backup as write_backup

    log = here.log
    with progress("backing up rows", None) as tick:
        manifest = write_backup(log, place, tick)
    here.answer(manifest | {"place": str(place)}, lambda: _tell_backup(manifest, place, here.place))


@command("restore")
@click.argument("file", metavar="[FILE.tar|DIR]", type=click.Path(path_type=Path), required=False)
@home_option(required=False)
@database_option
@click.option(
    "--published", metavar="DIR|URL", help="The newest published tiles of this log, wherever they are."
)
@click.option("--nothing-published", is_flag=True, help="Nobody has seen more than the backup holds.")
@click.option(
    "--adopt-published",
    "adopted",
    metavar="DIR|URL",
    help="Take from these tiles the entries that are missing.",
)
@click.pass_context
def restore(
    ctx: click.Context,
    here: Here,
    file: Path | None,
    home: Path | None,
    database: str | None,
    published: str | None,
    nothing_published: bool,
    adopted: str | None,
) -> None:
    """Restore a backup into an empty place, and compare it with what was published.

    Where others have seen entries that are not in it, nothing is recorded until that is settled: the next entry
    would fork the log. The published entries can be taken over as they are: --adopt-published.
    """
    from lotproof.copies.settling import settle

    place = place_of(here, home, database)
    if file is None and adopted is None:
        raise click.UsageError("name a backup, or tiles with --adopt-published", ctx)
    if adopted is None:
        assert file is not None
        restored = _restore(place, file, published, nothing_published)
        settle(place, system_clock, os.urandom)
        here.answer(restored, lambda: _tell_restored(restored, place))
        return
    if file is not None:
        _restore_what_is_behind(place, file, adopted)
    done = _adopt(place, adopted)
    settle(place, system_clock, os.urandom)
    here.answer(done, lambda: _tell_adopted(done, place))


def _restore(place: "Place", file: Path, published: str | None, nothing_published: bool) -> "Restored":
    from lotproof.copies.restore import Wish
    from lotproof.copies.restore import restore as restore_backup

    with progress("restoring rows", None) as tick:
        seen = _published(published) if published else None
        return restore_backup(place, file, Wish(seen, nothing_published, tick))


def _restore_what_is_behind(place: "Place", file: Path, adopted: str) -> None:
    from lotproof.kernel.errors import LogFaultError

    try:
        _restore(place, file, adopted, False)
    except LogFaultError as error:
        if error.code != "log_rolled_back":
            raise


def _adopt(place: "Place", adopted: str) -> "Adoption":
    from lotproof.copies.adopt import adopt_published

    published = _published(adopted)
    size = published.source().size
    with processes(size) as use, progress("taking over", None) as tick:
        return adopt_published(place, published, use, tick)


def _published(where: str) -> "Published":
    from lotproof.copies.published import Published
    from lotproof_cli.tile_readers import reader_of

    return Published(where, reader_of(where))


def _tell_backup(manifest: Mapping[str, Any], file: Path, place: "Place") -> None:
    rows = sum(one["rows"] for one in manifest["tables"].values())
    heading(
        f"{file}: {manifest['size']} entries of {manifest['origin']}, {rows} rows, {manifest['blobs']} documents."
    )
    where = "LOTPROOF_MASTER_KEY" if place.master_key else str(place.key_file)
    click.echo(
        f"The master key is not in it, and without that key it is worth little: keep {where} in another place."
    )
    click.echo("It holds what is private: keep it as safe as the ledger itself.")


def _tell_restored(done: "Restored", place: "Place") -> None:
    heading(
        f"{done.size} entries of {done.origin} are restored and verified: {done.rows} rows, {done.blobs} documents."
    )
    if done.published is None:
        click.echo("It was compared with nothing that was published.")
        click.echo(
            "Whoever was erased after this backup is in it again, and nothing here can know that: erase them once more."
        )
    else:
        click.echo(f"{done.published} entries were published, and all of them are here: the log may go on.")
    click.echo(f"Serve it: LOTPROOF_HOME={place.home} lotproof serve")


def _tell_adopted(done: "Adoption", place: "Place") -> None:
    heading(f"{done.added} published entries were taken over; the log goes on with entry {done.size}.")
    lost = done.lost
    facts(
        [
            ("log", done.origin),
            ("of them, known here already", done.waiting or None),
            ("hidden parts that are lost", lost.hidden or None),
            ("in the entries", ", ".join(map(str, lost.entries)) or None),
            ("documents that are lost", len(lost.documents) or None),
            ("keys without their private half", ", ".join(lost.keys) or None),
        ]
    )
    if lost.keys:
        click.echo(
            "Organisations with such a key get a new one before they record again: lotproof key add"
        )
    click.echo(f"Serve it: LOTPROOF_HOME={place.home} lotproof serve")
