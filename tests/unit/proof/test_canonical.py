"""Canonical JSON against the published examples of RFC 8785 and its reference test data."""

import json
import struct

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.canonical import is_canonical, jcs, parse_canonical, splice

# RFC 8785, sections 3.2.2 to 3.2.4 (serialisation and sorting of the sample object).
RFC_SAMPLE = r"""{
  "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
  "literals": [null, true, false]
}"""
RFC_CANONICAL = (
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
    '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
)

# github.com/cyberphone/json-canonicalization, testdata/input and testdata/output.
REFERENCE = [
    (
        '{"1": {"f": {"f": "hi","F": 5} ,"\\n": 56.0}, "10": { }, "": "empty", "a": { }, "111": [ { } ], "A": { }}',
        '{"":"empty","1":{"\\n":56,"f":{"F":5,"f":"hi"}},"10":{},"111":[{}],"A":{},"a":{}}',
    ),
    (
        '{"peach":"This sorting order","péché":"is wrong according to French",'
        '"pêche":"but canonicalization MUST","sin":"ingnore locale"}',
        '{"peach":"This sorting order","péché":"is wrong according to French",'
        '"pêche":"but canonicalization MUST","sin":"ingnore locale"}',
    ),
    ('{"Unnormalized Unicode":"\\u1e0d\\u0307"}', '{"Unnormalized Unicode":"\u1e0d\u0307"}'),
    (
        r'{"\u20ac": "Euro Sign", "1": "One", "\u0080": "Control\u007f", "\ud83d\ude02": "Smiley",'
        r' "\u00f6": "Latin Small Letter O With Diaeresis", "\ufb33": "Hebrew Letter Dalet With Dagesh",'
        r' "</script>": "Browser Challenge"}',
        '{"1":"One","</script>":"Browser Challenge","\x80":"Control\x7f",'
        '"ö":"Latin Small Letter O With Diaeresis","€":"Euro Sign","😂":"Smiley",'
        '"\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    ),
]

# RFC 8785, appendix B: IEEE 754 bits and their JSON text.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]
# The rest of appendix B: JCS writes these doubles as integers that the log does not read.
WRITTEN_AS_LONG_INTEGERS = [
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
]


def test_the_sample_of_the_rfc_is_written_as_the_rfc_writes_it() -> None:
    assert jcs(json.loads(RFC_SAMPLE)) == RFC_CANONICAL.encode()
    assert is_canonical(RFC_CANONICAL.encode())
    assert not is_canonical(RFC_SAMPLE.encode())


@pytest.mark.parametrize(("given", "canonical"), REFERENCE)
def test_the_reference_files_are_written_as_published(given: str, canonical: str) -> None:
    assert jcs(json.loads(given)) == canonical.encode()
    assert is_canonical(canonical.encode())


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_numbers_are_written_as_in_appendix_b(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    assert jcs(number) == text.encode()


@pytest.mark.parametrize(("bits", "text"), WRITTEN_AS_LONG_INTEGERS)
def test_doubles_that_would_become_long_integers_are_refused(bits: str, text: str) -> None:
    (number,) = struct.unpack(">d", bytes.fromhex(bits))

    for value in (number, [number], {"a": [1, number]}):
        with pytest.raises(InvalidInputError):
            jcs(value)
    assert not is_canonical(text.encode())


def test_long_runs_of_digits_in_texts_are_no_numbers() -> None:
    value = {
        "sscc": "095212345000000018",
        "list": "1,9999999999999999999",
        "safe": 2**53 - 1,
        "low": -(2**53) + 1,
    }

    assert parse_canonical(jcs(value)) == value


@pytest.mark.parametrize("text", ["12.5", "0.1", "-3.25", "1e-7", "0.00001", "0.0001", "1e+21", "4.5e-9"])
def test_canonical_fractions_are_known_as_canonical(text: str) -> None:
    assert is_canonical(f"[{text}]".encode())


@pytest.mark.parametrize(
    "text",
    [
        "1.0",
        "1.50",
        "-0",
        "-0.0",
        "1E5",
        "1e-07",
        "1e5",
        "0.10",
        "1e400",
        "9007199254740992",
        "-9007199254740993",
        "100000000000000000000",
        "0.1234567890123456789",
        "NaN",
        "Infinity",
        "01",
    ],
)
def test_other_ways_to_write_a_number_are_not_canonical(text: str) -> None:
    assert not is_canonical(f"[{text}]".encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b" {}",
        b"{}\n",
        b'{"a": 1}',
        b'{"b":1,"a":2}',
        b'{"a":1,"a":1}',
        b'{"a":1,"a":2}',
        b'["\\u0041"]',
        b'["\\/"]',
        b'["\\u000F"]',
        b'["\\ud800"]',
        b'["\xed\xa0\x80"]',
        b'["\xff"]',
        b"[1,]",
        b"\xef\xbb\xbf{}",
        '{"\ufb33":1,"😂":2}'.encode(),
        b"[" * 100_000,
    ],
)
def test_what_jcs_would_have_written_otherwise_is_not_canonical(data: bytes) -> None:
    assert not is_canonical(data)


def test_names_are_sorted_by_utf16_units_and_not_by_code_points() -> None:
    written = jcs({"\ufb33": 1, "😂": 2})

    assert written == '{"😂":2,"\ufb33":1}'.encode()
    assert is_canonical(written)


@pytest.mark.parametrize("value", [2**53, -(2**53), float("nan"), float("inf"), "\ud800", {1: 2}, object()])
def test_what_cannot_be_written_without_loss_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        jcs(value)

    assert refused.value.code == "not_canonical"


def test_parsing_gives_the_value_back() -> None:
    value = {"a": [1, 2.5, None, True, "é"], "b": {"c": -(2**53) + 1, "d": 1e-9}}

    assert parse_canonical(jcs(value)) == value


def test_an_object_is_spliced_from_canonical_members() -> None:
    members = {"b": [1, {"z": 0.5}], "a": "text", "_sd": []}

    assert splice({name: jcs(value) for name, value in members.items()}) == jcs(members)
