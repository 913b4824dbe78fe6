"""Pictures, decoded and encoded anew: no metadata, no bytes behind the end, upright, no larger than needed.

How many pixels there are is read from the header before anything is decoded.
"""

import warnings
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageOps

from lotproof.documents.cleaning.bounds import (
    JPEG_QUALITY,
    LONGEST_SIDE,
    MOST_PIXELS,
    PAGE_QUALITY,
    PAGE_SIDE,
)
from lotproof.documents.cleaning.outcome import CLEAN, Outcome, page_name
from lotproof.documents.formats import JPEG, PNG
from lotproof.documents.refusals import bad_file

_READS = ("JPEG", "PNG", "WEBP", "TIFF")
_TURNED = 0x0112  # EXIF orientation


def clean_image(source: Path, out: Path) -> Outcome:
    """Write a clean copy and one page. Raises: BadFileError; OSError and others for what Pillow cannot read."""
    warnings.simplefilter("ignore")  # the size is checked here, not by Pillow's warning
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(source, formats=_READS) as opened:
        if opened.width * opened.height > MOST_PIXELS:
            raise bad_file("too_many_pixels")
        if getattr(opened, "n_frames", 1) > 1:
            raise bad_file("several_pictures")
        picture = _upright(opened)
    lossless = picture.format_kept == PNG
    copy = picture.image
    if lossless:
        copy.save(out / CLEAN, "PNG", optimize=False)
    else:
        copy.save(out / CLEAN, "JPEG", quality=JPEG_QUALITY)
    size = write_page(copy, out, 1)
    return Outcome("", PNG if lossless else JPEG, [size])


def write_page(picture: Image.Image, out: Path, number: int) -> tuple[int, int]:
    """Write the picture of a page for the viewer; returns its width and height. The picture may be changed."""
    page = picture if picture.mode in ("RGB", "L") else picture.convert("RGB")
    page.thumbnail((PAGE_SIDE, PAGE_SIDE), Image.Resampling.BICUBIC)
    page.save(out / page_name(number), "JPEG", quality=PAGE_QUALITY)
    return page.size


class _Picture:
    """A decoded picture, and the format that it is written in."""

    def __init__(self, image: Image.Image, format_kept: str) -> None:
        self.image = image
        self.format_kept = format_kept


def _upright(opened: Image.Image) -> _Picture:
    """Decode, shrink, turn as the camera was held, and put on white what is transparent."""
    kept = PNG if opened.format == "PNG" else JPEG
    turned = opened.getexif().get(_TURNED, 1)
    opened.draft("RGB", _shrunk(opened.size))  # JPEG: decoded smaller, which takes less memory
    opened.thumbnail((LONGEST_SIDE, LONGEST_SIDE), Image.Resampling.BICUBIC)
    image = _plain(opened)
    bare = Image.new(image.mode, image.size)
    bare.paste(image)  # pixels only: nothing that came with the file
    if turned != 1:
        bare.getexif()[_TURNED] = turned
        bare = ImageOps.exif_transpose(bare)
        bare.info.clear()
    return _Picture(bare, kept)


def _plain(image: Image.Image) -> Image.Image:
    if image.mode in ("RGB", "L"):
        return image
    if image.mode in ("I", "I;16", "F"):
        return image.convert("L")
    if image.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in image.info:
        clear = image.convert("RGBA")
        white = Image.new("RGBA", clear.size, "white")
        white.alpha_composite(clear)
        return white.convert("RGB")
    return image.convert("RGB")


def _shrunk(size: tuple[int, int]) -> tuple[int, int]:
    longest = max(size)
    if longest <= LONGEST_SIDE:
        return size
    return max(1, size[0] * LONGEST_SIDE // longest), max(1, size[1] * LONGEST_SIDE // longest)


__all__: Sequence[str] = ("clean_image", "write_page")
