"""Tokens of a JSON text: the same judgement as strict JSON in the kernel, and the place of every fault."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotproof.kernel import strict_json
from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof_schemas.json_builder import Builder
from lotproof_schemas.json_stream import tokens


def read(data: bytes, most: int = 10_000) -> tuple[Any, list[Problem]]:
    stream = tokens(BytesIO(data))
    value, problems = Builder(stream, most).build(next(stream), "$", 0)
    assert list(stream) == []
    return value, problems


def refusal_of(data: bytes) -> tuple[str, str]:
    with pytest.raises(InvalidInputError) as caught:
        read(data)
    assert [problem.code for problem in caught.value.problems] == [caught.value.code]
    return caught.value.code, caught.value.problems[0].where


def assert_refused(data: bytes, code: str, where: str) -> None:
    """The parser counts what it has read when it stops, which is up to one byte before or after the fault."""
    found, place = refusal_of(data)
    line, byte = place.split(", byte ")
    wanted_line, wanted_byte = where.split(", byte ")

    assert (found, line) == (code, wanted_line)
    assert abs(int(byte) - int(wanted_byte)) <= (1 if code == "invalid_json" else 0)


def value_problems(data: bytes) -> list[tuple[str, str]]:
    value, problems = read(data)
    return [(problem.where, problem.code) for problem in problems]


@pytest.mark.parametrize(
    ("data", "code", "where"),
    [
        (b"", "invalid_json", "line 1, byte 0"),
        (b"  \n ", "invalid_json", "line 2, byte 4"),
        (b'{"a":', "invalid_json", "line 1, byte 5"),
        (b'{"a":NaN}', "invalid_json", "line 1, byte 6"),
        (b'{"a":Infinity}', "invalid_json", "line 1, byte 6"),
        (b'{"a":-Infinity}', "invalid_json", "line 1, byte 6"),
        (b'{"a":01}', "invalid_json", "line 1, byte 7"),
        (b'{"a":+1}', "invalid_json", "line 1, byte 6"),
        (b'{"a":1,}', "invalid_json", "line 1, byte 8"),
        (b"{'a':1}", "invalid_json", "line 1, byte 2"),
        (b"{} x", "invalid_json", "line 1, byte 4"),
        (b"{} tru", "invalid_json", "line 1, byte 6"),
        (b'{} "', "invalid_json", "line 1, byte 4"),
        (b'{"a": "b\\"', "invalid_json", "line 1, byte 10"),
        (b"{\x0c}", "invalid_json", "line 1, byte 2"),
        (b"{} -", "invalid_json", "line 1, byte 4"),
        (b"// no\n{}", "invalid_json", "line 1, byte 1"),
        (b'{"a":"\xff"}', "invalid_utf8", "line 1, byte 7"),
        ('{"a":1}'.encode("utf-16"), "invalid_utf8", "line 1, byte 1"),
        (b'{"a":"\\ud800"}', "lone_surrogate", "line 1, byte 7"),
        (b'{"a":"\\udc00"}', "lone_surrogate", "line 1, byte 7"),
        (b'{"a":"\\ud800\\ud800"}', "lone_surrogate", "line 1, byte 7"),
        (b'{"a":"\\ud800\\n"}', "lone_surrogate", "line 1, byte 7"),
        (b'{"a":"\\u0000"}', "nul_character", "line 1, byte 7"),
        (b'{"a":' + b"9" * 5000 + b"}", "number_too_large", "line 1, byte 513"),
        (b'{"a":-' + b"1" * 5000 + b".5}", "number_too_large", "line 1, byte 513"),
        (b'{"a":1e99999999999999999999}', "number_too_large", "line 1, byte 1"),
    ],
)  # fmt: skip
def test_what_is_not_json_is_refused_with_its_place(data: bytes, code: str, where: str) -> None:
    assert_refused(data, code, where)


@pytest.mark.parametrize("before", [0, 1, 400, 505, 511, 512, 513, 3000])
def test_the_place_of_a_fault_is_right_wherever_the_pieces_end(before: int) -> None:
    lines = b"\n" * 7 + b" " * before

    assert_refused(lines + b'{"k": "v", "a": tru}', "invalid_json", f"line 8, byte {before + 7 + 20}")
    assert_refused(lines + b'{"a": "\\ud83d!"}', "lone_surrogate", f"line 8, byte {before + 7 + 8}")


@pytest.mark.parametrize("before", range(495, 515))
def test_an_escape_that_is_cut_by_the_end_of_a_piece_is_still_understood(before: int) -> None:
    text = "x" * before + r"\ud83d\ude00 \\ud800 \\\\ \" é"

    value, problems = read(b'["' + text.encode() + b'"]')

    assert (value, problems) == (["x" * before + '😀 \\ud800 \\\\ " é'], [])


@pytest.mark.parametrize(
    "before", ["", "\\\\", r"\"", '\\\\" , "', "x" * 508 + '\\"', "x" * 509 + '\\"', "x" * 510 + '\\"']
)
def test_a_text_of_many_digits_is_no_number(before: str) -> None:
    text = f'["{before}{"0" * 5000}", 1]'

    assert read(text.encode()) == (json.loads(text), [])


def test_a_byte_order_mark_is_passed_over() -> None:
    assert read(b'\xef\xbb\xbf{"a": 1}') == ({"a": 1}, [])


def test_every_fault_inside_a_value_is_listed_with_its_path() -> None:
    data = b'{"a": [1, 9007199254740993, {"b": 1e400}], "c": 0.1234567890123456789, "a": 1, "x:y": {"d": 1, "d": 2}}'

    assert value_problems(data) == [
        ("$.a[1]", "number_too_large"),
        ("$.a[2].b", "invalid_number"),
        ("$.c", "inexact_decimal"),
        ("$.a", "duplicate_name"),
        ("$['x:y'].d", "duplicate_name"),
    ]


@pytest.mark.parametrize(
    "text", ["0", "-1", "1.0", "0.1", "1e2", "2e0", "12.50", "-0.0", "9007199254740991", "1e-7"]
)
def test_numbers_come_out_as_strict_json_reads_them(text: str) -> None:
    value, problems = read(f"[{text}]".encode())

    assert problems == []
    assert repr(value) == repr(strict_json.loads(f"[{text}]"))


def test_sixty_four_levels_are_read_and_one_more_is_refused() -> None:
    def nested(levels: int) -> bytes:
        return b"[" * levels + b"]" * levels

    assert value_problems(nested(64)) == []
    assert value_problems(nested(65)) == [("$" + "[0]" * 64, "too_deep")]
    assert value_problems(b"[" + nested(100_000) + b", 1e400]") == [
        ("$" + "[0]" * 64, "too_deep"),
        ("$[1]", "invalid_number"),
    ]


@pytest.mark.parametrize(
    "large",
    [
        '[1, 2, {"a": [3, 4, 5]}]',
        "[{}, {}, {}, {}, {}]",
        '[1, 2, 3, {"a": []}, 5]',
        '{"a": 1, "b": 2, "c": 3, "d": [], "e": {}}',
        '[[[[[["x"]]]]]]',
        "[[], [], [], [], [[]], [{}]]",
    ],
)
def test_a_value_with_too_many_parts_is_passed_over_and_what_follows_is_read(large: str) -> None:
    stream = tokens(BytesIO(f"[{large}, 6]".encode()))
    next(stream)
    builder = Builder(stream, 5)

    value, problems = builder.build(next(stream), "$[0]", 1)

    assert value is None
    assert [(p.where, p.code) for p in problems] == [("$[0]", "too_large")]
    assert builder.build(next(stream), "$[1]", 1) == (6, [])


def test_no_more_than_a_hundred_faults_of_one_value_are_listed() -> None:
    assert len(value_problems(b"[" + b",".join([b"1e400"] * 1000) + b"]")) == 100


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False)
    | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=15,
)


def outcome_of_kernel(data: bytes) -> Any:
    try:
        return repr(strict_json.loads(data))
    except InvalidInputError:
        return "refused"


def outcome_of_stream(data: bytes) -> Any:
    try:
        value, problems = read(data)
    except InvalidInputError as error:
        return "NUL" if error.code == "nul_character" else "refused"
    return "refused" if problems else repr(value)


@given(json_values, st.booleans())
def test_the_stream_reads_and_refuses_what_strict_json_reads_and_refuses(
    value: Any, ascii_only: bool
) -> None:
    data = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    found = outcome_of_stream(data)

    assert found in ("NUL", outcome_of_kernel(data))


@given(
    json_values,
    st.integers(0, 200),
    st.sampled_from([b'"', b"{", b"]", b",", b"\\", b"\xff", b"1", b"e", b"-"]),
)
def test_a_damaged_text_is_refused_by_both_or_read_alike(value: Any, at: int, damage: bytes) -> None:
    data = json.dumps(value).encode()
    data = data[:at] + damage + data[at:]
    found = outcome_of_stream(data)

    assert found in ("NUL", outcome_of_kernel(data))
