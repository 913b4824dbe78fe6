"""Growth as a picture."""

from __future__ import annotations

from xml.etree import ElementTree

from bench.curves import draw
from bench.figures import Figure
from bench.measuring import Samples

_SVG = "{http://www.w3.org/2000/svg}"


def grown(database: str, events: int, seconds: float) -> Figure:
    told = {"curve": "append", "database": database, "events": events}
    return Figure(
        "growth", "append", "append", Samples([seconds]), Samples([seconds]), "itself", details=told
    )


def test_each_database_has_a_line_that_rises_with_what_it_took() -> None:
    figures = [
        grown("sqlite", 10_000, 0.001),
        grown("sqlite", 1_000_000, 0.01),
        grown("postgresql", 10_000, 0.005),
    ]

    picture = ElementTree.fromstring(draw(figures))  # noqa: S314 - our own

    low, high, other = (
        (float(point.get("cx", 0)), float(point.get("cy", 0))) for point in picture.iter(f"{_SVG}circle")
    )
    assert low[0] < high[0]
    assert low[1] > high[1], "up is more"
    assert other[0] == low[0]
    assert high[1] < other[1] < low[1]
    assert {"append", "sqlite", "postgresql", "10,000", "1 ms", "10 ms"} <= {
        text.text for text in picture.iter(f"{_SVG}text")
    }


def test_what_does_not_grow_is_not_drawn() -> None:
    assert draw([Figure("page", "cached", "page", Samples([1.0]), Samples([1.0]), "itself")]) == ""
