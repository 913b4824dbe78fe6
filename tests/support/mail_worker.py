"""A process that sends what waits: `python -m support.mail_worker <database> <port> <time>`; tests kill it."""

from __future__ import annotations

import sys
from datetime import datetime

from lotproof.kernel.clock import SteppingClock
from lotproof.notices.delivery import Channel
from lotproof.notices.outbox import send_due
from lotproof.notices.post import SmtpServer, address_of
from lotproof.notices.smtp import SmtpSender
from lotproof.storage.engine import open_engine


def main(url: str, port: str, at: str) -> None:
    """Send by the server on this machine's port."""
    engine = open_engine(url)
    sender = SmtpSender(
        SmtpServer("127.0.0.1", int(port), starttls=False), address_of("a@x.org"), timeout_s=60
    )
    clock = SteppingClock(datetime.fromisoformat(at))
    print(send_due(engine, {Channel.MAIL: sender}, clock, "https://lot.example.org").sent, flush=True)
    engine.dispose()


if __name__ == "__main__":
    main(*sys.argv[1:])
