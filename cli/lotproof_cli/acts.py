"""What commands that record something share: who stands for it, and what came of it."""

from typing import TYPE_CHECKING, Any

import click

from lotproof_cli.findings import as_json, lines_of, tell_findings
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.ledger.log import Log
    from lotproof.lots.acts import Recorded
    from lotproof.lots.drafting import Author
    from lotproof.lots.queries import FindingLine


def author_of(log: "Log", by: str | None, approvals: tuple[str, ...] = ()) -> "Author":
    """The organisation that records and signs: the named one, else the operator."""
    from lotproof.lots.drafting import Author

    return Author(by or log.operator, approvals=approvals)


def tell_recorded(here: Here, recorded: "Recorded", what: str) -> None:
    """Answer for an act that stands on the log."""
    value, found = outcome(here, recorded)

    def tell() -> None:
        click.echo(sentence(value, what))
        tell_findings(found)

    here.answer(value, tell)


def outcome(here: Here, recorded: "Recorded") -> "tuple[dict[str, Any], list[FindingLine]]":
    """Return entry, repetition and findings of an act, for scripts; and the findings for people."""
    from lotproof.lots.queries import entry_indexes

    entered = recorded.entered
    with here.reading() as db:
        index = recorded.index
        if index is None:
            index = entry_indexes(db, [entered.submission]).get(entered.submission)
        found = lines_of(db, entered.findings)
    return {"entry": index, "repeated": entered.repeated, "findings": as_json(found)}, found


def sentence(value: dict[str, Any], what: str) -> str:
    """Say in one line what was recorded where."""
    if value["repeated"]:
        return f"{what}: stood already as entry {value['entry']}; nothing was recorded"
    if value["entry"] is None:
        return f"{what}: accepted and stands; it will be numbered with the next entries"
    return f"{what}: entry {value['entry']}"
