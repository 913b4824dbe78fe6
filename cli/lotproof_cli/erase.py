"""`lotproof erase` and `retention`: private data goes, and every proof still holds."""

import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.errors import InvalidInputError, RefusedError
from lotproof_cli.acts import author_of
from lotproof_cli.arguments import ORG, approve_option, command
from lotproof_cli.output import facts, heading, table
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.lots.erasure.act import Erased
    from lotproof.lots.erasure.plan import Plan

_LISTED = 20


@command("erase")
@click.argument("party", type=ORG, required=False)
@click.option(
    "--subject",
    "texts",
    multiple=True,
    metavar="NAME",
    help="Somebody who is no party, by name or telephone; repeatable; `-` reads lines from standard input.",
)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--scrub", is_flag=True, help="Erase nobody: only get old bytes out of the database's files.")
@approve_option
def erase(
    here: Here,
    party: str | None,
    texts: tuple[str, ...],
    dry_run: bool,
    scrub: bool,
    approvals: tuple[str, ...],
) -> None:
    """Erase a person for ever: PARTY, or whoever stands in hidden parts by a name (--subject).

    What opens the hidden parts is destroyed: names, telephone, documents, reasons. It cannot be undone. Two
    different people have to approve. Every proof still holds; what was erased is no longer recognised when it
    comes again. Copies that were handed out, and backups, are not reached: see docs/privacy.md.
    """
    from lotproof.lots.erasure.act import erase as act
    from lotproof.lots.erasure.act import look

    if scrub:
        _scrub(here)
        return
    if party and texts:
        raise InvalidInputError(
            "nobody_named", "name a party or --subject, not both", "erase them one by one"
        )
    named = [line for text in texts for line in (sys.stdin.read().splitlines() if text == "-" else [text])]
    if dry_run:
        plan = look(here.log, party, named)
        here.answer(_as_dict(plan) | {"dry_run": True}, lambda: _tell_plan(plan, "would go"))
        return
    with here.writing() as log:
        done = act(log, author_of(log, None, approvals), party, named)
    _answer(here, done, again=True)


@command("retention")
@click.option("--apply", "do", is_flag=True, help="Erase what is due; two people have to approve.")
@approve_option
def retention(here: Here, do: bool, approvals: tuple[str, ...]) -> None:
    """Say how long private data is kept, by kind, and what is due; with --apply erase it for ever.

    Rules are records of the operator: lotproof record retention --data people --days 730.
    """
    from lotproof.lots.erasure.retention import apply_retention, due, rules

    if do:
        with here.writing() as log:
            done = apply_retention(log, author_of(log, None, approvals))
        _answer(here, done)
        return
    with here.reading() as db:
        days = rules(db)
    plan = due(here.log)
    counts = _counts(plan)
    rows = [
        (kind, "as long as nobody is erased" if limit is None else f"{limit} days", str(counts.get(kind, 0)))
        for kind, limit in days.items()
    ]
    here.answer(
        {"rules": days, "due": _as_dict(plan)},
        lambda: table(("data", "kept", "due"), rows, right=(2,)),
    )


def _answer(here: Here, done: "Erased", *, again: bool = False) -> None:
    """again: get old bytes out of the files though nothing was left: who asked before may have been stopped."""
    from lotproof.lots.erasure.scrubbing import scrub_private

    clean = (done.plan.is_empty and not again) or scrub_private(here.log.engine)
    value = _as_dict(done.plan) | {"dry_run": False, "entries": list(done.entries), "files_clean": clean}
    here.answer(value, lambda: _tell_done(done, clean))


def _scrub(here: Here) -> None:
    from lotproof.lots.erasure.scrubbing import scrub_private

    if not scrub_private(here.log.engine):
        raise RefusedError(
            "database_busy", "others are using the database", "stop the server for a moment and try again"
        )
    here.answer({"files_clean": True}, lambda: click.echo("Nothing deleted is left in the database's files."))


def _counts(plan: "Plan") -> dict[str, int]:
    counts = Counter(part.kind for part in plan.parts)
    counts["jobs"] += len(plan.jobs)
    if plan.party is None:  # by their age; told apart where somebody is erased
        counts["documents"] += len(plan.papers)
    return {kind: count for kind, count in counts.items() if count}


def _as_dict(plan: "Plan") -> dict[str, Any]:
    return {
        "party": plan.party,
        "hidden_parts": len(plan.parts),
        "by_kind": _counts(plan),
        "digests": sorted(part.digest for part in plan.parts),
        "jobs": len(plan.jobs) + len(plan.told_by),
        "api_keys": len(plan.api_keys),
        "documents": len(plan.blobs),
        "papers": len(plan.papers),
        "in_books": len(plan.books),
        "stays_in_the_open": plan.in_clear,
    }


def _tell_done(done: "Erased", clean: bool) -> None:
    if done.plan.is_empty:
        click.echo("Nothing was left to erase; nothing was recorded.")
    else:
        _tell_plan(done.plan, "erased for ever")
    if done.entries:
        click.echo(f"On the log as entry {', '.join(map(str, done.entries))}. Every proof still holds.")
    if not clean:
        click.echo(
            "The rows are gone, but others were using the database, and its files may hold their bytes still.\n"
            "Stop the server for a moment and run: lotproof erase --scrub"
        )


def _tell_plan(plan: "Plan", what: str) -> None:
    counts = _counts(plan)
    heading(f"{plan.party or 'Hidden parts'}: {what}")
    facts([(kind, str(count)) for kind, count in sorted(counts.items())])
    beside = {
        "keys for programs": len(plan.api_keys),
        "documents": len(plan.blobs),
        "papers handed in": len(plan.papers),
        "reasons, notes and files of the books": len(plan.books),
    }
    facts([(what, str(count)) for what, count in beside.items()])
    for entry in plan.in_clear[:_LISTED]:
        click.echo(f"Stays: entry {entry} says a name in the open, and nobody can take that back.")
    click.echo("This cannot be undone.")


__all__ = ("erase", "retention")
