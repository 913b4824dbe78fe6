"""`lotproof export`: the log with its documents, for somebody who will not take our word for it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from lotproof_cli.arguments import command
from lotproof_cli.output import facts, heading
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here


@command("export")
@click.argument("place", metavar="DIR|FILE.tar", type=click.Path(path_type=Path))
@click.option("--private", is_flag=True, help="With the disclosures that open what entries hide: names, prices.")
@click.option(
    "--since", type=click.IntRange(0), default=0, metavar="SIZE", help="Only what a copy of SIZE entries lacks."
)
def export(here: Here, place: Path, private: bool, since: int) -> None:
    """Write the log, its tiles and the documents that its entries name, to a folder or a tar file.

    No key goes with it. The folder is laid out as a log is served, so any C2SP tool can read it. Run again, it
    brings the folder up to date.
    """
    from lotproof.copies.export import Wish
    from lotproof.copies.export import export as write_export

    log = here.log
    size = log.publish()  # what is handed out is published
    with progress("exporting", size - since) as tick:
        manifest = write_export(log, place, Wish(private, since), tick)
    here.answer(manifest | {"place": str(place)}, lambda: _tell(manifest, place))


def _tell(manifest: Mapping[str, Any], place: Path) -> None:
    heading(f"{place}: {manifest['size']} entries of {manifest['origin']}, {manifest['files']} files.")
    missing = len(manifest["blobsMissing"]) or None
    facts([("root", manifest["root"]), ("log's key", manifest["logKey"]), ("documents not here", missing)])
    if manifest["private"]:
        click.echo("It holds what is not for everybody, in the folder private: hand it to nobody else.")
    click.echo(f"Whoever gets it runs: lotproof import {place.name} --home NEW --key '{manifest['logKey']}'")
    click.echo("The key must come from elsewhere: one that comes with the log proves nothing.")
