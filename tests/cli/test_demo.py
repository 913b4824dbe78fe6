"""`lotproof demo`: a season in a folder, its pages, and a QR code that says where it works."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from lotproof.demo.homes import Season
from lotproof_cli import demo as command
from lotproof_cli import demo_server
from support.built_season import TODAY, first_season
from support.command_line import Lotproof

DAY = TODAY.isoformat()
SERVER = """
import http.server, sys

class Pages(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(500 if self.path == sys.argv[3] else 200)
        self.end_headers()
        self.wfile.write(sys.argv[4].encode())

    def do_POST(self):
        self.send_response(500 if self.path == sys.argv[3] else 303)
        self.send_header("Set-Cookie", "session=one; HttpOnly")
        self.end_headers()

    def log_message(self, *_):
        pass

http.server.HTTPServer((sys.argv[1], int(sys.argv[2])), Pages).serve_forever()
"""


@pytest.fixture(scope="session")
def built(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished season."""
    home = tmp_path_factory.mktemp("demo") / "home"
    first_season(run_folder, home).log.engine.dispose()
    Season(1, TODAY, is_finished=True).write(home)
    return home


@pytest.fixture
def demo(unopened: Lotproof, built: Path) -> Lotproof:
    """The command where the default folder of demonstrations holds a finished season."""
    shutil.copytree(built, unopened.home / "demo")
    return unopened


@dataclass
class Started:
    """The process that the command became. environment: what it was given."""

    program: list[str]
    environment: dict[str, str]


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[Started]:
    """Let the command end where it would become the server; the list says which."""
    seen: list[Started] = []
    monkeypatch.setattr(os, "execve", lambda _path, program, env: seen.append(Started(program, env)))
    return seen


def _serve(monkeypatch: pytest.MonkeyPatch, text: str, broken: str = "") -> None:
    """Put a server in the pages' place that answers everything with one text."""

    def program(host: str, port: int) -> list[str]:
        return [sys.executable, "-c", SERVER, host, str(port), broken, text]

    monkeypatch.setattr(demo_server, "program", program)


def test_once_looks_at_the_lot_and_the_tour_signs_in_and_ends(
    demo: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    _serve(monkeypatch, 'P261018 and /01/09520000001025/10/P261018 and href="/tasks"')

    said = demo.json("demo", "--once", "--today", DAY)

    assert (said["ok"], said["reused"], said["lot"]) == (True, True, "09520000001025/P261018")
    assert said["home"] == str(demo.home / "demo")
    assert [one["code"] for one in said["cards"]][:2] == ["good", "recalled"]
    assert demo.text("demo", "--once", "--today", DAY).startswith("OK: /01/09520000001025/10/P261018")


def test_once_finds_the_real_pages_in_order(demo: Lotproof) -> None:
    said = demo.json("demo", "--once", "--today", DAY)

    assert said["ok"] is True
    assert [page.partition(" ")[0] for page in said["pages"]] == [
        "/01/09520000001025/10/P261018",
        "/demo",
        "/tasks",
    ]


@pytest.mark.parametrize(
    ("text", "broken", "why"),
    [
        ("P261018", "", "/demo says nothing of"),
        ("/01/09520000001025/10/P261018", "/demo", "/demo answered 500"),
        ("/01/09520000001025/10/P261018", "/demo/sign-in", "/demo/sign-in answered 500"),
        ("/01/09520000001025/10/P261018", "", "/tasks says nothing of"),
    ],
)
def test_once_fails_with_the_reason_where_a_page_is_not_as_it_should_be(
    demo: Lotproof, monkeypatch: pytest.MonkeyPatch, text: str, broken: str, why: str
) -> None:
    _serve(monkeypatch, text, broken)

    refusal = demo.refusal("demo", "--once", "--today", DAY)

    assert refusal["code"] == "demonstration_failed"
    assert why in refusal["message"]


def test_once_fails_with_what_the_server_said_where_it_does_not_start(
    demo: Lotproof, monkeypatch: pytest.MonkeyPatch
) -> None:
    dying = [sys.executable, "-c", "import sys; sys.exit('no pages today')"]
    monkeypatch.setattr(demo_server, "program", lambda _host, _port: dying)

    refusal = demo.refusal("demo", "--once", "--today", DAY)

    assert refusal["message"] == "the server ended with exit code 1"
    assert "no pages today" in refusal["hint"]


def test_the_command_becomes_the_server_with_the_demonstrations_own_settings(
    demo: Lotproof, started: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOTPROOF_DATABASE_URL", "postgresql+psycopg://somewhere/real")
    monkeypatch.setenv("LOTPROOF_LOG_ORIGIN", "real.example/log")

    text = demo.text("demo", "--port", str(_free()), "--today", DAY)

    (server,) = started
    port = server.program[-1]
    ours = {name: value for name, value in server.environment.items() if name.startswith("LOTPROOF_")}
    assert server.program[1:5] == ["-m", "lotproof_web", "--host", "127.0.0.1"]
    assert ours == {
        "LOTPROOF_DEMO": "true",
        "LOTPROOF_HOME": str(demo.home / "demo"),
        "LOTPROOF_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }
    assert f"http://127.0.0.1:{port}/01/09520000001025/10/P261018" in text
    assert f"http://127.0.0.1:{port}/demo" in text


def test_without_a_host_the_code_is_for_this_computer_only(demo: Lotproof, started: list[Started]) -> None:
    text = demo.text("demo", "--port", str(_free()), "--today", DAY)

    assert "this computer only (此二维码仅限本机)" in text
    assert "█" in text


def test_a_host_is_listened_on_and_enters_the_code(
    demo: Lotproof, started: list[Started], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "_reachable_address", lambda: "192.0.2.7")

    said = demo.json("demo", "--host", "0.0.0.0", "--port", str(_free()), "--today", DAY)
    text = demo.text("demo", "--host", "0.0.0.0", "--port", str(_free()), "--today", DAY)

    assert started[0].program[4] == "0.0.0.0"
    assert said["lot_url"].startswith("http://192.0.2.7:")
    assert "this computer only" not in text


def test_a_port_that_is_taken_is_learnt_before_anything_is_made(unopened: Lotproof) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        refusal = unopened.refusal("demo", "--port", str(port))

    assert refusal["code"] == "cannot_listen"
    assert not unopened.home.exists()


def test_a_host_that_is_not_of_this_machine_is_refused(unopened: Lotproof) -> None:
    refusal = unopened.refusal("demo", "--host", "192.0.2.1", "--once")

    assert refusal["code"] == "cannot_listen"


def test_a_folder_with_real_data_is_refused(lotproof: Lotproof) -> None:
    refusal = lotproof.refusal("demo", "--once", "--home", lotproof.home)

    assert refusal["code"] == "not_a_demonstration"
    assert lotproof.json("verify")["ok"] is True


@pytest.mark.parametrize(
    "wrong", [("--today", "tomorrow"), ("--today", "1492-10-12"), ("--seed", "-1"), ("--port", "0")]
)
def test_wrong_options_are_refused(unopened: Lotproof, wrong: tuple[str, str]) -> None:
    result: Any = unopened("demo", "--once", *wrong)

    assert result.exit_code == 2


def _free() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        port: int = asked.getsockname()[1]
        return port
