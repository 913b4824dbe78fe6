"""What `lotproof verify --log` tells of a log whose entries are not ours, or were not read."""

from typing import TYPE_CHECKING, Any

import click

from lotproof_cli.output import facts, printable
from lotproof_cli.verified import answer_of, tell_outcome

if TYPE_CHECKING:
    from lotproof.proof.any_log import TreeReport

_NOT_OURS = "Its entries are not Lotproof's: what they say, who signed them and how they hang together was not checked."
_NOT_READ = "Only hashes were read: whether the entries are there, and what they say, was not checked."


def verify_other(place: str, key: str | None, authority: str | None, *, hashes: bool) -> "TreeReport | None":
    """Verify the tree of a log, None if its entries are ours and are to be read."""
    from lotproof.proof.any_log import is_ours, parse_any_note, verify_tree
    from lotproof.proof.tile_source import TileSource
    from lotproof_cli.tile_readers import reader_of

    source = TileSource(reader_of(place), parse_any_note)
    if not hashes and (authority or is_ours(source)):
        return None
    return verify_tree(source, key, entries=not hashes)


def as_dict(report: "TreeReport") -> dict[str, Any]:
    """Return the answer for scripts: that of our logs, and what was not checked."""
    return answer_of(report) | {
        "pinned": report.signed_by is not None,
        "depth": "tree" if report.entries else "hashes",
        "entries_checked": False,
        "signatures_not_checked": list(report.not_checked),
        "extensions": list(report.extensions),
    }


def tell(report: "TreeReport") -> None:
    """Tell people."""
    what = "entries are those that the tree covers" if report.entries else "leaf hashes give the tree"
    tell_outcome(report, f"All {report.checked} {what}.", f"{report.checked} before it hold.")
    root = report.root and report.root.hex()
    origin = report.origin and printable(report.origin)
    facts([("log", origin), ("size", report.size), ("root", root), ("signed by", report.signed_by)])
    for line in report.extensions:
        click.echo(printable(f"  a further line of its checkpoint, not judged: {line}"))
    for name in report.not_checked:
        click.echo(printable(f"  a further signature, not checked: {name}"))
    click.echo(_NOT_OURS if report.entries else _NOT_READ)
    if report.signed_by is None:
        click.echo("The signature of its checkpoint was not checked: give the log's key with --key.")
