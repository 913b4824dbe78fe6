"""The map of a lot as a picture: what it came from and what came of it, as SVG text made here. Pure.

- One drawing in two shapes: left to right for wide screens, top to bottom for phones; the style sheet shows one.
- Colours come from the style sheet by class; a state is always a word and a mark as well as a colour.
- Everything that is drawn also stands in the text list that the page puts beside it.
"""

import unicodedata
from dataclasses import dataclass
from urllib.parse import urlsplit

from markupsafe import Markup, escape

from lotproof.lots.trace import TracedLot, Tracing
from lotproof_web.map_layout import Layout, Line, Node, lay_out
from lotproof_web.phrases import Phrasebook
from lotproof_web.words.states import state

REACH = 3
_HEAD = 22  # room for the words above a layer
_ROOMY = 130  # from this width on a node has room for a state in words of the usual size


@dataclass(frozen=True, slots=True)
class Shape:
    """How one of the two drawings is measured, in CSS pixels. room: width that is there for all of it."""

    name: str
    per_layer: int
    room: int
    height: int
    gap_along: int
    gap_across: int
    flows_right: bool
    widest: int


WIDE = Shape("wide", 7, 1060, 62, 34, 12, True, 196)
TALL = Shape("tall", 3, 328, 62, 44, 8, False, 232)


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float
    w: float
    h: float


def lot_map(up: Tracing, down: Tracing, book: Phrasebook) -> Markup:
    """Both drawings of a lot's map; nothing where there is no other lot."""
    if len(up.lots) + len(down.lots) <= 2:
        return Markup("")
    return Markup("").join(_draw(up, down, shape, book) for shape in (WIDE, TALL))


def lot_path(lot: TracedLot) -> str | None:
    """The path of a lot's page; None for a growing cycle, which has none."""
    return urlsplit(lot.uri).path if lot.type == "lot" else None


def lot_name(lot: TracedLot, book: Phrasebook) -> str:
    """What the map calls a lot or growing cycle."""
    if lot.type == "cycle":
        return book.say("Growing cycle")
    return book.name(lot.product) or book.say("Lot")


def lot_code(lot: TracedLot, book: Phrasebook) -> str:
    """The second line of a node: the lot's code, or where the cycle grew."""
    if lot.type == "cycle":
        return book.name(lot.place_names) or lot.uri.rsplit(":", 1)[-1]
    return book.key(lot.uri).partition("/")[2]


def _draw(up: Tracing, down: Tracing, shape: Shape, book: Phrasebook) -> Markup:
    layout = lay_out(up, down, per_layer=shape.per_layer, reach=REACH)
    boxes, width, height = _place(layout, shape)
    heads = "".join(_head(layer, boxes, shape, book) for layer in layout.layers)
    lines = "".join(_line(line, boxes, shape) for line in layout.lines)
    nodes = "".join(_node(node, boxes[node.key], book) for layer in layout.layers for node in layer)
    title = escape(book.say("Where this lot came from and what came of it"))
    told = escape(_told(up, down, book))
    name = shape.name
    return Markup(
        f'<svg class="map {name}" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="group" aria-labelledby="map-{name}-t map-{name}-d">'
        f'<title id="map-{name}-t">{title}</title><desc id="map-{name}-d">{told}</desc>{lines}{heads}{nodes}</svg>'
    )


def _told(up: Tracing, down: Tracing, book: Phrasebook) -> str:
    before, after = len(up.lots) - 1, len(down.lots) - 1
    return " ".join((
        book.count("%(n)s lot or growing cycle went into it.", "%(n)s lots or growing cycles went into it.", before),
        book.count("%(n)s lot came of it.", "%(n)s lots came of it.", after),
    ))  # fmt: skip


