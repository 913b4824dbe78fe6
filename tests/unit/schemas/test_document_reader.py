"""Documents of any length: the header wherever it stands, events one by one, and what is refused as a whole."""

import json
import os
import subprocess
import sys
import tempfile
from io import BytesIO, RawIOBase
from pathlib import Path
from typing import Any, BinaryIO, cast

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof_schemas.document_reader import Document, read_document

ROOT = Path(__file__).parents[3]
FOLDER = (ROOT / os.environ.get("LOTPROOF_OUTSIDE_DATA", "../shared/data") / "epcis-fsma204").resolve()

CONTEXT = ["https://ref.gs1.org/standards/epcis/epcis-context.jsonld", {"example": "https://ns.example.org/"}]
EVENT: dict[str, Any] = {
    "type": "ObjectEvent",
    "eventTime": "2026-11-23T16:36:00+08:00",
    "eventTimeZoneOffset": "+08:00",
    "action": "OBSERVE",
    "epcList": ["https://id.gs1.org/00/095212345678901235"],
    "example:note": {"b": 1.50, "a": [None, True, "批次"]},
}
HEAD: dict[str, Any] = {
    "@context": CONTEXT,
    "type": "EPCISDocument",
    "schemaVersion": "2.0",
    "creationDate": "2026-11-23T16:40:00+08:00",
}


def document(*events: Any, **changes: Any) -> bytes:
    whole = {**HEAD, "epcisBody": {"eventList": list(events)}, **changes}
    return json.dumps({name: value for name, value in whole.items() if value is not ...}).encode()


def refusal_of(data: bytes | BinaryIO) -> tuple[str, dict[str, str]]:
    with pytest.raises(InvalidInputError) as caught:
        read_document(data)
    return caught.value.code, {problem.where: problem.code for problem in caught.value.problems}


def events_of(found: Document) -> list[Any]:
    return [incoming.event for incoming in found.events()]


def test_a_document_gives_its_header_and_its_events_as_they_came() -> None:
    other = {**EVENT, "action": "ADD"}

    with read_document(document(EVENT, other, sender="urn:x:farm", id="urn:uuid:1")) as found:
        assert found.header.type == "EPCISDocument"
        assert not found.header.is_single_event
        assert found.header.context == CONTEXT
        assert (found.header.schema_version, found.header.creation_date) == ("2.0", HEAD["creationDate"])
        assert found.header.members == {"sender": "urn:x:farm", "id": "urn:uuid:1"}
        assert found.count == 2
        incoming = list(found.events())

    assert [(one.position, one.path, one.problems) for one in incoming] == [
        (0, "$.epcisBody.eventList[0]", []),
        (1, "$.epcisBody.eventList[1]", []),
    ]
    assert [one.event for one in incoming] == [EVENT, other]
    assert [json.dumps(one.event) for one in incoming] == [json.dumps(EVENT), json.dumps(other)]


def test_the_header_may_follow_the_events() -> None:
    data = json.dumps({"epcisBody": {"x": [1], "eventList": [EVENT], "y": {}}, **HEAD}).encode()

    found = read_document(data)

    assert found.header.context == CONTEXT
    assert events_of(found) == [EVENT]


def test_events_can_be_read_again() -> None:
    found = read_document(document(EVENT))

    assert events_of(found) == events_of(found) == [EVENT]


def test_a_document_may_hold_no_event() -> None:
    found = read_document(document())

    assert (found.count, events_of(found)) == (0, [])


def test_comments_master_data_and_unknown_members_of_the_document_are_passed_over() -> None:
    data = document(
        EVENT,
        _comment_mapping=["any", {"thing": "1"}],
        colour="red",
        epcisHeader={"epcisMasterData": {"vocabularyList": [{"type": "urn:x"}]}},
        epcisBody={"_comment": "x", "eventList": [EVENT]},
    )

    found = read_document(data)

    assert found.header.members == {}
    assert events_of(found) == [EVENT]


@pytest.mark.parametrize("version", ["2", "2.0", "2.0.1", "2.1"])
def test_every_version_two_is_read(version: str) -> None:
    assert read_document(document(schemaVersion=version)).header.schema_version == version


def test_one_event_with_its_context_is_a_document_of_its_own() -> None:
    event = {"@context": CONTEXT, **EVENT}

    found = read_document(json.dumps(event).encode())

    assert (found.header.type, found.header.context, found.count) == ("ObjectEvent", CONTEXT, 1)
    assert found.header.is_single_event
    assert [tuple(one) for one in found.events()] == [(0, "$", event, [])]


