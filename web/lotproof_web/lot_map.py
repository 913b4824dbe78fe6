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


@dataclass(frozen=True, slots=True)
class Shape:
    """How one of the two drawings is measured, in CSS pixels. along: with the flow; across: against it."""

    name: str
    per_layer: int
    width: int
    height: int
    gap_along: int
    gap_across: int
    flows_right: bool


WIDE = Shape("wide", 7, 132, 62, 44, 12, True)
TALL = Shape("tall", 3, 104, 62, 44, 8, False)


@dataclass(frozen=True, slots=True)
class _Box:
    x: float
    y: float


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
    heads = "".join(_head(layer[0].layer, at, boxes[layer[0].key], shape, book) for at, layer in enumerate(layout.layers))
    lines = "".join(_line(line, boxes, shape) for line in layout.lines)
    nodes = "".join(_node(node, boxes[node.key], shape, book) for layer in layout.layers for node in layer)
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
    along, across = (shape.width, shape.height) if shape.flows_right else (shape.height, shape.width)
    most = max(len(layer) for layer in layout.layers)
    if not shape.flows_right:
        most = max(most, shape.per_layer)  # a phone's picture is always as wide as the phone
    span = most * (across + shape.gap_across) - shape.gap_across
    boxes: dict[str, _Box] = {}
    for at, layer in enumerate(layout.layers):
        used = len(layer) * (across + shape.gap_across) - shape.gap_across
        for node in layer:
            u = at * (along + shape.gap_along)
            v = (span - used) / 2 + node.place * (across + shape.gap_across)
            boxes[node.key] = _Box(u + 1, v + _HEAD) if shape.flows_right else _Box(v, u + _HEAD)
    length = len(layout.layers) * (along + shape.gap_along) - shape.gap_along
    if shape.flows_right:
        return boxes, length + 2, span + _HEAD + 2
    return boxes, span, length + _HEAD + 2


def _head(layer: int, at: int, first: _Box, shape: Shape, book: Phrasebook) -> str:
    text = escape(_layer_words(layer, book))
    if shape.flows_right:
        return f'<text class="h" x="{first.x + shape.width / 2:g}" y="12">{text}</text>'
    middle = (3 * shape.width + 2 * shape.gap_across) / 2
    return f'<text class="h" x="{middle:g}" y="{first.y - 8:g}">{text}</text>'


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
        x, y = src.x + shape.width - 18, src.y
        return f'<path class="{classes}" d="M{x:g} {y:g}c-4 -18 22 -18 12 0"/>'
    if shape.flows_right:
        start, end, points = _ends(src.x, src.y, dst.x, dst.y, shape.width, shape.height)
    else:
        start, end, points = _ends(src.y, src.x, dst.y, dst.x, shape.height, shape.width)
        points = [(v, u) for u, v in points]
        start, end = start[::-1], end[::-1]
    (ax, ay), (bx, by) = points
    curve = f"M{start[0]:g} {start[1]:g}C{ax:g} {ay:g} {bx:g} {by:g} {end[0]:g} {end[1]:g}"
    return f'<path class="{classes}" d="{curve}"/>{_arrow(end, (bx, by), classes)}'


_Point = tuple[float, float]


def _ends(
    su: float, sv: float, du: float, dv: float, along: int, across: int
) -> tuple[_Point, _Point, list[_Point]]:
    """Start, end and control points of a line, u with the flow: onward, back, or within one layer."""
    sv, dv = sv + across / 2, dv + across / 2
    if su < du:
        start, end = (su + along, sv), (du - 3, dv)
        bend = max(18, (end[0] - start[0]) / 2)
        return start, end, [(start[0] + bend, sv), (end[0] - bend, dv)]
    if su > du:
        start, end = (su, sv + 8), (du + along + 3, dv + 8)
        bend = (start[0] - end[0]) / 2
        return start, end, [(start[0] - bend, start[1]), (end[0] + bend, end[1])]
    start, end = (su + along, sv), (su + along + 3, dv)
    return start, end, [(start[0] + 30, sv), (end[0] + 30, dv)]


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


def _node(node: Node, box: _Box, shape: Shape, book: Phrasebook) -> str:
    look = state(node.state)
    place = f'<g transform="translate({box.x:g} {box.y:g})"'
    if node.lot is None:
        words = escape(book.count("+%(n)s more", "+%(n)s more", node.more))
        worst = f'<text class="s" x="{shape.width / 2:g}" y="48">{escape(book.say(look.short))}</text>'
        urgent = look.tone == "red"
        return (
            f'{place} class="n more{" red" if urgent else ""}">{_rect(shape)}'
            f'<text class="m" x="{shape.width / 2:g}" y="{30 if urgent else 36}">{words}</text>{worst if urgent else ""}</g>'
        )
    name, code = lot_name(node.lot, book), lot_code(node.lot, book)
    word = "" if node.lot.type == "cycle" else book.say(look.short)
    room = shape.width - 18
    inner = (
        f'{_rect(shape)}<path class="t" d="M5 8v{shape.height - 16}"/>'
        f'<text class="p" x="12" y="20">{escape(fit(name, room, 13))}</text>'
        f'<text x="12" y="36">{escape(fit(code, room, 11.5))}</text>'
        f'<text class="s" x="12" y="52">{escape(fit(word, room, 11.5))}</text>'
    )
    kind = "n self" if node.layer == 0 else "n"
    tone = "cyc" if node.lot.type == "cycle" else look.tone
    label = escape(" ".join(filter(None, (name, code, word))))
    href = lot_path(node.lot) if node.layer else None
    if href:
        return f'<a href="{escape(href)}" aria-label="{label}">{place} class="{kind} {tone}">{inner}</g></a>'
    return f'{place} class="{kind} {tone}"><title>{label}</title>{inner}</g>'


def _rect(shape: Shape) -> str:
    return f'<rect width="{shape.width}" height="{shape.height}" rx="8"/>'


def fit(text: str, room: float, size: float) -> str:
    """The text, cut with an ellipsis to about so many pixels: Chinese is as wide as high, Latin about half."""
    used = 0.0
    for at, character in enumerate(text):
        used += size * (1.0 if unicodedata.east_asian_width(character) in "WF" else 0.56)
        if used > room:
            return text[: max(1, at - 1)].rstrip() + "…"
    return text
