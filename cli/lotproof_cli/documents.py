"""`lotproof documents`: what a server does to documents behind the requests, and originals for who must see them."""

import os
from pathlib import Path

import click

from lotproof.kernel.errors import RefusedError
from lotproof_cli.arguments import command
from lotproof_cli.output import facts
from lotproof_cli.surroundings import Here


@click.group("documents")
def documents() -> None:
    """Look after papers that people handed in; see docs/documents.md."""


@command("work")
def work(here: Here) -> None:
    """Scan and clean what waits, and destroy the bytes of what was refused or removed.

    A server does it by itself; while one does, this changes nothing.
    """
    from lotproof.documents.clamd import Clamd
    from lotproof.documents.reading import is_installed, read_text
    from lotproof.documents.working import Sweep, Worker
    from lotproof.storage.one_process import one_process_at

    scanner = Clamd(here.settings.clamd) if here.settings.clamd else None
    with one_process_at(here.log.engine, "documents") as free:
        done = Worker(here.log, scanner, reader=read_text if is_installed() else None).sweep() if free else Sweep()
    told = {
        "cleaned": done.cleaned,
        "refused": done.refused,
        "waiting": done.waiting,
        "destroyed": done.destroyed,
        "read": done.read,
        "busy": not free,
    }
    here.answer(told, lambda: facts([(name, str(value)) for name, value in told.items()]))


@command("original")
@click.argument("id", metavar="ID")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, dir_okay=False), required=True, help="A new file."
)
def original(here: Here, id: str, output: Path) -> None:
    """Copy a document's original out of quarantine, as evidence. It may be harmful: do not open it.

    That it was taken out is noted on the audit page.
    """
    from lotproof.documents.actions import take_original

    if output.exists():
        raise RefusedError("file_exists", f"{output} is there already", "name another file")
    path = take_original(here.log, id)
    with path.open("rb") as source:
        handle = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as target:
            while chunk := source.read(1 << 16):
                target.write(chunk)
    here.answer(
        {"id": id, "file": str(output)}, lambda: click.echo(f"{output}: as it was sent. Do not open it.")
    )


for _command in (work, original):
    documents.add_command(_command)