def test_a_bad_event_is_given_with_its_problems_and_the_others_are_read() -> None:
    data = document(EVENT, {**EVENT, "bizStep": "teleporting"}, 7, EVENT)

    found = list(read_document(data).events())

    assert [one.event is not None for one in found] == [True, False, False, True]
    assert [(p.where, p.code) for p in found[1].problems] == [
        ("$.epcisBody.eventList[1].bizStep", "unknown_biz_step")
    ]
    assert [(p.where, p.code) for p in found[2].problems] == [("$.epcisBody.eventList[2]", "invalid_type")]


def test_what_strict_json_refuses_inside_an_event_refuses_that_event() -> None:
    text = document("ONE", EVENT).decode()
    bad = json.dumps(EVENT).replace('"action"', '"type": "ObjectEvent", "action"').replace("1.5", "1e400")

    found = list(read_document(text.replace('"ONE"', bad).encode()).events())

    assert [(p.where, p.code) for p in found[0].problems] == [
        ("$.epcisBody.eventList[0].type", "duplicate_name"),
        ("$.epcisBody.eventList[0]['example:note'].b", "invalid_number"),
    ]
    assert (found[0].event, found[1].event) == (None, EVENT)


def test_depth_is_counted_from_the_top_of_the_document() -> None:
    def deep(levels: int) -> Any:
        return {**EVENT, "example:deep": json.loads("[" * levels + "]" * levels)}

    fits, too_deep = read_document(document(deep(60), deep(61))).events()

    assert fits.problems == []
    assert [problem.code for problem in too_deep.problems] == ["too_deep"]


@pytest.mark.parametrize(
    ("changes", "problems"),
    [
        ({"@context": ...}, {"$['@context']": "missing"}),
        ({"@context": 7}, {"$['@context']": "invalid_context"}),
        ({"schemaVersion": ...}, {"$.schemaVersion": "missing"}),
        ({"schemaVersion": "1.2"}, {"$.schemaVersion": "unsupported_version"}),
        ({"schemaVersion": 2.0}, {"$.schemaVersion": "unsupported_version"}),
        ({"schemaVersion": "20"}, {"$.schemaVersion": "unsupported_version"}),
        ({"creationDate": ...}, {"$.creationDate": "missing"}),
        ({"creationDate": "today"}, {"$.creationDate": "invalid_time"}),
        ({"sender": 7}, {"$.sender": "invalid_type"}),
        ({"epcisBody": ...}, {"$.epcisBody.eventList": "missing"}),
        ({"epcisBody": {}}, {"$.epcisBody.eventList": "missing"}),
        ({"epcisBody": []}, {"$.epcisBody": "invalid_type"}),
        ({"epcisBody": {"eventList": EVENT}}, {"$.epcisBody.eventList": "invalid_type"}),
        ({"epcisBody": EVENT}, {"$.epcisBody.eventList": "missing"}),
        ({"schemaVersion": "1.2", "creationDate": ..., "epcisBody": {}},
         {"$.schemaVersion": "unsupported_version", "$.creationDate": "missing",
          "$.epcisBody.eventList": "missing"}),
    ],
)  # fmt: skip
def test_a_document_that_does_not_say_what_it_must_is_refused_as_a_whole(
    changes: dict[str, Any], problems: dict[str, str]
) -> None:
    assert refusal_of(document(EVENT, **changes)) == ("invalid_document", problems)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty_document"),
        (b"   ", "invalid_json"),
        (b"\xef\xbb\xbf", "invalid_json"),
        (b"[]", "not_epcis"),
        (b'"EPCISDocument"', "not_epcis"),
        (b"7", "not_epcis"),
        (b"{}", "not_epcis"),
        (b'{"type": "Invoice"}', "not_epcis"),
        (b'{"type": ["ObjectEvent"]}', "not_epcis"),
        (b'{"isA": "EPCISDocument"}', "not_epcis"),
        (b'{"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {}}}', "unsupported_document"),
        (b"<?xml version='1.0'?><epcis:EPCISDocument/>", "invalid_json"),
        (document(EVENT)[:-1], "invalid_json"),
        (document(EVENT)[:-20], "invalid_json"),
        (document(EVENT) + b"{}", "invalid_json"),
        (document(EVENT).replace(b"1.5", b"NaN"), "invalid_json"),
        (document(EVENT).replace(b"1.5", b"1" * 5000), "number_too_large"),
    ],
)
def test_what_is_no_document_is_refused_before_any_event_is_read(data: bytes, code: str) -> None:
    assert refusal_of(data)[0] == code


