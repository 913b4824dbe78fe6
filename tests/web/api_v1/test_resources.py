"""The first resources of the JSON interface: who may read what, in which shape."""

import pytest

from lotproof.kernel.errors import RefusedError
from lotproof.people.permissions import Permission
from lotproof_web.api.v1.registering import RESOURCES
from support.served import Served
from support.world import FARM, OPERATOR, PACKER, World, lot


def test_a_lot_is_for_those_who_take_part_in_it(world: World, served: Served) -> None:
    apples = world.harvested("H1")
    path = f"/api/v1/lots/{apples.gtin14}/{apples.code}"

    mine = served.get(path)
    assert mine.status_code == 200
    assert mine.json == {
        "uri": apples.uri,
        "gtin": apples.gtin14,
        "lot": "H1",
        "state": mine.json["state"],
        "place": mine.json["place"],
        "harvested_on": "2026-06-01",
        "balance": mine.json["balance"],
    }
    assert mine.json["balance"]["uom"] == "KGM"
    assert mine.json["balance"]["created"] == "1000"
    assert served.get(path, OPERATOR).json == mine.json
    others, none = served.get(path, PACKER), served.get(f"/api/v1/lots/{apples.gtin14}/H2", PACKER)
    assert (others.status_code, none.status_code) == (404, 404)
    assert others.json["code"] == none.json["code"] == "unknown_lot"


def test_lots_come_in_pages(world: World, served: Served) -> None:
    for number in range(5):
        world.harvested(f"H{number}")

    first = served.get("/api/v1/lots", perPage=2)
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    second = served.client.get(following, headers=served.bearer(FARM, "read"))

    assert [one["lot"] for one in first.json["lots"]] == ["H0", "H1"]
    assert [one["lot"] for one in second.json["lots"]] == ["H2", "H3"]
    assert served.get("/api/v1/lots", PACKER).json == {"lots": []}
    assert len(served.get("/api/v1/lots", OPERATOR).json["lots"]) == 5


def test_what_was_read_is_not_sent_again(world: World, served: Served) -> None:
    world.harvested("H1")
    first = served.get("/api/v1/lots")

    headers = {**served.bearer(FARM, "read"), "If-None-Match": first.headers["ETag"]}
    again = served.client.get("/api/v1/lots", headers=headers)
    world.harvested("H2")
    changed = served.client.get("/api/v1/lots", headers=headers)

    assert (again.status_code, again.data) == (304, b"")
    assert changed.status_code == 200
    assert first.headers["Cache-Control"] == "private, no-cache"


@pytest.mark.parametrize("id", [FARM.digits, FARM.party_uri])
def test_a_party_is_found_by_its_number_or_its_uri(served: Served, id: str) -> None:
    found = served.get(f"/api/v1/parties/{id}", PACKER)

    assert found.json == {"id": FARM.party_uri, "names": {"en": "Farm"}, "person": False, "kind": None}
    may = served.get(f"/api/v1/parties/{id}/may", PACKER, action="ship")
    assert (may.status_code, set(may.json)) == (200, {"answer", "code", "because"})
    assert may.json["answer"] == "not_recorded"


def test_the_names_of_a_person_are_for_herself_and_who_reads_all(world: World, served: Served) -> None:
    from lotproof.kernel.identifiers import Gln
    from lotproof.parties.actions import register_party

    person = Gln("9520000000042")
    with world.log.unit_of_work() as uow:
        register_party(uow, world.log.operator, person, {"names": {"zh_Hans": "李娜"}, "person": True})
    path = f"/api/v1/parties/{person}"

    assert served.get(path, FARM).json["names"] == {}
    assert served.get(path, person).json["names"] == {"zh_Hans": "李娜"}
    assert served.get(path, OPERATOR).json["names"] == {"zh_Hans": "李娜"}


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({}, ["action"]),
        ({"action": "eat"}, ["action"]),
        ({"action": "ship", "at": "yesterday"}, ["at"]),
        ({"action": "ship", "at": "2026-11-23T14:05:00"}, ["at"]),
        ({"action": "eat", "at": "x", "more": "1"}, ["action", "at", "more"]),
    ],
)
def test_every_problem_of_the_shape_is_named_with_its_place(
    served: Served, query: dict[str, str], where: list[str]
) -> None:
    answer = served.get(f"/api/v1/parties/{FARM}/may", **query)

    assert answer.status_code == 422
    assert set(answer.json) == {"code", "message", "hint", "problems"}
    assert sorted(problem["where"] for problem in answer.json["problems"]) == where


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/parties/9520000000097", 404),
        ("/api/v1/parties/9520000000012", 400),
        ("/api/v1/lots/1/x", 400),
        ("/api/v1/nothing", 404),
        ("/api/v1/lots?nextPageToken=x", 400),
        ("/api/v1/lots?perPage=0", 422),
    ],
)
def test_errors_have_one_shape(served: Served, path: str, status: int) -> None:
    headers = {**served.bearer(FARM, "read"), "Accept": "text/html"}

    answer = served.client.get(path, headers=headers)

    assert answer.status_code == status
    assert set(answer.json) == {"code", "message", "hint", "problems"}


def test_without_a_key_that_is_good_nothing_is_told(world: World, served: Served) -> None:
    for headers in ({}, {"Authorization": "Bearer lp_x_y"}, served.bearer(FARM, "documents")):
        answer = served.client.get("/api/v1/lots", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_that_nobody_can_write_now_harms_no_reader(
    world: World, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise RefusedError("database_busy", "others write")

    world.harvested("H1")
    monkeypatch.setattr("lotproof_web.api.bearer.note_use", busy)

    assert served.get("/api/v1/lots").status_code == 200


def test_a_method_that_is_not_there_says_which_are(served: Served) -> None:
    answer = served.client.delete("/api/v1/lots", headers=served.bearer(FARM, "read"))

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]
    assert answer.json["code"] == "method_not_allowed"


def test_a_key_allows_what_its_scopes_say_and_no_more(served: Served) -> None:
    from lotproof.parties.api_keys import KeyHolder
    from lotproof.people.programs import program_of

    papers = program_of(KeyHolder(FARM.party_uri, frozenset({"documents"})), OPERATOR.party_uri)

    assert papers.may(Permission.UPLOAD_DOCUMENTS)
    assert not papers.may(Permission.READ_LOTS)
    assert not papers.may(Permission.READ_LOTS_ANY)
    assert papers.account is None


def test_people_read_about_it_in_pages(served: Served) -> None:
    docs = served.app.test_client().get("/api/docs")
    spec = served.client.get("/api/openapi.json").json

    assert docs.status_code == 200
    assert "unsafe" not in docs.headers["Content-Security-Policy"]
    assert "/api/v1/lots/{gtin}/{lot}" in spec["paths"]
    assert len(spec["tags"]) == len(RESOURCES)
    error = spec["components"]["schemas"]["ErrorOut"]["properties"]
    assert set(error) == {"code", "message", "hint", "problems", "request_id"}
    assert lot("X").gtin14  # the path is that of the lot's key
