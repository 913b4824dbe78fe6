"""A recall as a picture and as a file."""

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from lotproof.kernel.identifiers import LotId, identify
from lotproof.lots.book.recalling import Lists
from lotproof.lots.recall_lists import GONE, IN_TRANSIT, LISTS, NOT_RECORDED, ON_HAND, SOLD
from lotproof_schemas.sheets import Sheet
from lotproof_web.phrases import Phrasebook
from lotproof_web.words.mark import N_

TITLES: Mapping[str, str] = {
    ON_HAND: N_("On hand"),
    IN_TRANSIT: N_("On its way"),
    SOLD: N_("Sold: to be told"),
    NOT_RECORDED: N_("Not recorded: nobody can say where it is"),
    GONE: N_("Nothing left of it"),
}
_ROW, _WIDTH = 48, 320


def title_of(name: str, book: Phrasebook) -> str:
    """What a list is called."""
    return book.say(TITLES[name])


def picture(lists: Lists, seeds: Sequence[LotId], book: Phrasebook) -> Markup:
    """A tree: the bad lots left, and right how many lots of each list they lead to."""
    counts = Counter(name for name, _lot in {(line.list, line.lot) for line in lists.lines})
    branches = [(book.say(TITLES[name]), counts[name]) for name in LISTS if counts[name]]
    if lists.beyond:
        branches.append((book.say("with others, who are told"), lists.beyond))
    height = max(1, len(branches)) * _ROW
    middle = height // 2
    root = ", ".join(lot.code for lot in seeds[:2]) or book.say("Recall")
    parts = [
        Markup('<svg class="tree" viewBox="0 0 {w} {h}" role="img" aria-label="{label}">').format(
            w=_WIDTH, h=height, label=book.listed(f"{name}: {n}" for name, n in branches)
        ),
        Markup('<text x="0" y="{y}">{text}</text>').format(y=middle + 5, text=root[:14]),
    ]
    for at, (name, n) in enumerate(branches):
        y = at * _ROW + _ROW // 2
        parts.append(
            Markup(
                '<path d="M84 {a} C104 {a} 104 {b} 124 {b}"/><text x="130" y="{t}">{n} · {name}</text>'
            ).format(a=middle, b=y, t=y + 5, n=n, name=name[:24])
        )
    return Markup("").join([*parts, Markup("</svg>")])


def sheet_of(recall: str, lists: Lists, names: Mapping[str, Mapping[str, str]], book: Phrasebook) -> Sheet:
    """Return the lists as a table."""
    columns = ("list", "gtin", "lot", "amount", "unit", "where or who", "name", "state", "remark", "recall")
    rows = []
    for line in lists.lines:
        lot = identify(line.lot).lot
        remark = "reached only by a corrected event" if line.only_by_voided else line.because
        at = line.at.rpartition("/")[2] if line.at else None
        rows.append((
            line.list, lot.gtin14 if lot else None, lot.code if lot else line.lot, line.amount, line.uom, at,
            book.name(names.get(line.at or "", {})) or None, line.state, remark or None, recall,
        ))  # fmt: skip
    return Sheet("Recall", columns, rows)
