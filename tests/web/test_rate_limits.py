"""Nobody takes all of a server: requests are counted by address."""

from pathlib import Path

import pytest

from support.served import Served, serve
from support.world import World

pytestmark = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FAR, OTHER = "203.0.113.7", "203.0.113.8"


@pytest.fixture
def few(world: World, tmp_path: Path) -> Served:
    """Served to each address twenty times a minute."""
    return serve(world, tmp_path, requests_per_minute="20")


def ask(served: Served, address: str, path: str = "/", **headers: str) -> int:
    client = served.app.test_client(use_cookies=False)
    answer = client.get(path, environ_base={"REMOTE_ADDR": address}, headers=headers, buffered=True)
    return answer.status_code


def test_whoever_asks_too_often_is_told_how_long_to_wait(few: Served) -> None:
    assert [ask(few, FAR) for _ in range(20)] == [200] * 20

    page = few.client.get("/?lang=en", environ_base={"REMOTE_ADDR": FAR})
    shape = few.client.get("/api/v1/lots", environ_base={"REMOTE_ADDR": FAR})

    assert (page.status_code, shape.status_code) == (429, 429)
    assert 1 <= int(page.headers["Retry-After"]) <= 60
    assert f"Try again in {page.headers['Retry-After']} second" in page.text
    assert shape.json["code"] == "too_many_requests"
    assert shape.headers["Retry-After"] in shape.json["hint"]
    assert ask(few, OTHER) == 200


def test_a_network_of_one_machine_is_one_visitor(few: Served) -> None:
    assert [ask(few, f"2001:db8::{n:x}") for n in range(21)] == [200] * 20 + [429]
    assert ask(few, "2001:db8:0:1::1") == 200


def test_what_is_costly_is_given_less_often(few: Served) -> None:
    path = "/01/09520000100018/10/NO/label.pdf"

    assert [ask(few, FAR, path) for _ in range(3)] == [404, 404, 429]
    assert ask(few, FAR) == 200


@pytest.mark.parametrize("path", ["/static/console.css", "/healthz", "/log/checkpoint"])
def test_files_checks_and_the_log_are_not_counted(few: Served, path: str) -> None:
    assert 429 not in {ask(few, FAR, path) for _ in range(25)}


def test_this_machine_is_not_counted_and_a_trusted_proxy_speaks_for_its_visitors(
    world: World, tmp_path: Path
) -> None:
    behind = serve(world, tmp_path, requests_per_minute="20", trusted_proxies="127.0.0.1")

    assert 429 not in {ask(behind, "127.0.0.1") for _ in range(25)}
    assert [ask(behind, "127.0.0.1", "/", **{"X-Forwarded-For": FAR}) for _ in range(21)][-1] == 429


def test_no_limit_counts_nobody(world: World, tmp_path: Path) -> None:
    free = serve(world, tmp_path, requests_per_minute="0")

    assert 429 not in {ask(free, FAR) for _ in range(25)}
