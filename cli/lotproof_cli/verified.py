"""What every verification answers to scripts and people, whoever made the log."""

from typing import TYPE_CHECKING, Any

import click

from lotproof_cli.output import heading, printable

if TYPE_CHECKING:
    from lotproof.proof.any_log import TreeReport
    from lotproof.proof.verify import Report


def answer_of(report: "Report | TreeReport") -> dict[str, Any]:
    """Return the part of the answer for scripts that all verifications share."""
    fault = report.fault
    return {
        "ok": report.ok,
        "size": report.size,
        "root": report.root,
        "checked": report.checked,
        "fault": fault
        and {"index": fault.index, "field": fault.field, "what": fault.what, "place": fault.place},
        "origin": report.origin,
    }


def tell_outcome(report: "Report | TreeReport", all_hold: str, some_hold: str) -> None:
    """Tell people whether all holds, else where the first fault is and how much before it holds."""
    if report.fault is None:
        heading(click.style(all_hold, fg="green"))
    else:
        click.echo(click.style("A fault: ", fg="red", bold=True) + printable(str(report.fault)))
        click.echo(some_hold)