def _place(layout: Layout, shape: Shape) -> tuple[dict[str, _Box], float, float]:
    """Boxes of the nodes, and width and height of the picture: each layer centred across the flow."""
    count = len(layout.layers)
    boxes: dict[str, _Box] = {}
    if shape.flows_right:
        w = min(shape.widest, (shape.room - (count - 1) * shape.gap_along) // count)
        pitch = shape.height + shape.gap_across
        span = max(len(layer) for layer in layout.layers) * pitch - shape.gap_across
        for at, layer in enumerate(layout.layers):
            top = _HEAD + (span - len(layer) * pitch + shape.gap_across) / 2
            for node in layer:
                boxes[node.key] = _Box(
                    1 + at * (w + shape.gap_along), top + node.place * pitch, w, shape.height
                )
        return boxes, count * (w + shape.gap_along) - shape.gap_along + 2, span + _HEAD + 2
    for at, layer in enumerate(layout.layers):
        w = min(shape.widest, (shape.room - (len(layer) - 1) * shape.gap_across) // len(layer) - 1)
        left = (shape.room - len(layer) * (w + shape.gap_across) + shape.gap_across) / 2
        y = _HEAD + at * (shape.height + shape.gap_along)
        for node in layer:
            boxes[node.key] = _Box(left + node.place * (w + shape.gap_across), y, w, shape.height)
    return boxes, shape.room, count * (shape.height + shape.gap_along) - shape.gap_along + _HEAD + 2


def _head(layer: tuple[Node, ...], boxes: dict[str, _Box], shape: Shape, book: Phrasebook) -> str:
    text = escape(_layer_words(layer[0].layer, book))
    first = boxes[layer[0].key]
    x, y = (first.x + first.w / 2, 12) if shape.flows_right else (shape.room / 2, first.y - 9)
    return f'<text class="h" x="{x:g}" y="{y:g}">{text}</text>'


def _layer_words(layer: int, book: Phrasebook) -> str:
    if layer == 0:
        return book.say("This lot")
    if layer < 0:
        return book.count("%(n)s step before", "%(n)s steps before", -layer)
    return book.count("%(n)s step after", "%(n)s steps after", layer)


def _line(line: Line, boxes: dict[str, _Box], shape: Shape) -> str:
    classes = "e" + (" c" if line.circular else "") + (" v" if line.voided else "")
    src, dst = boxes[line.src], boxes[line.dst]
    if line.src == line.dst:
        return f'<path class="{classes}" d="M{src.x + src.w - 18:g} {src.y:g}c-4 -18 22 -18 12 0"/>'
    if shape.flows_right:
        points = _curve(src.x, src.x + src.w, src.y + src.h / 2, dst.x, dst.x + dst.w, dst.y + dst.h / 2)
    else:
        flipped = _curve(src.y, src.y + src.h, src.x + src.w / 2, dst.y, dst.y + dst.h, dst.x + dst.w / 2)
        points = [(v, u) for u, v in flipped]
    start, first, second, end = points
    curve = f"M{start[0]:g} {start[1]:g}C{first[0]:g} {first[1]:g} {second[0]:g} {second[1]:g} {end[0]:g} {end[1]:g}"
    return f'<path class="{classes}" d="{curve}"/>{_arrow(end, second, classes)}'


_Point = tuple[float, float]


def _curve(s_near: float, s_far: float, sv: float, d_near: float, d_far: float, dv: float) -> list[_Point]:
    """Start, two control points and end of a line; near and far sides of both boxes with the flow, v across it."""
    if s_far <= d_near:  # onward
        start, end = (s_far, sv), (d_near - 3, dv)
        bend = max(16.0, (end[0] - start[0]) / 2)
        return [start, (start[0] + bend, sv), (end[0] - bend, dv), end]
    if d_far <= s_near:  # back
        start, end = (s_near, sv + 8), (d_far + 3, dv + 8)
        bend = (start[0] - end[0]) / 2
        return [start, (start[0] - bend, start[1]), (end[0] + bend, end[1]), end]
    start, end = (s_far, sv), (d_far + 3, dv)  # within a layer
    return [start, (start[0] + 26, sv), (end[0] + 26, dv), end]


def _arrow(end: _Point, towards: _Point, classes: str) -> str:
    """A head at the end of a line, pointing away from its last control point along one axis."""
    x, y = end
    if abs(towards[0] - x) > abs(towards[1] - y):
        s = -6 if towards[0] < x else 6
        shape = f"M{x + s / -2:g} {y:g}l{s} -4v8z"
    else:
        s = -6 if towards[1] < y else 6
        shape = f"M{x:g} {y + s / -2:g}l-4 {s}h8z"
    return f'<path class="a {classes}" d="{shape}"/>'


def _node(node: Node, box: _Box, book: Phrasebook) -> str:
    rect = f'<rect width="{box.w:g}" height="{box.h:g}" rx="8"/>'
    place = f'<g transform="translate({box.x:g} {box.y:g})"'
    if node.lot is None:
        return f'{place} class="n more {_tone(node)}">{rect}{_rest(node, box, book)}</g>'
    name, code = lot_name(node.lot, book), lot_code(node.lot, book)
    word = "" if node.lot.type == "cycle" else book.say(state(node.state).short)
    room = box.w - 16
    small = 11.5 if box.w >= _ROOMY else 10
    inner = (
        f'{rect}<path class="t" d="M5 8v{box.h - 16:g}"/>'
        f'<text class="p" x="12" y="20">{escape(fit(name, room, 13, 0.6))}</text>'
        f'<text x="12" y="36">{escape(fit(code, room, 11.5))}</text>'
        f'<text class="s" x="12" y="52" font-size="{small}">{escape(fit(word, room, small, 0.52))}</text>'
    )
    kind = "n self" if node.layer == 0 else "n"
    label = escape(" ".join(filter(None, (name, code, word))))
    href = lot_path(node.lot) if node.layer else None
    if href:
        return f'<a href="{escape(href)}" aria-label="{label}">{place} class="{kind} {_tone(node)}">{inner}</g></a>'
    return f'{place} class="{kind} {_tone(node)}"><title>{label}</title>{inner}</g>'


def _rest(node: Node, box: _Box, book: Phrasebook) -> str:
    """What stands in the node for the rest: how many, and the worst state among them if it matters."""
    middle = box.w / 2
    urgent = _tone(node) == "red"
    words = escape(book.count("+%(n)s more", "+%(n)s more", node.more))
    text = f'<text class="m" x="{middle:g}" y="{28 if urgent else 36}">{words}</text>'
    if urgent:
        word = book.say(state(node.state).short)
        among = escape(book.say("among them: %(state)s", state=word) if box.w >= _ROOMY else word)
        text += f'<text class="s" x="{middle:g}" y="46" font-size="10.5">{among}</text>'
    return text


def _tone(node: Node) -> str:
    if node.lot is not None and node.lot.type == "cycle":
        return "cyc"
    return state(node.state).tone


def fit(text: str, room: float, size: float, latin: float = 0.56) -> str:
    """The text, cut with an ellipsis to about so many pixels: Chinese is as wide as high, Latin about half."""
    used = 0.0
    for at, character in enumerate(text):
        used += size * (1.0 if unicodedata.east_asian_width(character) in "WF" else latin)
        if used > room:
            return text[: max(1, at - 1)].rstrip() + "…"
    return text
