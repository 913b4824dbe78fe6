"""The tree of heads: its encoding is fixed, and its proofs of newest and of absence show exactly that."""

from dataclasses import replace

import pytest

from lotproof.kernel.errors import LogFaultError
from lotproof.proof.entry import check_structure, parse
from lotproof.proof.heads import (
    HeadPlace,
    Heads,
    chain_key,
    prove,
    read_record,
    record_hash,
    record_of,
    stated_in,
    verify_absent,
    verify_newest,
)
from lotproof.proof.merkle import EMPTY_ROOT
from support.heads_tree import HeadsInMemory
from support.log_builder import FARM, OPERATOR, LogBuilder, naive_heads_root

HEAD = bytes(range(32))


def tree_of(*chains: str) -> HeadsInMemory:
    return HeadsInMemory([record_of(chain, at, HEAD) for at, chain in enumerate(chains)])


def chains(count: int) -> list[str]:
    """Names of chains in the order in which their records stand."""
    return sorted((f"urn:x:{n}" for n in range(count)), key=chain_key)


# The encoding, by values that were computed once and never change


def test_a_record_is_the_chains_digest_its_head_and_its_number() -> None:
    record = record_of("https://id.gs1.org/01/09521234543213/10/A1", 7, HEAD)

    assert len(record) == 72
    assert record.hex() == (
        "a59be0bedbe49c5d2c1903c6f74ff25bf8b5e33121f9914c9d96647a94eb0097"
        "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f0000000000000007"
    )
    assert record_hash(record).hex() == "7f75ef4d423cd4562612108b069c0843a254f62db3878e83b4475b9089429896"
    assert read_record(record) == (record[:32], HEAD, 7)


@pytest.mark.parametrize(
    ("count", "root"),
    [
        (1, "8afe4185acc2db443e79c21c5ee6caf05542b652b668c24cea2c7d5007e5c05e"),
        (2, "8361f322e8c8e6243722f5ee253f8ace420dba33cc5a049ea8751ed556dcb2d3"),
        (3, "898c71682b1d09c13f086282e8af6aca78dd39b01e7ce16c722181960ed7be13"),
        (4, "412e34fe2f631359dda1202d88665f6a86181dbb8ef3e9b2c50a8bd11b75fcc3"),
        (7, "66477eaec43db8b3fd172c86646a292b4a3f6d2339426de9392b58b0f3329c66"),
    ],
)
def test_roots_of_small_trees_are_fixed(count: int, root: str) -> None:
    names = [f"urn:x:{n}" for n in range(count)]

    assert tree_of(*names).heads.root.hex() == root
    assert naive_heads_root({name: (at, HEAD) for at, name in enumerate(names)}).hex() == root


def test_a_record_of_another_length_is_none() -> None:
    with pytest.raises(ValueError, match="72 bytes"):
        read_record(bytes(71))


# Newest


def test_every_chain_is_proven_with_its_number_and_its_head() -> None:
    names = chains(9)
    tree = tree_of(*names)

    for seq, name in enumerate(names):
        places = prove(tree, name)

        assert verify_newest(tree.heads, name, places) == (seq, HEAD)
        assert not verify_absent(tree.heads, name, places)


def test_a_proof_of_newest_is_of_one_chain_and_one_tree() -> None:
    tree, other = tree_of(*chains(9)), tree_of(*chains(8))
    name, another = chains(9)[:2]
    (place,) = prove(tree, name)

    assert verify_newest(tree.heads, another, [place]) is None
    assert verify_newest(other.heads, name, [place]) is None
    assert verify_newest(tree.heads, name, []) is None
    assert verify_newest(tree.heads, name, [place, place]) is None
    assert verify_newest(tree.heads, name, [replace(place, index=place.index + 1)]) is None
    assert verify_newest(tree.heads, name, [replace(place, path=(*place.path, HEAD))]) is None
    assert verify_newest(tree.heads, name, [replace(place, path=place.path[:-1])]) is None
    for byte in range(72):
        record = bytearray(place.record)
        record[byte] ^= 1
        assert verify_newest(tree.heads, name, [replace(place, record=bytes(record))]) is None
    assert verify_newest(tree.heads, name, [replace(place, record=place.record + b"\0")]) is None
    assert verify_newest(replace(tree.heads, chains=8), name, [place]) is None


