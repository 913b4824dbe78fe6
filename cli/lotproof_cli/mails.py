"""`lotproof mails`: what could not be sent, and to have it sent again."""

import click

from lotproof.kernel.clock import system_clock
from lotproof_cli.arguments import GroupWithDefault, command
from lotproof_cli.output import printable, table
from lotproof_cli.surroundings import Here


@click.group("mails", cls=GroupWithDefault, default="list", invoke_without_command=True)
@click.pass_context
def mails(ctx: click.Context) -> None:
    """List mails and text messages that have not got through, and send them again."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@command("list")
def list_(here: Here) -> None:
    """List what has not got through, newest first; whom it is for is said by the account's name."""
    from lotproof.notices.undelivered import by_state, undelivered

    with here.reading() as db:
        rows, states = undelivered(db), by_state(db)
    lines = [
        (
            str(one.id),
            one.channel,
            one.kind,
            one.state,
            str(one.tries),
            printable(one.name),
            printable(one.error),
        )
        for one in rows
    ]
    here.answer(
        {"states": states, "undelivered": rows},
        lambda: table(("id", "by", "kind", "state", "tries", "for", "why"), lines),
    )


@command("retry")
@click.argument("ids", metavar="[ID]...", type=int, nargs=-1)
def retry(here: Here, ids: tuple[int, ...]) -> None:
    """Have what was given up sent again: these, or all. A serving ledger, or `lotproof tick`, sends them."""
    from lotproof.notices.outbox import try_again
    from lotproof.storage.engine import writing

    with writing(here.log.engine) as db:
        count = try_again(db, system_clock(), ids or None)
    here.answer({"waiting": count}, lambda: click.echo(f"{count} wait to be sent again."))


for _command in (list_, retry):
    mails.add_command(_command)
