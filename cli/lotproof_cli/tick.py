"""`lotproof tick`: do what is due because time has passed, and send what waits."""

from datetime import datetime

import click

from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import LotproofError
from lotproof_cli.arguments import INSTANT, command
from lotproof_cli.output import table
from lotproof_cli.surroundings import Here


@command("tick")
@click.option("--at", type=INSTANT, help="Do what is due by this time (default: now), and send as of it.")
def tick(here: Here, at: datetime | None) -> None:
    """Remind, escalate, write the mails of the day, tidy up, and send what waits.

    A serving ledger does it by itself, every minute. Done again, or twice at once, it comes to the same.
    """
    from lotproof.ledger.standing import read_only
    from lotproof.notices.outbox import send_due
    from lotproof.notices.ways import ways_of
    from lotproof.ticks import tick as do

    with here.writing() as log:
        if log.is_mirror:
            raise read_only(log.origin)
        time = at or system_clock()
        done = do(log, time)
        run = send_due(log.engine, ways_of(here.settings.post), lambda: time, here.settings.public_url)
    rows = [(one.job, str(one.count), one.fault) for one in done]
    sent = {"sent": run.sent, "later": run.later, "failed": run.failed, "no_way": run.no_way}
    here.answer(
        {"at": time, "jobs": done, "mails": sent},
        lambda: table(
            ("job", "done", "fault"), [*rows, *((f"mails {name}", str(n), "") for name, n in sent.items())]
        ),
    )
    broken = [one.job for one in done if one.fault]
    if broken and not here.as_json:
        raise LotproofError("job_failed", f"not done: {', '.join(broken)}", "the next tick tries it again")
