"""Where the lots of a map stand: layers by distance from the asked lot, few enough to be read. Pure.

- Layer 0 holds the asked lot; what it came from has negative layers, what came of it positive ones.
- A layer shows at most so many lots; the rest is one node "+N more", and edges to them end there.
- Of a layer's own lots, recalled and held ones are shown first; the rest tells the worst state within it.
- A line is `circular` when its two lots lie on a circle, which no true history has.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from lotproof.lots.trace import TracedEdge, TracedLot, Tracing

_URGENT = {"recalled": 0, "held": 1}
_SWEEPS = 2
_REST = "rest:"


@dataclass(frozen=True, slots=True)
class Node:
    """A lot in its layer; or, where `lot` is None, so many `more` lots that are not drawn one by one.

    state: the lot's own, or the worst of the rest.
    """

    key: str
    layer: int
    place: int
    lot: TracedLot | None
    state: str
    more: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """An edge between two drawn nodes, or several of them where one end is the rest of a layer."""

    src: str
    dst: str
    circular: bool
    voided: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Nodes by layer, first to last, and the lines between them."""

    layers: tuple[tuple[Node, ...], ...]
    lines: tuple[Line, ...]


def urgency(state: str) -> int:
    """The place of a state in the order in which lots must be seen."""
    return _URGENT.get(state, 2)


def lay_out(up: Tracing, down: Tracing, *, per_layer: int, reach: int) -> Layout:
    """Lay out both directions of a lot's trace.

    per_layer: most nodes in a layer, the one for the rest included.  reach: most layers on either side; what
    lies farther is the rest of the outermost layer.
    """
    where = _layers(up, down, reach)
    edges = _distinct(up.edges + down.edges)
    order = _ordered(where, edges)
    drawn: dict[str, str] = {}
    layers: list[tuple[Node, ...]] = []
    for layer in sorted(order):
        nodes = _cut(layer, order[layer], per_layer)
        layers.append(nodes)
        shown = {node.key for node in nodes}
        for lot in order[layer]:
            drawn[lot.uri] = lot.uri if lot.uri in shown else _rest_key(layer)
    return Layout(tuple(layers), _lines(edges, drawn, {uri: layer for uri, (layer, _) in where.items()}))


def _layers(up: Tracing, down: Tracing, reach: int) -> dict[str, tuple[int, TracedLot]]:
    """The layer of every lot. A lot of both directions (a circle) stands on the side where it is nearer."""
    found: dict[str, tuple[int, TracedLot]] = {}
    for tracing, sign in ((up, -1), (down, 1)):
        for lot in tracing.lots:
            layer = sign * min(lot.distance, reach)
            if lot.uri not in found or abs(layer) < abs(found[lot.uri][0]):
                found[lot.uri] = (layer, lot)
    return found


def _distinct(edges: Iterable[TracedEdge]) -> list[TracedEdge]:
    """One edge per pair: a standing one hides those that were voided."""
    best: dict[tuple[str, str], TracedEdge] = {}
    for edge in edges:
        known = best.get((edge.src, edge.dst))
        if known is None or (known.voided and not edge.voided):
            best[edge.src, edge.dst] = edge
    return list(best.values())


def _ordered(
    where: dict[str, tuple[int, TracedLot]], edges: Iterable[TracedEdge]
) -> dict[int, list[TracedLot]]:
    """Lots of each layer, urgent ones first, then near those that they are tied to, so that few lines cross."""
    neighbours: dict[str, list[str]] = defaultdict(list)
    for edge in edges:
        neighbours[edge.src].append(edge.dst)
        neighbours[edge.dst].append(edge.src)
    layers: dict[int, list[TracedLot]] = defaultdict(list)
    for layer, lot in where.values():
        layers[layer].append(lot)
    for lots in layers.values():
        lots.sort(key=lambda lot: (urgency(lot.state), lot.distance, lot.uri))
    outward = sorted(layers, key=abs)
    for _ in range(_SWEEPS):
        rank = {lot.uri: at for lots in layers.values() for at, lot in enumerate(lots)}
        for layer in outward:
            inner = layer - 1 if layer > 0 else layer + 1
            layers[layer].sort(key=_beside(neighbours, rank, where, inner))
            rank.update((lot.uri, at) for at, lot in enumerate(layers[layer]))
    return layers


def _beside(
    neighbours: dict[str, list[str]],
    rank: dict[str, int],
    where: dict[str, tuple[int, TracedLot]],
    inner: int,
) -> Callable[[TracedLot], tuple[int, float, str]]:
    def key(lot: TracedLot) -> tuple[int, float, str]:
        ranks = [rank[uri] for uri in neighbours[lot.uri] if uri in rank and where[uri][0] == inner]
        return urgency(lot.state), sum(ranks) / len(ranks) if ranks else 1e9, lot.uri

    return key


def _cut(layer: int, lots: list[TracedLot], per_layer: int) -> tuple[Node, ...]:
    # The outermost layer may also hold lots that lie farther; those are always among the rest.
    near = [lot for lot in lots if lot.distance == abs(layer)]
    shown = near if len(near) == len(lots) <= per_layer else near[: per_layer - 1]
    nodes = [Node(lot.uri, layer, at, lot, lot.state) for at, lot in enumerate(shown)]
    kept = {lot.uri for lot in shown}
    rest = [lot.state for lot in lots if lot.uri not in kept]
    if rest:
        worst = min(rest, key=urgency)
        nodes.append(Node(_rest_key(layer), layer, len(shown), None, worst, len(rest)))
    return tuple(nodes)


def _rest_key(layer: int) -> str:
    return f"{_REST}{layer}"


def _lines(edges: list[TracedEdge], drawn: dict[str, str], where: dict[str, int]) -> tuple[Line, ...]:
    circle = _circular(edges)
    lines: dict[tuple[str, str], Line] = {}
    for edge in edges:
        src, dst = drawn.get(edge.src), drawn.get(edge.dst)
        if src is None or dst is None or _within_rest(edge, src, dst, where):
            continue
        known = lines.get((src, dst))
        circular = {edge.src, edge.dst} <= circle or bool(known and known.circular)
        lines[src, dst] = Line(src, dst, circular, edge.voided and (known is None or known.voided))
    return tuple(lines.values())


def _within_rest(edge: TracedEdge, src: str, dst: str, where: dict[str, int]) -> bool:
    """Whether a line would run inside the rest of a layer, or from it to its own layer: it would tell nothing."""
    if src == dst:
        return edge.src != edge.dst
    return any(
        end.startswith(_REST) and where.get(other) == int(end.removeprefix(_REST))
        for end, other in ((src, dst), (dst, src))
    )


def _circular(edges: list[TracedEdge]) -> set[str]:
    """Lots left when those without a way in, or without a way out, are taken away again and again."""
    standing = [(edge.src, edge.dst) for edge in edges if not edge.voided]
    while True:
        inner = {src for src, _ in standing} & {dst for _, dst in standing}
        kept = [(src, dst) for src, dst in standing if src in inner and dst in inner]
        if len(kept) == len(standing):
            return inner
        standing = kept
