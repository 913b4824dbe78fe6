"""Whether a text speaks of somebody, however it is spelt."""

from __future__ import annotations

from typing import Any

import pytest

from lotproof.lots.erasure.mentions import Wanted


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("Mark Grower", "seen by MARK  GROWER, at noon"),
        ("Mark Grower", "\uff2dark Grower"),
        ("Mark Grower", ["x", {"a": {"b": "(Mark Grower)"}}]),
        ("Mark Grower", {"Mark Grower": 1}),
        ("Ørjan Blåbær", "O\u0338rjan Blåbær and Ørjan Bla\u030abær"),
        ("王小明", "由王小明检查"),
        ("王 小明", "王小明"),
        ("+86 10 5550 1234", "call 010-5550-1234 or +86(10)55501234"),
        ("010 5550 1234", "+86 10 5550 1234"),
        ("5550 1234", 55501234),
    ],
)
def test_it_is_found(wanted: str, value: Any) -> None:
    assert Wanted([wanted]).among(value)


@pytest.mark.parametrize(
    ("wanted", "value"),
    [
        ("Li", "delivered, Lina, li2"),
        ("Mark Grower", "Mark the Grower"),
        ("王小明", "王小"),
        ("010 5550 1234", "0105550"),
        ("Mark", None),
        ("Mark", True),
        ("Mark", 12.5),
    ],
)
def test_it_is_not_found(wanted: str, value: Any) -> None:
    assert not Wanted([wanted]).among(value)


def test_nothing_speaks_of_nobody() -> None:
    assert not Wanted(["", "  "])
    assert not Wanted([""]).among("anything")
