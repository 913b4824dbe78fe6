"""`lotproof master-key`: the key under which the private keys lie in the database."""

from pathlib import Path

import click

from lotproof_cli.arguments import command
from lotproof_cli.output import facts, heading
from lotproof_cli.surroundings import Here


@click.group("master-key")
def master_key() -> None:
    """Replace the key that encrypts the private keys in the database."""


@command("rotate")
@click.option(
    "--to", "file", type=click.Path(path_type=Path, dir_okay=False),
    help="File with the new key, made where it is missing; without it the new key takes the old one's place.",
)  # fmt: skip
def rotate(here: Here, file: Path | None) -> None:
    """Make a new master key and seal every private key with it.

    Backups made before open with the key of before: keep that with them. Whoever may have copied both the database
    and its master key has the private keys themselves: rotate those too (lotproof key rotate).
    """
    from lotproof.instance import replace_master_key

    path, count = replace_master_key(here.place, here.log, file.absolute() if file else None)
    answer = {"file": str(path), "sealed": count, "set": "LOTPROOF_MASTER_KEY_FILE" if file else None}
    here.answer(answer, lambda: _tell(path, count, told=file is None))


def _tell(path: Path, count: int, *, told: bool) -> None:
    heading("Every private key is sealed with the new master key.")
    facts([("file", path), ("sealed", count)])
    if not told:
        click.echo(
            f"Now set LOTPROOF_MASTER_KEY_FILE={path}, unset LOTPROOF_MASTER_KEY, and start the server anew."
        )
    click.echo(
        "Keep a copy of it apart from the database, and the key of before with the backups made before."
    )


master_key.add_command(rotate)
