"""Chance that repeats."""

from __future__ import annotations

import uuid

from lotproof.demo.chance import Dice, SeededBytes


def test_bytes_repeat_with_the_seed_however_they_are_cut() -> None:
    one, other = SeededBytes(7), SeededBytes(7)

    assert b"".join(one(n) for n in (1, 31, 0, 40)) == other(72)


def test_another_seed_gives_other_bytes_and_they_do_not_repeat_themselves() -> None:
    drawn = SeededBytes(8)
    blocks = {drawn(16) for _ in range(1000)}

    assert SeededBytes(7)(16) not in blocks
    assert len(blocks) == 1000


def test_a_throw_depends_on_what_it_is_for_and_not_on_those_before() -> None:
    dice = Dice(1)
    before = dice.between(0, 10**9, "pick", 3)
    dice.between(0, 10**9, "something else")

    assert dice.between(0, 10**9, "pick", 3) == before
    assert Dice(2).between(0, 10**9, "pick", 3) != before


def test_both_ends_are_thrown_and_nothing_beyond() -> None:
    thrown = {Dice(1).between(2, 4, n) for n in range(100)}

    assert thrown == {2, 3, 4}
    assert all(960 <= Dice(1).about(1000, n) <= 1040 for n in range(100))


def test_names_become_uuids_of_version_five() -> None:
    named = Dice(1).uuid("cycle", 2026)

    assert named.version == 5
    assert named.variant == uuid.RFC_4122
    assert named == Dice(1).uuid("cycle", 2026) != Dice(2).uuid("cycle", 2026)
