"""The curves of growth as one SVG: for each measure a panel with a line a database, both axes by powers of ten."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil, floor, log10
from typing import NamedTuple
from xml.sax.saxutils import escape

from bench.figures import Figure

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 350, 230, 62, 34, 34, 36
COLOURS = {"sqlite": "#1b6e3c", "postgresql": "#1f4e8c"}
DASHES = {"sqlite": "none", "postgresql": "6 3"}
"""Lines differ in more than their colour."""
_STYLE = "font-family:system-ui,sans-serif;font-size:11px;fill:#333"
Point = tuple[float, float]


class Panel(NamedTuple):
    """What one measure grew like. lines: for each database (events, seconds) in order of size."""

    name: str
    lines: dict[str, list[Point]]

    def ranges(self) -> tuple[range, range]:
        """The powers of ten that hold all events, and those that hold all seconds."""
        points = [point for line in self.lines.values() for point in line]
        return _powers(x for x, _ in points), _powers(y for _, y in points)


def draw(figures: Iterable[Figure]) -> str:
    """Return the picture of what has a curve, empty where nothing has."""
    panels: dict[str, Panel] = {}
    for one in figures:
        if "curve" in one.details:
            panel = panels.setdefault(one.details["curve"], Panel(one.details["curve"], {}))
            line = panel.lines.setdefault(one.details["database"], [])
            line.append((one.details["events"], one.measured.median))
    return _picture(list(panels.values())) if panels else ""


def _picture(panels: Sequence[Panel]) -> str:
    rows = -(-len(panels) // 2)
    width, height = 2 * WIDTH, rows * HEIGHT
    parts = [
        f'<g transform="translate({at % 2 * WIDTH} {at // 2 * HEIGHT})">{"".join(_panel(panel))}</g>'
        for at, panel in enumerate(panels)
    ]
    about = "Median seconds by events on the log: " + ", ".join(panel.name for panel in panels)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img">'
        f'<title>{escape(about)}</title><rect width="{width}" height="{height}" fill="#fff"/>{"".join(parts)}</svg>\n'
    )


def _panel(panel: Panel) -> Iterator[str]:
    across, up = panel.ranges()
    yield _text(LEFT, 18, panel.name, "font-weight:bold")
    for power in across:
        x = _x(10.0**power, across)
        yield f'<path d="M{x:.1f} {TOP}V{HEIGHT - BOTTOM}" stroke="#ddd"/>'
        yield _text(x, HEIGHT - BOTTOM + 16, f"{10**power:,}", "text-anchor:middle")
    for power in up:
        y = _y(10.0**power, up)
        yield f'<path d="M{LEFT} {y:.1f}H{WIDTH - RIGHT}" stroke="#ddd"/>'
        yield _text(LEFT - 6, y + 4, _time(power), "text-anchor:end")
    for at, (name, line) in enumerate(panel.lines.items()):
        places = [(_x(x, across), _y(y, up)) for x, y in line]
        path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        colour = COLOURS[name]
        yield f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{DASHES[name]}"/>'
        yield from (f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places)
        yield _text(LEFT + 90 + 90 * at, 18, name, f"fill:{colour}")


def _text(x: float, y: float, what: str, style: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" style="{_STYLE};{style}">{escape(what)}</text>'


def _x(value: float, powers: range) -> float:
    return LEFT + _share(value, powers) * (WIDTH - LEFT - RIGHT)


def _y(value: float, powers: range) -> float:
    return HEIGHT - BOTTOM - _share(value, powers) * (HEIGHT - TOP - BOTTOM)


def _share(value: float, powers: range) -> float:
    return (log10(value) - powers[0]) / (powers[-1] - powers[0])


def _powers(values: Iterable[float]) -> range:
    logs = [log10(value) for value in values]
    low = floor(min(logs))
    return range(low, max(ceil(max(logs)), low + 1) + 1)


def _time(power: int) -> str:
    for unit, below in (("s", 0), ("ms", -3), ("µs", -6)):
        if power >= below:
            return f"{10 ** (power - below):,} {unit}"
    return f"{10 ** (power + 9)} ns"
