"""Laws of the kernel that hold for any input."""

import json
import re
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from lotproof.kernel import digital_link, epc_urn, strict_json
from lotproof.kernel.check_digits import is_valid, mod10
from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gln, Gtin, LotId, Sscc, identify
from lotproof.kernel.instants import parse_instant, rfc3339
from lotproof.kernel.money import Money
from lotproof.kernel.quantity import plain, to_decimal
from lotproof.kernel.units import convert, convert_temperature

SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
MASSES = ["KGM", "GRM", "MGM", "TNE", "DTN", "LBR", "ONZ", "STN", "LTN"]


def digits(length: int) -> st.SearchStrategy[str]:
    return st.text("0123456789", min_size=length, max_size=length)


def keys(length: int) -> st.SearchStrategy[str]:
    return digits(length - 1).map(lambda body: body + mod10(body))


lot_codes = st.text(SET_82, min_size=1, max_size=20)
lots = st.builds(LotId, keys(14), lot_codes)
amounts = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=6)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def attempt(read: Callable[[Any], Any], data: Any) -> tuple[Any, str]:
    """What was read and "", or None and the code of the refusal."""
    try:
        return read(data), ""
    except InvalidInputError as refusal:
        return None, refusal.code


@given(lots)
def test_a_lot_is_read_back_from_every_way_to_write_it(lot: LotId) -> None:
    for text in (str(lot), lot.uri, lot.path, f"https://farm.example/shop{lot.path}?17=261123"):
        assert LotId.parse(text) == lot
    assert identify(lot.uri).uri == lot.uri


@given(digits(7), digits(6), lot_codes)
def test_a_lot_urn_and_its_link_name_the_same_lot(company: str, reference: str, code: str) -> None:
    escaped = "".join(f"%{ord(c):02X}" if c in '"%&/<>?' else c for c in code)

    found = identify(f"urn:epc:class:lgtin:{company}.{reference}.{escaped}")

    assert found.lot is not None
    assert found.lot.code == code
    assert found.lot.gtin14.startswith(reference[0] + company + reference[1:])
    assert identify(found.uri) == found


@given(keys(14), keys(18), keys(13))
def test_keys_are_read_back_from_their_links(gtin: str, sscc: str, gln: str) -> None:
    links = {
        "product": Gtin(gtin).uri,
        "sscc": Sscc(sscc).uri,
        "place": Gln(gln).place_uri,
        "party": Gln(gln).party_uri,
    }

    assert {kind: identify(link).kind for kind, link in links.items()} == {kind: kind for kind in links}
    assert all(identify(link).uri == link for link in links.values())


@given(st.text(max_size=60) | st.from_regex(r"(https://[a-z.]{1,9}/|urn:epc:)[ -~]{0,40}", fullmatch=True))
def test_any_text_is_identified_or_refused_and_never_breaks(text: str) -> None:
    found, code = attempt(identify, text)

    if found is None:
        assert code in {"invalid_identifier", "invalid_check_digit"}
    else:
        assert identify(found.uri) == found or found.lot is not None


@given(st.lists(st.text(SET_82, min_size=1, max_size=20), min_size=3, max_size=3), keys(14))
def test_a_path_that_is_written_is_read_back(values: list[str], gtin: str) -> None:
    key = (("01", gtin), ("22", values[0]), ("10", values[1]), ("21", values[2]))

    assert digital_link.read_path(digital_link.write_path(key)) == key
    assert epc_urn.read(digital_link.write_path(key)) is None


@given(digits(13))
def test_exactly_one_check_digit_is_right(body: str) -> None:
    assert [last for last in "0123456789" if is_valid(body + last)] == [mod10(body)]


@given(amounts, st.sampled_from(MASSES), st.sampled_from(MASSES))
def test_a_conversion_goes_there_and_back_without_loss(amount: Decimal, src: str, dst: str) -> None:
    there = convert(amount, src, dst)

    if there is not None:
        assert convert(there, dst, src) == amount


@given(amounts, st.sampled_from(["CEL", "FAH", "KEL"]), st.sampled_from(["CEL", "FAH", "KEL"]))
def test_a_temperature_goes_there_and_back_without_loss(amount: Decimal, src: str, dst: str) -> None:
    there = convert_temperature(amount, src, dst)

    if there is not None:
        assert convert_temperature(there, dst, src) == amount


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**40), max_value=10**40))
def test_a_plain_decimal_reads_back_as_the_same_number(value: Decimal) -> None:
    text = plain(value)

    assert Decimal(text) == value
    assert re.fullmatch(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?", text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_float_is_the_decimal_that_python_prints(number: float) -> None:
    assert float(to_decimal(number)) == number


@given(st.integers(-(10**12), 10**12), st.lists(st.integers(0, 10**6), min_size=1, max_size=20).filter(any))
def test_a_split_loses_and_makes_no_money_and_is_fair(minor: int, weights: list[int]) -> None:
    parts = [part.minor for part in Money(minor, "CNY").split(weights)]

    assert sum(parts) == minor
    for part, weight in zip(parts, weights, strict=True):
        exact = Decimal(minor) * weight / sum(weights)
        assert abs(part - exact) < 1
        assert weight or not part


@given(st.integers(-(10**9), 10**9), st.decimals(-1000, 1000, places=4))
def test_a_product_is_within_half_a_unit(minor: int, factor: Decimal) -> None:
    product = (Money(minor, "CNY") * factor).minor

    assert abs(product - minor * factor) <= Decimal("0.5")
    assert product == -(Money(-minor, "CNY") * factor).minor


@given(documents)
def test_strict_json_reads_what_it_accepts_as_json_does(value: object) -> None:
    text = json.dumps(value)

    found, code = attempt(strict_json.loads, text)

    assert code or found == json.loads(text)
    assert attempt(strict_json.loads, text.encode()) == (found, code)


@given(st.text(alphabet='{}[]",:0123456789.eE+-tfn \\ud8\n', max_size=40) | st.binary(max_size=40))
def test_strict_json_refuses_or_agrees_on_any_input(data: str | bytes) -> None:
    found, code = attempt(strict_json.loads, data)

    assert code or found == json.loads(data)


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 9)), max_size=6))
def test_strict_json_refuses_an_object_exactly_when_a_name_is_repeated(pairs: list[tuple[str, int]]) -> None:
    text = "{" + ",".join(f'"{name}":{value}' for name, value in pairs) + "}"
    repeated = [name for name, times in Counter(name for name, _ in pairs).items() if times > 1]

    found, code = attempt(strict_json.loads, text)

    assert code == ("duplicate_name" if repeated else "")
    assert found == (None if repeated else dict(pairs))


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(2**53), max_value=2**53, places=5))
def test_an_accepted_number_prints_as_the_decimal_that_was_sent(value: Decimal) -> None:
    found, code = attempt(strict_json.check_number, format(value, "f"))

    assert code in {"", "inexact_decimal", "number_too_large"}
    assert code or to_decimal(found) == value


@given(
    st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)),  # noqa: DTZ001
    st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_is_written_and_read_back_to_the_millisecond(naive: datetime, minutes: int) -> None:
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=minutes)))

    again = parse_instant(rfc3339(moment))

    assert timedelta(0) <= moment - again < timedelta(milliseconds=1)
    assert again.tzinfo == UTC
    assert rfc3339(again) == rfc3339(moment)