def test_a_single_event_without_context_is_refused() -> None:
    assert refusal_of(json.dumps(EVENT).encode()) == ("invalid_document", {"$['@context']": "missing"})


def test_a_name_that_stands_twice_around_the_events_refuses_the_document() -> None:
    twice = document(EVENT)[:-1] + b', "epcisBody": {"eventList": [], "eventList": []}}'

    assert refusal_of(twice) == (
        "invalid_document",
        {"$.epcisBody": "duplicate_name", "$.epcisBody.eventList": "duplicate_name"},
    )


def test_malformed_json_is_refused_with_line_and_byte() -> None:
    data = json.dumps({**HEAD, "epcisBody": {"eventList": [EVENT]}}, indent=1).replace("true", "tru").encode()

    code, problems = refusal_of(data)

    line = next(n for n, text in enumerate(data.split(b"\n"), 1) if b"tru" in text)
    assert code == "invalid_json"
    assert next(iter(problems)).startswith(f"line {line}, byte ")


def test_a_context_of_absurd_size_is_refused() -> None:
    code, problems = refusal_of(document(EVENT, **{"@context": [{}] * 20_000}))

    assert (code, problems["$['@context']"]) == ("invalid_document", "too_large")


class Socket(RawIOBase):
    """A stream that can be read once."""

    def __init__(self, data: bytes) -> None:
        self._data = BytesIO(data)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._data.readinto(memoryview(buffer)[:7])


def test_what_cannot_be_read_twice_is_copied_and_the_copy_is_removed() -> None:
    with read_document(cast(BinaryIO, Socket(document(EVENT)))) as found:
        assert events_of(found) == [EVENT]

    with pytest.raises(ValueError, match="closed"):
        events_of(found)


def test_a_stream_of_the_caller_is_read_from_where_it_stands_and_stays_open() -> None:
    with tempfile.TemporaryFile() as file:
        file.write(b"--- " + document(EVENT))
        file.seek(4)

        with read_document(file) as found:
            assert events_of(found) == [EVENT]

        assert not file.closed


def test_memory_stays_the_same_however_many_events_there_are() -> None:
    script = """
import io, json, resource, sys
from lotproof_schemas.document_reader import read_document
event, head = json.loads(sys.argv[1]), json.loads(sys.argv[2])
class Long(io.RawIOBase):
    '''A document of n events that exists nowhere as a whole.'''
    def __init__(self, n): self.n = n; self.seek(0)
    def seekable(self): return True
    def tell(self): return 0
    def seek(self, to, whence=0): self.parts = self.make(); self.rest = b''; return 0
    def make(self):
        yield json.dumps(head)[:-1].encode() + b', "epcisBody": {"eventList": ['
        for i in range(self.n): yield (b',' if i else b'') + json.dumps(event).encode()
        yield b']}}'
    def read(self, size=-1):
        while len(self.rest) < size:
            part = next(self.parts, None)
            if part is None: break
            self.rest += part
        out, self.rest = self.rest[:size], self.rest[size:]
        return out
def peak(n):
    assert sum(one.event is not None for one in read_document(Long(n)).events()) == n
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
few, many = peak(100), peak(5000)
print((many - few) / 1024)
"""
    paths = os.pathsep.join([str(ROOT / "trace"), str(ROOT / "schemas")])
    done = subprocess.run(
        [sys.executable, "-c", script, json.dumps(EVENT), json.dumps(HEAD)],
        capture_output=True, text=True, check=True, env={**os.environ, "PYTHONPATH": paths},
    )  # fmt: skip

    assert float(done.stdout) < 8  # MiB; the events themselves are more than that in memory


@pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the FSMA 204 examples are not at {FOLDER}: set LOTPROOF_OUTSIDE_DATA"
)
@pytest.mark.parametrize("name", ["harvest", "cooling", "initial-packing", "shipping", "receiving"])
def test_the_fsma_204_examples_of_gs1_us_are_read_without_a_problem(name: str) -> None:
    data = (FOLDER / f"{name}.jsonld").read_bytes()

    with read_document(data) as found:
        incoming = list(found.events())

    assert [one.problems for one in incoming] == [[]] * found.count
    assert [one.event for one in incoming] == json.loads(data)["epcisBody"]["eventList"]
