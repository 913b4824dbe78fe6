"""Let a flat picture look as a phone takes it: askew on a table, unevenly lit, a little soft, and on its side.

The same picture and dice give the same bytes.
"""

from io import BytesIO

import numpy as np
from PIL import ExifTags, Image, ImageFilter

from lotproof.demo.chance import Dice

_WIDTH, _HEIGHT = 1280, 960
Corner = tuple[float, float]


def photograph(flat: Image.Image, dice: Dice, *what: object, blurred: bool = False) -> bytes:
    """Return a JPEG of it. what: names the photo, so that each lies differently.

    blurred: as it comes out of a hand that moves.  Its EXIF says how to turn it and where it was taken, which must
    not be in what anybody is served.
    """
    corners = _corners(dice, *what)
    table = _table(dice, *what)
    lying = flat.convert("RGBA").transform(
        (_WIDTH, _HEIGHT),
        Image.Transform.PERSPECTIVE,
        _perspective(corners, flat.size),
        Image.Resampling.BICUBIC,
    )
    table = Image.alpha_composite(Image.alpha_composite(table, _shadow(lying)), lying)
    photo = _lit(table.convert("RGB"), dice, *what)
    photo = photo.filter(ImageFilter.GaussianBlur(7 if blurred else 0.7))
    return _jpeg(photo)


def _shadow(lying: Image.Image) -> Image.Image:
    """A soft one, blurred where it is small: there it costs a sixteenth."""
    small = lying.getchannel("A").reduce(4).point(lambda value: value // 3)
    moved = small.transform(small.size, Image.Transform.AFFINE, (1, 0, -3.5, 0, 1, -4.5))
    shadow = Image.new("RGBA", lying.size, (0, 0, 0, 0))
    shadow.putalpha(moved.filter(ImageFilter.GaussianBlur(3)).resize(lying.size))
    return shadow


def _corners(dice: Dice, *what: object) -> list[Corner]:
    """Where the paper's corners come to lie, from the upper left one clockwise."""
    upright = [(170, 130), (_WIDTH - 170, 120), (_WIDTH - 140, _HEIGHT - 110), (150, _HEIGHT - 130)]
    return [
        (x + dice.between(-70, 70, "x", at, *what), y + dice.between(-60, 60, "y", at, *what))
        for at, (x, y) in enumerate(upright)
    ]


def _perspective(corners: list[Corner], size: tuple[int, int]) -> list[float]:
    """The eight numbers by which Pillow finds, for a place of the photo, the place on the paper."""
    width, height = size
    paper = [(0, 0), (width, 0), (width, height), (0, height)]
    rows, right = [], []
    for (x, y), (u, v) in zip(corners, paper, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return [float(value) for value in np.linalg.solve(np.array(rows), np.array(right))]


def _table(dice: Dice, *what: object) -> Image.Image:
    """A wooden table: bands of brown along the grain."""
    chance = np.random.Generator(np.random.PCG64(dice.between(0, 2**31, "table", *what)))
    grain = np.cumsum(chance.normal(0, 1, (_HEIGHT, 1)), axis=0)
    grain = grain - grain.mean() + chance.normal(0, 3, (_HEIGHT, _WIDTH))
    tone = np.clip(grain * 1.4, -32, 32)[:, :, None]
    colour = np.clip(np.array([134, 98, 66]) + tone, 0, 255).astype(np.uint8)
    return Image.fromarray(colour, "RGB").convert("RGBA")


def _lit(photo: Image.Image, dice: Dice, *what: object) -> Image.Image:
    """Light from one side, and the grain of a small sensor."""
    chance = np.random.Generator(np.random.PCG64(dice.between(0, 2**31, "light", *what)))
    slope = dice.between(-18, 18, "slope", *what) / 100
    across = np.linspace(1 - slope, 1 + slope, _WIDTH)[None, :, None]
    down = np.linspace(1.04, 0.9, _HEIGHT)[:, None, None]
    lit = np.asarray(photo, dtype=np.float64) * across * down + chance.normal(0, 4, (_HEIGHT, _WIDTH, 1))
    return Image.fromarray(np.clip(lit, 0, 255).astype(np.uint8), "RGB")


def _jpeg(photo: Image.Image) -> bytes:
    """Stored lying on its side with a note to turn it, as phones do."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Make] = "Sample phone"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (37.0, 18.0, 0.0), 3: "E", 4: (120.0, 50.0, 0.0)}
    target = BytesIO()
    photo.transpose(Image.Transpose.ROTATE_90).save(target, "JPEG", quality=82, exif=exif)
    return target.getvalue()
