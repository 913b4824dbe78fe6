"""JSON is read if it means the same to every reader, and refused with the place of the fault if not."""

import json
from typing import Any

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.strict_json import MAX_DEPTH, MAX_INTEGER, check_number, dumps, loads


def faults(data: bytes | str) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInputError) as caught:
        loads(data)
    assert caught.value.code == caught.value.problems[0].code
    return [(problem.where, problem.code) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a":[1,2.5,-0.5e1,true,null,"\xe7\xa8\xae"]}', {"a": [1, 2.5, -5.0, True, None, "種"]}),
        ('"\\ud83c\\udf4e"', "🍎"),
        ("9007199254740991", MAX_INTEGER),
        ("-9007199254740991", -MAX_INTEGER),
        ("26.20", 26.2),
        ("1.0", 1.0),
        ("0.1", 0.1),
        ("1E2", 100.0),
        (" [ ] ", []),
        ('{"a":{"a":1},"b":{"a":1}}', {"a": {"a": 1}, "b": {"a": 1}}),
    ],
)
def test_what_every_reader_reads_alike_is_read(data: bytes | str, value: Any) -> None:
    assert loads(data) == value


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ('{"a":1,"a":1}', [("/a", "duplicate_name")]),
        (
            '{"x":[{"a/b":1,"a/b":2,"~":1,"~":1}]}',
            [("/x/0/a~1b", "duplicate_name"), ("/x/0/~0", "duplicate_name")],
        ),
        ('{"a":1,"\\u0061":2}', [("/a", "duplicate_name")]),
        (
            "[1,NaN,-Infinity,1e400]",
            [("/1", "invalid_number"), ("/2", "invalid_number"), ("/3", "invalid_number")],
        ),
        ('{"n":9007199254740992}', [("/n", "number_too_large")]),
        ('{"n":-9007199254740992}', [("/n", "number_too_large")]),
        ('{"n":' + "9" * 5000 + "}", [("/n", "number_too_large")]),
        ('{"n":1e16}', [("/n", "number_too_large")]),
        ('{"n":0.1234567890123456789}', [("/n", "inexact_decimal")]),
        ('{"n":1e-400}', [("/n", "inexact_decimal")]),
        ('{"n":0.' + "3" * 5000 + "}", [("/n", "inexact_decimal")]),
        ('{"a":"\\ud800"}', [("/a", "lone_surrogate")]),
        ('{"\\udfff":1}', [("", "lone_surrogate")]),
        ('{"a":"\ud800"}', [("character 6", "lone_surrogate")]),
        (b'"\xff"', [("byte 1", "invalid_utf8")]),
        (b'"\xed\xa0\x80"', [("byte 1", "invalid_utf8")]),
        (b"\xef\xbb\xbf{}", [("line 1 column 1", "invalid_json")]),
        ("", [("line 1 column 1", "invalid_json")]),
        ("{}{}", [("line 1 column 3", "invalid_json")]),
        ('{"a":01}', [("line 1 column 7", "invalid_json")]),
        ("'a'", [("line 1 column 1", "invalid_json")]),
        ('"a\nb"', [("line 1 column 3", "invalid_json")]),
        ('{"a":1,"a":NaN', [("line 1 column 15", "invalid_json")]),
    ],
)
def test_what_readers_would_read_differently_is_refused_with_its_place(
    data: bytes | str, expected: list[tuple[str, str]]
) -> None:
    assert faults(data) == expected


def test_all_faults_of_one_document_are_named_at_once() -> None:
    found = faults('{"a":NaN,"b":{"c":1,"c":2},"d":["\\ud800"],"e":1e99}')

    assert set(found) == {
        ("/a", "invalid_number"),
        ("/b/c", "duplicate_name"),
        ("/d/0", "lone_surrogate"),
        ("/e", "number_too_large"),
    }


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_nesting_is_read_to_the_limit_and_not_beyond(opening: str, closing: str) -> None:
    deepest = opening * MAX_DEPTH + "1" + closing * MAX_DEPTH

    assert loads(deepest) == json.loads(deepest)
    assert [code for _, code in faults(opening + deepest + closing)] == ["too_deep"]
    assert [code for _, code in faults(opening * 100_000 + closing * 100_000)] == ["too_deep"]


def test_a_wide_document_is_not_taken_for_a_deep_one() -> None:
    wide = "[" + ",".join(["[[]]"] * 1000) + "]"

    assert loads(wide) == json.loads(wide)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-7", -7), ("12.50", 12.5), ("1e3", 1000.0), ("-0", 0), ("0.0", 0.0), ("0e9999", 0.0)],
)
def test_a_number_is_read_by_itself(text: str, value: float) -> None:
    assert check_number(text) == value
    assert type(check_number(text)) is type(value)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("NaN", "invalid_number"),
        ("Infinity", "invalid_number"),
        ("1e400", "invalid_number"),
        ("", "invalid_number"),
        ("1_000", "invalid_number"),
        ("+1", "invalid_number"),
        ("01", "invalid_number"),
        ("1.", "invalid_number"),
        (" 1", "invalid_number"),
        ("１", "invalid_number"),
        ("9007199254740992", "number_too_large"),
        ("9007199254740992.0", "number_too_large"),
        ("0.1234567890123456789", "inexact_decimal"),
    ],
)
def test_a_number_that_is_not_exact_is_refused_by_itself(text: str, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_number(text)

    assert caught.value.code == code


def test_what_is_written_is_compact_and_read_back() -> None:
    value = {"b": [1, 2.5, "種"], "a": None}

    assert dumps(value) == '{"b":[1,2.5,"種"],"a":null}'
    assert loads(dumps(value)) == value


def test_no_number_is_written_that_json_does_not_have() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        dumps(float("nan"))


def test_the_error_can_be_sent_even_where_a_name_is_half_a_character() -> None:
    with pytest.raises(InvalidInputError) as caught:
        loads('{"\\ud800":NaN}')

    assert json.dumps(caught.value.as_dict(), ensure_ascii=False).encode()
