"""`lotproof hold` and `release`: lots may not move, until two people agree that they may."""

import click

from lotproof.kernel.identifiers import LotId
from lotproof_cli.acts import author_of, tell_recorded
from lotproof_cli.arguments import LOT, WORDS, approve_option, by_option, command
from lotproof_cli.surroundings import Here


@command("hold")
@click.argument("lots", type=LOT, nargs=-1, required=True, metavar="LOT...")
@click.option("--reason", type=WORDS, required=True, help="Why; kept private.")
@by_option
def hold(here: Here, lots: tuple[LotId, ...], reason: str, by: str | None) -> None:
    """Put lots on hold: they may not be shipped, sold, packed or used until they are released."""
    from lotproof.lots import acts

    with here.writing() as log:
        done = acts.hold(log, author_of(log, by), lots, reason)
    tell_recorded(here, done, f"held {_names(lots)}")


@command("release")
@click.argument("lots", type=LOT, nargs=-1, required=True, metavar="LOT...")
@approve_option
@click.option("--reason", type=WORDS, default="released", help="Why; kept private.")
@click.option("--recall", is_flag=True, help="End their recalls too.")
@by_option
def release(
    here: Here, lots: tuple[LotId, ...], approvals: tuple[str, ...], reason: str, recall: bool, by: str | None
) -> None:
    """Release lots from their holds. Two different people have to approve."""
    from lotproof.lots import acts

    with here.writing() as log:
        done = acts.release(log, author_of(log, by, approvals), lots, reason, ends_recall=recall)
    tell_recorded(here, done, f"released {_names(lots)}")


def _names(lots: tuple[LotId, ...]) -> str:
    return str(lots[0]) if len(lots) == 1 else f"{len(lots)} lots"
