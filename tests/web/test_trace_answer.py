"""Where a lot came from and where it went, for programs: names once, edges by number, and only for who may have it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from support.served import Served, serve
from support.world import (
    APPLES,
    CASES,
    CYCLE,
    FARM,
    OPERATOR,
    PACKHOUSE,
    SHOP,
    World,
    check_ledger,
    lot,
    portion,
)

H1, C1 = lot("H1"), lot("C/1", CASES)


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """The public application over apples that were packed into cases."""
    world.master("product", APPLES, {"names": {"en": "Apples", "zh_Hans": "苹果"}, "uom": "KGM"})
    world.harvested("H1", "1000")
    world.record("processing", place=PACKHOUSE, inputs=(portion(H1, "12.50"),), outputs=(portion(C1, "12"),))
    return serve(world, tmp_path, log_entries="public")


def asked(served: Served, of: Any, direction: str) -> dict[str, Any]:
    """The answer to anybody."""
    response = served.client.get(f"{of.path}/trace.json?direction={direction}")
    assert response.status_code == 200, response.text
    assert response.mimetype == "application/json"
    found: dict[str, Any] = response.json  # type: ignore[assignment]
    return found


def test_a_trace_tells_lots_by_steps_and_edges_by_their_number(served: Served) -> None:
    up, down = asked(served, C1, "up"), asked(served, H1, "down")

    assert [(one["uri"], one["steps"]) for one in up["lots"]] == [(C1.uri, 0), (H1.uri, 1), (CYCLE, 2)]
    assert up["lots"][2]["type"] == "cycle"
    assert up["products"] == {APPLES: {"en": "Apples", "zh_Hans": "苹果"}}
    assert up["places"][up["lots"][1]["place"]] == {"en": "Orchard"}
    edges = [dict(zip(up["edge"], edge, strict=True)) for edge in up["edges"]]
    assert [(one["from"], one["to"], one["kind"], one["amount"], one["uom"]) for one in edges] == [
        (2, 1, "harvest", None, None),
        (1, 0, "processing", "12.5", "KGM"),
    ]
    assert [one["uri"] for one in down["lots"]] == [H1.uri, C1.uri]
    check_ledger(served.world)


@pytest.mark.parametrize(
    "query", ["", "?direction=left", "?direction=up&direction=down", "?direction=up&depth=3"]
)
def test_another_question_is_refused(served: Served, query: str) -> None:
    response = served.client.get(f"{H1.path}/trace.json{query}", headers={"Accept": "application/json"})

    assert response.status_code == 400
    assert response.json["code"] in ("invalid_parameter", "unknown_parameter")  # type: ignore[index]


def test_an_unknown_lot_is_not_found(served: Served) -> None:
    response = served.client.get(
        f"{lot('NEVER').path}/trace.json?direction=up", headers={"Accept": "application/json"}
    )

    assert (response.status_code, response.json["code"]) == (404, "unknown_lot")  # type: ignore[index]


def test_where_proofs_are_for_members_the_operator_and_auditors_trace(served: Served, tmp_path: Path) -> None:
    members = serve(served.world, tmp_path, log_entries="members")
    path = f"{H1.path}/trace.json"

    operator = members.get(path, OPERATOR, direction="down")
    auditor = members.get(path, SHOP, "audit", direction="down")
    member, nothing = (
        members.get(f"{one.path}/trace.json", FARM, direction="down") for one in (H1, lot("NEVER"))
    )
    stranger = members.client.get(f"{path}?direction=down", headers={"Accept": "application/json"})

    assert (operator.status_code, auditor.status_code, stranger.status_code) == (200, 200, 401)
    assert operator.headers["Cache-Control"] == "private, no-store"
    assert (member.status_code, nothing.status_code) == (404, 404)
    assert member.data.replace(b"H1", b"NEVER") == nothing.data
