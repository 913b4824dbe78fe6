"""`lotproof heads`: state the newest entry of every chain on the log."""

import click

from lotproof_cli.arguments import command
from lotproof_cli.surroundings import Here


@command("heads")
def heads(here: Here) -> None:
    """State on the log which entry is the newest of every chain, so that proofs can show it.

    A serving ledger does it by itself (LOTPROOF_HEADS_MINUTES). Where nothing came since, nothing is written.
    """
    from lotproof.ledger.heads import state_heads

    with here.writing() as log:
        stated, is_new = state_heads(log)
    made = stated.heads
    answer = {
        "index": stated.index,
        "size": made.size,
        "root": made.root,
        "chains": made.chains,
        "recordTime": stated.recorded_at,
        "new": is_new,
    }
    told = "states" if is_new else "states already"
    here.answer(
        answer,
        lambda: click.echo(
            f"Entry {stated.index} {told} the heads of {made.chains} chains as of entry {made.size - 1}."
        ),
    )
