"""The map shows few enough lots to be read, and never hides the bad ones of a layer."""

from lotproof.kernel.identifiers import LotId
from lotproof.lots.trace import Tracing
from lotproof_web.map_layout import lay_out
from support.story_parts import CYCLE, GOOD, HARVESTED, alone, edge, gtin, traced
from support.story_samples import good, wide


def lot(at: int) -> LotId:
    return LotId(gtin("1"), f"L{at:02}")


def fan(count: int, bad: dict[int, str]) -> Tracing:
    lots = [traced(lot(at), 1, bad.get(at, "no_known_problem")) for at in range(count)]
    edges = tuple(edge(lot(at), GOOD, at, "repacking") for at in range(count))
    return Tracing(GOOD.uri, "up", (traced(GOOD, 0), *lots), edges)


def test_layers_run_from_the_farthest_source_to_the_farthest_product() -> None:
    story = good()

    layout = lay_out(story.upstream, story.downstream, per_layer=7, reach=3)

    assert [[node.layer for node in layer] for layer in layout.layers] == [[-2], [-1], [0], [1]]
    assert layout.layers[0][0].key == CYCLE
    assert {(line.src, line.dst) for line in layout.lines} >= {
        (CYCLE, HARVESTED.uri),
        (HARVESTED.uri, GOOD.uri),
    }


def test_a_layer_that_just_fits_is_shown_whole() -> None:
    layout = lay_out(fan(7, {}), alone(GOOD, "down"), per_layer=7, reach=3)

    assert len(layout.layers[0]) == 7
    assert all(node.lot for node in layout.layers[0])


def test_what_does_not_fit_is_one_node_that_says_how_many() -> None:
    layout = lay_out(fan(8, {}), alone(GOOD, "down"), per_layer=7, reach=3)

    *shown, rest = layout.layers[0]
    assert len(shown) == 6
    assert (rest.lot, rest.more) == (None, 2)
    assert any(line.src == rest.key and line.dst == GOOD.uri for line in layout.lines)


def test_recalled_and_held_lots_are_shown_before_all_others() -> None:
    layout = lay_out(fan(50, {48: "held", 49: "recalled"}), alone(GOOD, "down"), per_layer=3, reach=3)

    assert [node.state for node in layout.layers[0]] == ["recalled", "held", "no_known_problem"]


def test_the_rest_tells_the_worst_state_within_it() -> None:
    layout = lay_out(fan(9, dict.fromkeys(range(5), "held")), alone(GOOD, "down"), per_layer=3, reach=3)

    assert layout.layers[0][-1].state == "held"


def test_what_lies_beyond_the_reach_is_the_rest_of_the_outermost_layer() -> None:
    layout = lay_out(wide().upstream, alone(wide_lot(), "down"), per_layer=7, reach=3)

    assert [layer[0].layer for layer in layout.layers] == [-3, -2, -1, 0]
    assert sum(node.more or 1 for layer in layout.layers for node in layer) == 301


def wide_lot() -> LotId:
    return LotId.parse(wide().uri)


def test_only_lots_on_a_circle_are_tied_by_circular_lines() -> None:
    a, b, c = lot(1), lot(2), lot(3)
    up = Tracing(
        GOOD.uri,
        "up",
        (traced(GOOD, 0), traced(a, 1), traced(b, 2), traced(c, 3)),
        tuple(edge(src, dst, 1, "repacking") for src, dst in ((a, GOOD), (b, a), (a, b), (c, b))),
    )

    layout = lay_out(up, alone(GOOD, "down"), per_layer=7, reach=3)

    circular = {(line.src, line.dst) for line in layout.lines if line.circular}
    assert circular == {(a.uri, b.uri), (b.uri, a.uri)}


def test_a_standing_edge_hides_a_voided_one_between_the_same_lots() -> None:
    a = lot(1)
    both = (edge(a, GOOD, 1, "repacking", voided=True), edge(a, GOOD, 2, "repacking"))
    voided_only = both[:1]

    def lines(edges: tuple) -> list[bool]:  # type: ignore[type-arg]
        up = Tracing(GOOD.uri, "up", (traced(GOOD, 0), traced(a, 1)), edges)
        return [line.voided for line in lay_out(up, alone(GOOD, "down"), per_layer=7, reach=3).lines]

    assert lines(both) == [False]
    assert lines(voided_only) == [True]
