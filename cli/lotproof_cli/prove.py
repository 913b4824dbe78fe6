"""`lotproof prove` and `check`: a lot's proof in one file, and its check where nothing else is known."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.identifiers import LotId, identify
from lotproof_cli.arguments import LOT, command
from lotproof_cli.output import facts, heading
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.proof.bundle import BundleReport


@command("prove")
@click.argument("lot", type=LOT)
@click.option("-o", "--output", "file", type=click.Path(path_type=Path, dir_okay=False), required=True)
def prove(here: Here, lot: LotId, file: Path) -> None:
    """Write the proof of LOT: its entries, the keys that signed them, and the signed state of the log."""
    from lotproof.lots.bundles import make_bundle
    from lotproof.proof.bundle import check as check_bundle

    with here.reading() as db:
        data = make_bundle(db, lot)
    report = check_bundle(data, here.log.verifier_key)
    file.write_bytes(data)
    answer = {
        "file": str(file),
        "lot": lot.uri,
        "entries": len(report.entries),
        "size": report.size,
        "log_key": report.log_key,
        "bytes": len(data),
    }
    here.answer(
        answer,
        lambda: click.echo(
            f"{file}: {len(report.entries)} entries about {lot}, as of {report.size} entries of the log.\n"
            f"Whoever gets it runs: lotproof check {file} --key '{report.log_key}'"
        ),
    )


@command("check")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--key", help="The log's key as you know it from elsewhere; without it nothing is pinned.")
@click.pass_context
def check(ctx: click.Context, here: Here, file: Path, key: str | None) -> None:
    """Check a proof. Needs the file alone: no ledger, no network."""
    from lotproof.proof.bundle import check as check_bundle

    report = check_bundle(file.read_bytes(), key)
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
            "says": report.says,
        },
        lambda: _tell(report),
    )
    if not report.ok:
        ctx.exit(1)


def _kind(signed: Mapping[str, Any]) -> Any:
    return signed.get("kind")


def _fault(report: "BundleReport") -> dict[str, object] | None:
    fault = report.fault
    return None if fault is None else {"index": fault.index, "field": fault.field, "what": fault.what}


def _tell(report: "BundleReport") -> None:
    if not report.ok:
        click.echo(click.style("It does not hold: ", fg="red", bold=True) + report.says)
        return
    lot = identify(report.subject).lot
    heading(f"{lot or report.subject}: {report.says}")
    facts([("log", report.origin), ("log's key", report.log_key), ("root", report.root.hex())])
    for index, entry in report.entries:
        by = str(entry.signed.get("by", "")).rpartition("/")[2]
        said = "recorded by" if entry.signed.get("role") == "submitter" else "signed by"
        click.echo(
            f"  entry {index}  {entry.record_time}  {str(_kind(entry.signed)).replace('_', ' ')}, {said} {by}"
        )
    if not report.pinned:
        click.echo("Get the log's key from somebody whom you trust, and check again with --key.")
