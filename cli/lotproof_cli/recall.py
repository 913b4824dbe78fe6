"""`lotproof recall` and `drill`: everything that came from bad lots, where it is, and whom to tell."""

from typing import TYPE_CHECKING

import click

from lotproof.kernel.identifiers import LotId, identify
from lotproof_cli.acts import author_of
from lotproof_cli.arguments import LOT, approve_option, by_option, command
from lotproof_cli.output import amount, heading, table
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.recall import Reach


@command("recall")
@click.argument("lots", type=LOT, nargs=-1, required=True, metavar="LOT...")
@click.option("--reason", required=True, help="Why; kept private.")
@approve_option
@by_option
def recall(
    here: Here, lots: tuple[LotId, ...], reason: str, approvals: tuple[str, ...], by: str | None
) -> None:
    """Recall lots and all that came from them: every one of these is held."""
    from lotproof.lots import recall as recalls

    with here.writing() as log:
        found = recalls.recall(log, author_of(log, by, approvals), lots, reason)
    here.answer(found, lambda: _tell(found))


@command("drill")
@click.argument("lots", type=LOT, nargs=-1, required=True, metavar="LOT...")
def drill(here: Here, lots: tuple[LotId, ...]) -> None:
    """Say what a recall of these lots would reach, and change nothing."""
    from lotproof.lots import recall as recalls

    found = recalls.drill(here.log, lots)
    here.answer(found, lambda: _tell(found))


def _tell(found: "Reach") -> None:
    many = len(found.affected)
    heading(
        f"Recalled as {found.recall}: {many} lots" if found.recall else f"A recall would reach {many} lots"
    )
    rows = [
        (
            _short(one.lot) + ("  (only by a corrected event)" if one.only_by_voided else ""),
            amount(one.on_hand, one.uom),
            amount(one.in_transit, one.uom),
            amount(one.sold, one.uom),
            (one.place or "").rpartition("/")[2],
        )
        for one in found.affected
    ]
    table(("lot", "on hand", "in transit", "sold", "place"), rows, right=(1, 2, 3))
    if found.receivers:
        heading("To be told")
        told = [(_short(one.lot), one.how, amount(one.amount, one.uom), one.to) for one in found.receivers]
        table(("lot", "how", "amount", "to"), told, right=(2,))
    missing = ", ".join(word.replace("_", " ") for word in found.not_recorded)
    if missing:
        click.echo(f"Not recorded here: {missing}.")


def _short(uri: str) -> str:
    return str(identify(uri).lot or uri)
