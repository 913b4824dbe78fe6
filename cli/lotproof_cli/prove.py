"""`lotproof prove` and `check`: a lot's proof in one file, and its check where nothing else is known."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.identifiers import LotId, identify
from lotproof_cli.arguments import LOT, command
from lotproof_cli.output import facts, heading, printable
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.proof.bundle import BundleReport
    from lotproof.proof.disclosed import DisclosedReport


@command("prove")
@click.argument("lot", type=LOT)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
@click.option("--absent", is_flag=True, help="Prove instead that the log has no entry about LOT.")
def prove(here: Here, lot: LotId, file: Path, absent: bool) -> None:
    """Write the proof of LOT: its entries, the keys that signed them, and the signed state of the log.

    A heads entry in it shows that no newer entry was left out, as of the entry that it names.
    """
    from lotproof.lots.bundles import make_absence, make_bundle
    from lotproof.proof.bundle import check as check_bundle

    with here.reading() as db:
        heads = here.log.around.heads
        data = make_absence(db, lot, heads) if absent else make_bundle(db, lot, heads=heads)
    report = check_bundle(data, here.log.verifier_key)
    file.write_bytes(data)
    answer = {
        "file": str(file),
        "lot": lot.uri,
        "entries": len(report.entries),
        "size": report.size,
        "log_key": report.log_key,
        "asOf": report.as_of,
        "newest": report.newest,
        "bytes": len(data),
    }
    here.answer(
        answer,
        lambda: click.echo(
            f"{file}: {len(report.entries)} entries about {lot}, as of {report.size} entries of the log.\n"
            f"Shown by it: {report.newest}.\n"
            f"Whoever gets it runs: lotproof check {file} --key '{report.log_key}'"
        ),
    )


@command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", help="The log's key as you know it from elsewhere; without it nothing is pinned.")
@click.pass_context
def check(ctx: click.Context, here: Here, file: Path, key: str | None) -> None:
    """Check the proof of a lot, or a file of disclosures. Needs the file alone: no ledger, no network."""
    from lotproof.proof import disclosed
    from lotproof.proof.bundle import check as check_bundle

    data = file.read_bytes()
    if disclosed.is_one(data):
        _answer_disclosed(ctx, here, disclosed.check(data, key))
        return
    report = check_bundle(data, key)
    here.answer(
        {
            "ok": report.ok,
            "pinned": report.pinned,
            "subject": report.subject or None,
            "origin": report.origin or None,
            "log_key": report.log_key or None,
            "size": report.size if report.ok else None,
            "root": report.root.hex() if report.ok else None,
            "entries": [
                {
                    "index": index,
                    "kind": _kind(entry.signed),
                    "by": entry.signed.get("by"),
                    "recordTime": entry.record_time,
                }
                for index, entry in report.entries
            ],
            "fault": _fault(report),
            "asOf": report.as_of,
            "newest": report.newest or None,
            "says": report.says,
        },
        lambda: _tell(report),
    )
    if not report.ok:
        ctx.exit(1)


def _answer_disclosed(ctx: click.Context, here: Here, report: "DisclosedReport") -> None:
    value = {
        "ok": report.ok,
        "pinned": report.pinned,
        "origin": report.origin or None,
        "log_key": report.log_key or None,
        "size": report.size if report.ok else None,
        "entry": report.index,
        "opened": dict(report.opened),
        "closed": report.closed,
        "signed": report.payload,
        "fault": _fault(report),
        "says": report.says,
    }
    here.answer(value, lambda: _tell_disclosed(report))
    if not report.ok:
        ctx.exit(1)


def _tell_disclosed(report: "DisclosedReport") -> None:
    if not report.ok or report.entry is None:
        click.echo(click.style("It does not hold: ", fg="red", bold=True) + report.says)
        return
    heading(report.says)
    by = str(report.entry.signed.get("by", "")).rpartition("/")[2]
    facts([("log", report.origin), ("recorded", report.entry.record_time), ("by", by)])
    facts([(name, printable(json.dumps(value, ensure_ascii=False))) for name, value in report.opened])
    if report.closed:
        click.echo(f"{report.closed} more hidden parts are not opened by it.")
    if not report.pinned:
        click.echo("Get the log's key from somebody whom you trust, and check again with --key.")


def _kind(signed: Mapping[str, Any]) -> Any:
    return signed.get("kind")


def _fault(report: "BundleReport | DisclosedReport") -> dict[str, object] | None:
    fault = report.fault
    return None if fault is None else {"index": fault.index, "field": fault.field, "what": fault.what}


def _tell(report: "BundleReport") -> None:
    if not report.ok:
        click.echo(click.style("It does not hold: ", fg="red", bold=True) + report.says)
        return
    lot = identify(report.subject).lot
    heading(f"{lot or report.subject}: {report.says}")
    click.echo(f"Shown besides: {report.newest}.")
    facts([("log", report.origin), ("log's key", report.log_key), ("root", report.root.hex())])
    for index, entry in report.entries:
        by = str(entry.signed.get("by", "")).rpartition("/")[2]
        said = "recorded by" if entry.signed.get("role") == "submitter" else "signed by"
        click.echo(
            f"  entry {index}  {entry.record_time}  {str(_kind(entry.signed)).replace('_', ' ')}, {said} {by}"
        )
    if not report.pinned:
        click.echo("Get the log's key from somebody whom you trust, and check again with --key.")
