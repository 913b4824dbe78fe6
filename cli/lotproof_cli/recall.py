"""`lotproof recall` and `drill`: everything that came from bad lots, where it is, and whom to tell."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.identifiers import LotId, identify
from lotproof_cli.acts import author_of
from lotproof_cli.arguments import LOT, WORDS, GroupWithDefault, approve_option, by_option, command
from lotproof_cli.exports import export, export_options, lot_cells, number_of
from lotproof_cli.output import amount, best_name, heading, printable, state, table
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.recall import Reach
    from lotproof.lots.recall_lists import Line
    from lotproof.lots.recalls import Recall
    from lotproof_schemas.sheets import Sheet

_TITLES = {
    "on_hand": "On hand",
    "in_transit": "In transit",
    "sold": "Sold: to be told",
    "not_recorded": "Not recorded: nobody can say where it is",
    "gone": "Nothing left of it",
}


@click.group("recall", cls=GroupWithDefault, default="start")
def recall() -> None:
    """Recall lots and all that came from them; look recalls up; end them.

    `lotproof recall LOT... --reason WHY` holds everything that came from these lots, in one go.
    """


@command("start")
@click.argument("lots", type=LOT, nargs=-1, required=True, metavar="LOT...")
@click.option("--reason", type=WORDS, required=True, help="Why; kept private.")
@approve_option
@by_option
@export_options
def start(
    here: Here,
    lots: tuple[LotId, ...],
    reason: str,
    approvals: tuple[str, ...],
    by: str | None,
    csv: Path | None,
    xlsx: Path | None,
) -> None:
    """Recall lots and all that came from them: every one of these is held, or none where something fails."""
    from lotproof.lots import recall as recalls

    with here.writing() as log, progress("holding", None) as tick:
        found = recalls.recall(log, author_of(log, by, approvals), lots, reason, tick)
    _answer(here, found, csv, xlsx, f"Recalled as {found.recall}: {len(found.affected)} lots")


@command("drill")
@click.argument("lots", type=LOT, nargs=-1, required=True, metavar="LOT...")
@export_options
def drill(here: Here, lots: tuple[LotId, ...], csv: Path | None, xlsx: Path | None) -> None:
    """Say what a recall of these lots would reach, and change nothing."""
    from lotproof.lots import recall as recalls

    found = recalls.drill(here.log, lots)
    _answer(here, found, csv, xlsx, f"A recall would reach {len(found.affected)} lots")


@command("show")
@click.argument("uri", metavar="RECALL")
@export_options
def show(here: Here, uri: str, csv: Path | None, xlsx: Path | None) -> None:
    """Say how a recall stands today: its lots, the state of each, and whom to tell. RECALL is its URI."""
    from lotproof.lots import recalls

    with here.reading() as db:
        found = recalls.show_recall(db, uri, here.log.around.blobs)
    more = {"summary": found.recall, "ended": found.ended}
    said = (
        f"Recall {found.recall.recall}: {found.recall.still} of {found.recall.lots} lots are still recalled"
    )
    _answer(here, found.reach, csv, xlsx, said, more)


@command("list")
def list_(here: Here) -> None:
    """List recalls, the newest first."""
    from lotproof.lots import recalls

    with here.reading() as db:
        found = recalls.list_recalls(db)
    here.answer({"recalls": found}, lambda: _tell_recalls(found))


@command("end")
@click.argument("uri", metavar="RECALL")
@approve_option
@click.option("--reason", type=WORDS, default="the recall has ended", help="Why; kept private.")
@by_option
def end(here: Here, uri: str, approvals: tuple[str, ...], reason: str, by: str | None) -> None:
    """End a recall for all its lots. Two different people have to approve; other holds of the lots stay."""
    from lotproof.lots import recalls

    with here.writing() as log, progress("releasing", None) as tick:
        recalls.end_recall(log, author_of(log, by, approvals), uri, reason, tick)
    with here.reading() as db:
        found = recalls.require_recall(db, uri)
    here.answer(found, lambda: click.echo(f"Ended {uri}: {found.lots} lots are no longer recalled by it."))


for _one in (start, show, list_, end):
    recall.add_command(_one)


def _answer(
    here: Here,
    found: "Reach",
    csv: Path | None,
    xlsx: Path | None,
    title: str,
    more: dict[str, Any] | None = None,
) -> None:
    from lotproof.lots.recall_lists import LISTS, lines_of
    from lotproof.parties.records import names_of

    lines = lines_of(found)
    with here.reading() as db:
        names = names_of(db, {line.at for line in lines if line.at})
    export(csv, xlsx, lambda: _sheets(found, lines, names))
    lists = {name: [one for one in lines if one.list == name] for name in LISTS}
    shown = {
        "recall": found.recall,
        "seeds": found.seeds,
        "affected": found.affected,
        "receivers": found.receivers,
        "lists": lists,
        "not_recorded": found.not_recorded,
        **(more or {}),
    }
    here.answer(shown, lambda: _tell(found, lists, names, title))


def _tell(found: "Reach", lists: "dict[str, list[Line]]", names: Any, title: str) -> None:
    heading(title)
    for name, lines in lists.items():
        if lines:
            click.echo()
            heading(f"{_TITLES[name]} ({len({line.lot for line in lines})})")
            _tell_list(lines, names)
    missing = ", ".join(word.replace("_", " ") for word in found.not_recorded)
    if missing:
        click.echo(f"Not recorded here: {missing}.")


def _tell_list(lines: "list[Line]", names: Any) -> None:
    rows = [
        (
            _short(one.lot) + ("  (only by a corrected event)" if one.only_by_voided else ""),
            amount(one.amount, one.uom),
            state(one.state),
            printable(_named(one.at, names) or one.because),
        )
        for one in lines
    ]
    table(("lot", "amount", "state", "where or who"), rows, right=(1,))


def _tell_recalls(found: "list[Recall]") -> None:
    if not found:
        click.echo("No recall is recorded.")
        return
    rows = [
        (
            one.recall,
            f"{one.since:%Y-%m-%d %H:%M} UTC",
            str(one.lots),
            str(one.still),
            one.by.rpartition("/")[2],
        )
        for one in found
    ]
    table(("recall", "since", "lots", "still recalled", "by"), rows, right=(2, 3))


def _sheets(found: "Reach", lines: "tuple[Line, ...]", names: Any) -> "list[Sheet]":
    from lotproof_schemas.sheets import Sheet

    columns = (
        "list",
        "gtin",
        "lot",
        "amount",
        "unit",
        "where or who",
        "name",
        "state",
        "remark",
        "recall",
        "uri",
    )
    rows = []
    for one in lines:
        remark = "reached only by a corrected event" if one.only_by_voided else one.because
        key, who = lot_cells(one.lot), number_of(one.at)
        name = best_name(names.get(one.at, {})) or None
        rows.append(
            (one.list, *key, one.amount, one.uom, who, name, one.state, remark or None, found.recall, one.lot)
        )
    return [Sheet("Recall", columns, rows)]


def _named(uri: str | None, names: Any) -> str:
    if not uri:
        return ""
    name = best_name(names.get(uri, {}))
    return f"{uri.rpartition('/')[2]} {name}".rstrip()


def _short(uri: str) -> str:
    return str(identify(uri).lot or uri)
