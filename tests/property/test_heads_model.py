"""The tree of heads against a model that knows nothing but a dictionary."""

from hypothesis import given
from hypothesis import strategies as st

from lotproof.proof.heads import prove, record_of, verify_absent, verify_newest
from support.heads_tree import HeadsInMemory
from support.log_builder import naive_heads_root

_names = st.integers(0, 400).map(lambda n: f"urn:x:{n}")
_heads = st.dictionaries(
    _names, st.tuples(st.integers(0, 2**53), st.binary(min_size=32, max_size=32)), max_size=70
)


@given(heads=_heads, asked=_names)
def test_what_is_proven_is_what_the_dictionary_says(heads: dict[str, tuple[int, bytes]], asked: str) -> None:
    tree = HeadsInMemory([record_of(chain, seq, head) for chain, (seq, head) in heads.items()])

    places = prove(tree, asked)

    assert tree.heads.root == naive_heads_root(heads)
    assert verify_newest(tree.heads, asked, places) == heads.get(asked)
    assert verify_absent(tree.heads, asked, places) is (asked not in heads)


@given(heads=_heads, asked=_names, proven=_names)
def test_a_proof_about_one_chain_never_misleads_about_another(
    heads: dict[str, tuple[int, bytes]], asked: str, proven: str
) -> None:
    tree = HeadsInMemory([record_of(chain, seq, head) for chain, (seq, head) in heads.items()])

    places = prove(tree, proven)

    assert verify_newest(tree.heads, asked, places) in (None, heads.get(asked))
    assert asked not in heads or not verify_absent(tree.heads, asked, places)
