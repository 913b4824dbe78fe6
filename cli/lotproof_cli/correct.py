"""`lotproof correct`: say that a recorded event was wrong. It stays; it no longer counts."""

import click

from lotproof.epcis.vocabulary import ERROR_REASONS
from lotproof_cli.acts import author_of, tell_recorded
from lotproof_cli.arguments import approve_option, by_option, command
from lotproof_cli.surroundings import Here


@command("correct")
@click.argument("entry", type=click.IntRange(min=0))
@click.option("--reason", type=click.Choice(sorted(ERROR_REASONS)), required=True)
@approve_option
@by_option
def correct(here: Here, entry: int, reason: str, approvals: tuple[str, ...], by: str | None) -> None:
    """Declare the event of ENTRY (its index on the log) an error.

    What it moved is taken back, and lots that came after are held. With incorrect_data, record the event as it
    really was afterwards; `lotproof corrections` does both, for many events at once. Lots on hold need --approve
    twice, by different people.
    """
    from lotproof.lots import acts

    with here.writing() as log:
        done, _ = acts.correct(log, author_of(log, by, approvals), entry, reason)
    tell_recorded(here, done, f"entry {entry} is declared an error")
