"""What `lotproof verify --projections` does and tells: every derived table, and the first thing wrong in each."""

from typing import TYPE_CHECKING, Any

import click

from lotproof_cli.output import heading, printable, table
from lotproof_cli.progress import progress
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.projections import ProjectionsReport


def compare_projections(here: Here, entries: int | None) -> "ProjectionsReport":
    """Compare the derived tables with a rebuild in a temporary database."""
    from lotproof.lots.projections import verify_projections

    with progress("rebuilding", entries) as tick, here.reading() as db:
        return verify_projections(db, here.log.around.blobs, tick=tick)


def as_dict(report: "ProjectionsReport") -> dict[str, Any]:
    """Return the answer for scripts."""
    return {
        "ok": report.ok,
        "tables": [
            {"table": one.name, "rows": one.rows, "differences": one.differences, "first": one.first}
            for one in report.tables
        ],
        "not_compared": list(report.not_compared),
    }


def tell(report: "ProjectionsReport") -> None:
    """Tell people."""
    if report.ok:
        heading(click.style("Every derived row is what the entries say.", fg="green"))
    else:
        heading(click.style("Derived tables are not what the entries say.", fg="red"))
    rows = [(one.name, str(one.rows), str(one.differences)) for one in report.tables]
    table(("table", "rows", "differences"), rows, right=(1, 2))
    for one in report.tables:
        if one.first:
            click.echo(printable(f"  {one.first}"))
    if not report.ok:
        click.echo("  → make them anew: lotproof rebuild")
    click.echo(f"Not derived from the log, so not compared: {', '.join(report.not_compared)}")
