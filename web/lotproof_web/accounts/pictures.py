"""Small pictures that belong to one answer alone, such as a code to scan that holds a secret."""

from base64 import b64encode

from markupsafe import Markup


def as_picture(svg: str, alt: str = "", size: int = 200) -> Markup:
    """Return an SVG as an image in the page itself: no address leads to it, and nothing keeps it."""
    data = b64encode(svg.encode()).decode()
    shown = '<p><img src="data:image/svg+xml;base64,{}" alt="{}" width="{}" height="{}"></p>'
    return Markup(shown).format(data, alt, size, size)
