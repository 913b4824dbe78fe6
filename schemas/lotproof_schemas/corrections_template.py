"""Corrections to fill in: an empty table with an explanation, or one that tells events as they stand."""

from collections.abc import Mapping, Sequence

from lotproof.lots.correctable import Correctable
from lotproof_schemas.corrections_table import COLUMNS, REASONS, TAKEN_AWAY
from lotproof_schemas.fact_text import texts_of
from lotproof_schemas.sheets import Sheet, Value

# Rows that begin with # are remarks.
_REMARKS = (
    "# One row for each event that is wrong. entry: its number on the log. error: incorrect_data or did_not_occur.",
    f"# Then what it should have said. A blank cell leaves a field as it is, {TAKEN_AWAY} takes its value away.",
    "# leaf_hash and kind change nothing: where they stand there, they have to fit the entry.",
)
_CHOICES: Mapping[str, Sequence[str]] = {"error": REASONS, "verdict": ("pass", "fail")}


def template(events: Sequence[Correctable] = ()) -> Sheet:
    """Return the table. events: those that it tells; rows that nobody changes correct nothing."""
    rows: list[Sequence[Value]] = [(text,) for text in _REMARKS]
    rows += [[_cells(one).get(name) for name in COLUMNS] for one in events]
    filled = [[*row, *(None for _ in COLUMNS[len(row) :])] for row in rows]
    return Sheet("Corrections", COLUMNS, filled, _CHOICES)


def _cells(one: Correctable) -> dict[str, Value]:
    told = texts_of(one.fact) if one.fact else {}
    by = one.party.rpartition("/")[2] if "/417/" in one.party else None
    return {**told, "entry": one.index, "leaf_hash": one.leaf_hash, "kind": one.kind, "by": by}
