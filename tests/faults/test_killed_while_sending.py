"""A process that is killed while it sends loses no mail, and a receiver can tell a second copy from a second mail."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from lotproof.notices.outbox import CLAIM
from lotproof.people.roles import Role
from support.mail_servers import HOST, smtp_server
from support.notices import leaving, told
from support.people import person
from support.world import FARM, World

TESTS = Path(__file__).parents[1]
_ID = re.compile(rb"Message-ID: (\S+)")


def worker(world: World, port: int) -> subprocess.Popen[bytes]:
    url = world.log.engine.url.render_as_string(hide_password=False)
    command = [sys.executable, "-m", "support.mail_worker", url, str(port), world.clock.now.isoformat()]
    return subprocess.Popen(command, cwd=TESTS, stdout=subprocess.PIPE)


def take_without_a_word(server: socket.socket) -> bytes:
    """Speak SMTP until the whole mail is here, then say nothing; returns the mail."""
    call, _ = server.accept()
    with call, call.makefile("rwb", buffering=0) as line:
        line.write(b"220 slow\r\n")
        while (said := line.readline()) and not said.upper().startswith(b"DATA"):
            line.write(b"250 OK\r\n")
        line.write(b"354 go on\r\n")
        mail = b""
        while (said := line.readline()) != b".\r\n":
            mail += said
        return mail


def test_a_mail_under_way_is_sent_again_under_its_id(world: World) -> None:
    told(world, person(world, "Ann", FARM.party_uri, Role.SUPPLIER))
    with socket.create_server((HOST, 0)) as server:
        server.settimeout(60)
        with worker(world, server.getsockname()[1]) as first:
            taken = take_without_a_word(server)
            first.kill()

    assert [(row.state, row.tries) for row in leaving(world)] == [("waiting", 1)]
    world.later(seconds=CLAIM.total_seconds())
    with smtp_server() as inbox, worker(world, inbox.port) as second:
        assert second.communicate(timeout=60)[0] == b"1\n"

    assert [(row.state, row.tries) for row in leaving(world)] == [("sent", 2)]
    assert _ID.search(taken)[1] == _ID.search(inbox.mails[0][1])[1]  # type: ignore[index]


@pytest.mark.parametrize("database_kind", ["postgresql"], indirect=True)
def test_processes_side_by_side_send_each_mail_once(world: World) -> None:
    told(world, *(person(world, f"P{n}", FARM.party_uri, Role.SUPPLIER) for n in range(30)))

    with smtp_server() as inbox:
        workers = [worker(world, inbox.port) for _ in range(3)]
        sent = [int(one.communicate(timeout=60)[0]) for one in workers]

    assert sum(sent) == 30
    assert len({to[0] for to, _ in inbox.mails}) == len(inbox.mails) == 30
