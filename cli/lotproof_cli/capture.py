"""`lotproof capture`: EPCIS 2.0 documents from outside, kept as evidence."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, cast

import click

from lotproof.kernel.errors import InvalidInputError, LotproofError, NotFoundError, Problem
from lotproof_cli.arguments import ORG, command
from lotproof_cli.findings import as_json, lines_of, tell_findings
from lotproof_cli.progress import progress, ticking
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.ledger.log import Log
    from lotproof.lots.capture import Captured
    from lotproof.lots.findings import Found
    from lotproof.lots.queries import FindingLine


@dataclass(slots=True)
class _Sum:
    """What came of all documents."""

    documents: int = 0
    events: int = 0
    entries: int = 0
    repeated: int = 0
    resumed: int = 0
    findings: "list[Found]" = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, file: Path, done: "Captured") -> None:
        """Count one document."""
        self.documents += 1
        self.events += done.events
        self.entries += done.entries
        self.repeated += done.repeated
        self.findings += done.findings
        self.problems += _in_file(file, done.errors)


@command("capture")
@click.argument("files", type=click.Path(path_type=Path, dir_okay=False), nargs=-1, required=True)
@click.option("--org", type=ORG, help="The organisation that submits them (default: the operator).")
@click.option("--proceed", is_flag=True, help="Keep the good events of a document that has bad ones.")
@click.pass_context
def capture(ctx: click.Context, here: Here, files: Sequence[Path], org: str | None, proceed: bool) -> None:
    """Capture EPCIS 2.0 documents in JSON, one after the other; `-` reads one from standard input.

    A document with a bad event is refused as a whole; those before it stay. Captured again, the same events
    are recognised. What contradicts the ledger is kept, and leaves findings.
    """
    done = _Sum()
    with here.writing() as log:
        done.resumed = _finish_earlier(log)
        for file in files:
            done.add(file, _capture(log, org or log.operator, file, "proceed" if proceed else "rollback"))
    with here.reading() as db:
        found = lines_of(db, done.findings)
    here.answer(_as_dict(done, found), lambda: _tell(done, found))
    if done.problems:
        ctx.exit(1)


def _finish_earlier(log: "Log") -> int:
    """Apply what an earlier call had checked and could not finish; return how many documents that were."""
    from lotproof.lots.capture import unfinished

    finished = 0
    for job in unfinished(log):
        try:
            _apply(log, job)
        except NotFoundError:
            continue  # whoever sent it was told, and the job is failed now
        finished += 1
    return finished


def _apply(log: "Log", job: str) -> "Captured":
    """Apply a job; one that can never be applied is failed, so that nobody takes it up again."""
    from lotproof.lots import capture as core

    try:
        return core.apply_job(log, job)
    except NotFoundError as error:
        core.fail_job(log, job, error)
        raise


def _capture(log: "Log", party: str, file: Path, behaviour: str) -> "Captured":
    from lotproof.lots import capture as core
    from lotproof_schemas.document_reader import read_document

    try:
        with click.open_file(str(file), "rb") as stream, read_document(cast(BinaryIO, stream)) as document:
            job = core.open_job(log, party, behaviour)
            with progress(f"checking {file.name}", document.count) as tick:
                context = {"@context": document.header.context}
                may_go_on = core.stage(log, job, ticking(document.events(), tick), lambda: context)
        if may_go_on:
            with progress(f"recording {file.name}", None):
                return _apply(log, job)
        problems = core.job_state(log, job).errors
    except InvalidInputError as error:
        raise _in(file, error) from error
    many = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
    hint = (
        "nothing of it was captured, documents before it were: mend it and run this again, or use --proceed"
    )
    raise InvalidInputError("document_refused", f"{file} has {many}", hint, _in_file(file, problems))


def _in(file: Path, error: LotproofError) -> LotproofError:
    problems = error.problems or (Problem("$", error.code, error.message),)
    hint = error.hint or "nothing of it was captured, documents before it were: mend it and run this again"
    return type(error)(error.code, f"{file}: {error.message}", hint, _in_file(file, problems))


def _in_file(file: Path, problems: Sequence[Problem]) -> list[Problem]:
    return [replace(one, where=f"{file}: {one.where}") for one in problems]


def _as_dict(done: _Sum, found: "Sequence[FindingLine]") -> dict[str, Any]:
    return {
        "documents": done.documents,
        "events": done.events,
        "entries": done.entries,
        "repeated": done.repeated,
        "findings": as_json(found),
        "problems": done.problems,
        "resumed": done.resumed,
    }


def _tell(done: _Sum, found: "Sequence[FindingLine]") -> None:
    if done.resumed:
        click.echo(f"{done.resumed} documents that an earlier call had left half done were finished.")
    again = f", {done.repeated} stood already" if done.repeated else ""
    click.echo(f"{done.documents} documents, {done.events} events: {done.entries} entries{again}.")
    for one in done.problems:
        click.echo(f"  {click.style('refused', fg='red')}  {one.where}: {one.message} [{one.code}]")
    tell_findings(found)
