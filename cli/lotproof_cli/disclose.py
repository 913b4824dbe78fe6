"""`lotproof disclose`: an entry's hidden parts in one file, for somebody who checks them alone."""

from pathlib import Path

import click

from lotproof_cli.arguments import command
from lotproof_cli.surroundings import Here


@command("disclose")
@click.argument("entry", type=click.IntRange(min=0))
@click.option("-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option(
    "--only", multiple=True, metavar="POINTER", help="Open this part alone, as /event/lotproof:note; repeatable."
)
def disclose(here: Here, entry: int, file: Path, only: tuple[str, ...]) -> None:
    """Write what opens the hidden parts of ENTRY, with its proof. What is handed on cannot be called back."""
    from lotproof.lots.disclosing import make_disclosures
    from lotproof.proof.disclosed import check

    with here.reading() as db:
        data = make_disclosures(db, entry, None, only)
    report = check(data, here.log.verifier_key)
    file.write_bytes(data)
    opened = [name for name, _value in report.opened]
    answer = {
        "file": str(file), "entry": entry, "opened": opened, "closed": report.closed, "log_key": report.log_key,
    }  # fmt: skip
    here.answer(
        answer,
        lambda: click.echo(
            f"{file}: opens {', '.join(opened)} of entry {entry}.\n"
            f"Whoever gets it runs: lotproof check {file} --key '{report.log_key}'"
        ),
    )