# Absence


@pytest.mark.parametrize("count", [1, 2, 3, 8, 9])
def test_a_chain_that_is_not_there_is_proven_absent_wherever_it_would_stand(count: int) -> None:
    names = chains(count + 1)
    for missing in names:
        tree = tree_of(*(name for name in names if name != missing))

        places = prove(tree, missing)

        assert len(places) == (1 if missing in (names[0], names[-1]) else 2)
        assert verify_absent(tree.heads, missing, places)
        assert verify_newest(tree.heads, missing, places) is None


def test_nothing_is_in_a_tree_without_records() -> None:
    empty = Heads(1, EMPTY_ROOT, 0)

    assert verify_absent(empty, "urn:x:1", [])
    assert not verify_absent(replace(empty, root=HEAD), "urn:x:1", [])
    assert not verify_absent(tree_of("urn:x:2").heads, "urn:x:1", [])


def test_records_that_leave_a_gap_prove_no_absence() -> None:
    names = chains(5)
    tree, before = tree_of(*names), tree_of(names[0], *names[2:])
    left, right = prove(tree, names[0])[0], prove(tree, names[2])[0]

    assert not verify_absent(tree.heads, names[1], [left, right])
    assert not verify_absent(tree.heads, names[1], [left])
    assert not verify_absent(tree.heads, names[1], [right])
    assert not verify_absent(tree.heads, names[1], [])
    two = prove(before, names[1])
    assert verify_absent(before.heads, names[1], two)
    assert not verify_absent(before.heads, names[1], two[::-1])
    assert not verify_absent(before.heads, names[1], [two[0], two[0]])
    assert not verify_absent(before.heads, names[1], [*two, two[1]])
    assert not verify_absent(before.heads, names[3], two)
    assert not verify_absent(tree.heads, names[1], two)


def test_one_record_at_an_edge_proves_nothing_on_its_inner_side() -> None:
    names = chains(4)
    tree = tree_of(*names[1:3])
    first, last = prove(tree, names[1])[0], prove(tree, names[2])[0]

    assert verify_absent(tree.heads, names[0], [first])
    assert not verify_absent(tree.heads, names[3], [first])
    assert verify_absent(tree.heads, names[3], [last])
    assert not verify_absent(tree.heads, names[0], [last])
    assert not verify_absent(tree.heads, names[0], [HeadPlace(0, first.record, ())])


# The entry


def test_a_heads_entry_is_the_authoritys_and_covers_what_is_before_it() -> None:
    log = LogBuilder().begin()
    entry = parse(log.leaves[log.add_heads()])

    heads = stated_in(4, entry, OPERATOR)

    assert heads == Heads(4, naive_heads_root(log.heads_of(4)), 3)
    for index, party in ((3, OPERATOR), (4, FARM), (4, None)):
        with pytest.raises(LogFaultError) as refused:
            stated_in(index, entry, party)
        assert refused.value.code == "heads_rule_broken"
    with pytest.raises(LogFaultError):
        stated_in(4, parse(log.leaves[1]), OPERATOR)


@pytest.mark.parametrize(
    "wrong",
    [{"size": 0}, {"size": True}, {"size": "4"}, {"chains": 0}, {"root": "ab"}, {"root": None}, {"more": 1}],
)
def test_a_heads_entry_has_its_form(wrong: dict[str, object]) -> None:
    log = LogBuilder().begin()
    entry = parse(log.leaves[log.add_heads(stated=wrong)])

    assert "heads" in [one.where for one in check_structure(entry)]
