"""nginx with the sample configuration before several processes: what it keeps, and whom Lotproof believes."""

from __future__ import annotations

import http.client
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from lotproof.kernel.identifiers import Gln
from lotproof.parties.actions import write_record
from lotproof.parties.api_keys import create_api_key
from lotproof.storage.engine import writing
from lotproof_schemas.networks import networks
from lotproof_web.proxies import TrustedProxies
from support.cluster import Answer, Cluster
from support.nginx import Nginx, nginx
from support.world import OPERATOR

FULL, PARTIAL, ENTRIES = "/log/tile/0/000", "/log/tile/0/001.p/", "/log/tile/entries/000"
PROXY = "127.0.0.1"
ALLOWED, STRANGER, UNTRUSTED = "127.0.0.5", "127.0.0.6", "127.0.0.7"


class Silent(WSGIRequestHandler):
    """Writes no log."""

    def log(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def proxy(served: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """nginx before two processes, whose log fills a tile."""
    with nginx(tmp_path_factory.mktemp("nginx"), served.port) as started:
        fill_a_tile(served)
        yield started


def fill_a_tile(served: Cluster) -> None:
    """Put more than 256 entries on the log, and publish it."""
    with served.log.unit_of_work() as uow:
        for number in range(260):
            place = Gln(_gln(number))
            body = {"names": {"en": f"Store {number}"}, "zone": "Asia/Shanghai"}
            write_record(uow, served.log.operator, "place", place.place_uri, body)
    served.log.publish()


def _gln(number: int) -> str:
    digits = f"952001{number:06}"
    total = sum(int(one) * (3 if at % 2 else 1) for at, one in enumerate(digits))
    return f"{digits}{-total % 10}"


def kept(answer: Answer) -> str | None:
    """What nginx says of its cache: HIT, MISS, or None where it does not look there."""
    return answer.headers.get("X-Cache")


def test_a_full_tile_comes_from_the_cache_the_second_time(served: Cluster, proxy: Nginx) -> None:
    first, second = proxy.ask(FULL), proxy.ask(FULL)

    assert (first.status, kept(first), second.status, kept(second)) == (200, "MISS", 200, "HIT")
    assert first.body == second.body == served.ask("GET", FULL).body
    assert len(first.body) == 256 * 32


def test_what_changes_or_is_for_few_is_never_kept(served: Cluster, proxy: Nginx) -> None:
    size = int(proxy.ask("/log/checkpoint").body.split()[1])
    paths = ["/log/checkpoint", f"{PARTIAL}{size % 256}", "/", "/epcis/events", "/nope"]

    answers = [proxy.ask(path) for path in paths for _ in range(2)]

    assert [one.status for one in answers[:4]] == [200] * 4
    assert {kept(one) for one in answers} == {None}


def test_entries_that_only_an_auditor_may_read_are_not_kept_for_others(served: Cluster, proxy: Nginx) -> None:
    with writing(served.log.engine) as db:
        around = served.log.around
        key = create_api_key(db, OPERATOR.party_uri, ["audit"], around.clock(), around.entropy)

    read = [proxy.ask(ENTRIES, Authorization=f"Bearer {key}") for _ in range(2)]
    refused = proxy.ask(ENTRIES)

    assert [(one.status, kept(one)) for one in read] == [(200, "MISS")] * 2
    assert refused.status == 403
    assert b"nonce" not in refused.body


def test_the_client_is_known_by_its_address_and_cannot_claim_another(served: Cluster, proxy: Nginx) -> None:
    claim = {"X_Forwarded_For": ALLOWED, "Forwarded": f"for={ALLOWED}", "X_Real_IP": ALLOWED}

    assert proxy.ask("/metrics", source=ALLOWED).status == 200
    assert proxy.ask("/metrics", source=STRANGER).status == 404
    assert proxy.ask("/metrics", source=STRANGER, **claim).status == 404
    assert served.ask("GET", "/metrics", source=UNTRUSTED, **claim).status == 404
    assert served.ask("GET", "/metrics", source="127.0.0.1", X_Forwarded_For=ALLOWED).status == 200


def test_scheme_host_and_address_of_the_visitor_arrive(tmp_path: Path) -> None:
    """Nothing that Lotproof answers names its own scheme, so that a small application tells what arrives."""

    @Request.application
    def tell(request: Request) -> Response:
        return Response(f"{request.url} {request.remote_addr}")

    server = make_server("127.0.0.1", 0, TrustedProxies(tell, networks(PROXY)), request_handler=Silent)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        with nginx(tmp_path, server.port) as proxy:
            claim = {"X_Forwarded_Proto": "ftp", "X_Forwarded_Host": "evil.example"}
            told = proxy.ask("/a%2Fb?c=d", source=STRANGER, **claim).body.decode()
    finally:
        server.shutdown()
        thread.join()
        server.server_close()

    assert told == f"https://trace.example.org/a/b?c=d {STRANGER}"


def test_the_proxys_name_for_a_request_is_ours(served: Cluster, proxy: Nginx) -> None:
    name = proxy.ask("/healthz", X_Request_ID="chosen-by-the-client").headers["X-Request-ID"]

    assert re.fullmatch("[0-9a-f]{32}", name)
    assert name in (proxy.folder / "access.log").read_text()


def test_a_lot_code_with_a_slash_arrives_as_it_was_sent(proxy: Nginx) -> None:
    answer = proxy.ask("/01/09520000100018/10/A%2FB", Accept="application/json")

    assert answer.status == 404
    assert b"A/B" in answer.body or b"A%2FB" in answer.body


def test_health_and_a_redirect_to_https_work(proxy: Nginx) -> None:
    plain = http.client.HTTPConnection("127.0.0.1", proxy.plain_port, timeout=20)
    plain.request("GET", "/log/checkpoint?x=1", headers={"Host": "trace.example.org"})
    led = plain.getresponse()
    plain.close()

    assert (led.status, led.headers["Location"]) == (301, "https://trace.example.org/log/checkpoint?x=1")
    assert proxy.ask("/healthz").status == proxy.ask("/readyz").status == 200


def test_no_address_in_nginxs_log_holds_a_query(proxy: Nginx) -> None:
    proxy.ask("/?q=somebody")

    assert "somebody" not in (proxy.folder / "access.log").read_text()
