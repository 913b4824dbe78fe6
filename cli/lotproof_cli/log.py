"""`lotproof log`: the log's key, and its published files."""

import click

from lotproof_cli.arguments import command
from lotproof_cli.surroundings import Here


@click.group("log")
def log() -> None:
    """The log itself: its key, and the files that others read it from."""


@command("key")
def key(here: Here) -> None:
    """Print the log's verifier key, which others pin."""
    found = here.log
    answer = {"key": found.verifier_key, "origin": found.origin, "authority": found.authority}
    here.answer(answer, lambda: click.echo(found.verifier_key))


@command("publish")
def publish(here: Here) -> None:
    """Write what is missing of the log's tiles, and its checkpoint; number first what still waits."""
    log = here.log
    log.sequence()
    size = log.publish()
    answer = {"size": size, "folder": str(log.around.tiles)}
    here.answer(answer, lambda: click.echo(f"{size} entries are published in {log.around.tiles}"))


log.add_command(key)
log.add_command(publish)
