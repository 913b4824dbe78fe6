"""The server goes away and comes back: that is said, nothing acknowledged is lost, and work goes on by itself."""

from __future__ import annotations

from pathlib import Path

from lotproof.storage.engine import open_engine
from support.captured import harvest
from support.own_postgres import own_server
from support.served import document, serve
from support.world import check_ledger, lot, make_world


def test_while_the_server_is_away_it_is_said_and_when_it_is_back_work_goes_on(tmp_path: Path) -> None:
    with own_server() as server:
        engine = open_engine(server.url)
        served = serve(make_world(engine, tmp_path), tmp_path)
        accepted = served.post(document(harvest("X1")))
        served.services.here.publisher.loop.take_turn()

        server.stop()
        page = served.client.get("/01/09520000100018/10/X1")
        refused = served.post(document(harvest("X2")))
        ready = served.client.get("/readyz")
        lives = served.client.get("/healthz")
        for loop in served.services.here.loops:
            loop.take_turn()
        faults = [loop.fault for loop in served.services.here.loops]
        server.start()
        again = served.post(document(harvest("X2")))
        for loop in served.services.here.loops:
            loop.take_turn()

        assert accepted.status_code == again.status_code == 202
        assert (page.status_code, refused.status_code, refused.headers["Retry-After"]) == (503, 503, "5")
        assert refused.json is not None
        assert refused.json["code"] == "database_failed"
        assert refused.json["request_id"] == refused.headers["X-Request-ID"]
        assert (ready.status_code, lives.status_code) == (503, 200)
        assert [one["name"] for one in ready.json["checks"] if not one["ok"]][0] == "database"  # type: ignore[index]
        assert all(faults[:2])
        assert [loop.fault for loop in served.services.here.loops[:2]] == ["", ""]
        assert [served.world.balance(lot(code)).created for code in ("X1", "X2")] == [100, 100]
        assert all(one["ok"] for one in served.client.get("/readyz").json["checks"][:4])  # type: ignore[index]
        check_ledger(served.world)
        engine.dispose()
