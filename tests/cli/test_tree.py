"""A trace drawn as a tree."""

from __future__ import annotations

from lotproof_cli.tree import Branch, draw


def name(node: str) -> list[str]:
    return [node]


def test_branches_hang_below_what_they_belong_to() -> None:
    below = {"a": [Branch("b", "1"), Branch("c", "2")], "b": [Branch("d", "3")]}

    lines = list(draw("a", below, lambda node: [node, f"{node}!"]))

    assert lines == [
        "a",
        "a!",
        "├─ 1",
        "│  b",
        "│  b!",
        "│  └─ 3",
        "│     d",
        "│     d!",
        "└─ 2",
        "   c",
        "   c!",
    ]


def test_what_hangs_in_two_places_is_drawn_whole_once() -> None:
    below = {"a": [Branch("b", "1"), Branch("c", "2")], "b": [Branch("d", "3")], "c": [Branch("b", "4")]}

    lines = list(draw("a", below, name))

    assert [line for line in lines if "d" in line] == ["│     d"]
    assert lines[-1] == "      b  ↑ see above"


def test_a_circle_ends() -> None:
    below = {"a": [Branch("b", "1")], "b": [Branch("a", "2")]}

    assert list(draw("a", below, name))[-1] == "      a  ↑ see above"


def test_a_chain_of_ten_thousand_lots_is_no_deeper_than_a_loop() -> None:
    below = {str(at): [Branch(str(at + 1), "")] for at in range(10_000)}

    assert sum(1 for _ in draw("0", below, name)) == 20_001
