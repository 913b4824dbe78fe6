"""Take what cameras write out of a JPEG without decoding it. Pure.

A picture inside a PDF keeps its bytes when the PDF is written anew, and with them place, time and camera.
Source: ITU-T T.81 annex B: a marker 0xFF and its code; most are followed by a length of two bytes that counts itself.
"""

_START, _SCAN = 0xD8, 0xDA
_APPLICATION, _COMMENT = range(0xE0, 0xF0), 0xFE
_DRAWN = frozenset({0xE0, 0xE2, 0xEE})
"""JFIF, ICC profile and Adobe's colours: the picture would look different without them."""


def without_metadata(jpeg: bytes) -> bytes:
    """Return the JPEG without comments and application data. Raises: ValueError for what is no JPEG."""
    if jpeg[:2] != bytes((0xFF, _START)):
        raise ValueError("no JPEG")
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg):
        if jpeg[at] != 0xFF:
            raise ValueError("no marker where one should be")
        code, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4])
        if code == 0xFF:  # a marker may be filled up
            at += 1
            continue
        if code == _SCAN:
            return b"".join([*kept, jpeg[at:]])
        if length < 2:
            raise ValueError("a segment without its length")
        segment = jpeg[at : at + 2 + length]
        if code in _DRAWN or not (code in _APPLICATION or code == _COMMENT):
            kept.append(segment)
        at += 2 + length
    raise ValueError("a JPEG without a picture")
