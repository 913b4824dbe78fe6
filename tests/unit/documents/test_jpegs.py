"""What cameras write goes out of a JPEG, and not a pixel with it."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from lotproof.documents.cleaning.jpegs import without_metadata
from support.papers import photo, picture


def pixels(jpeg: bytes) -> bytes:
    return Image.open(io.BytesIO(jpeg)).tobytes()


def test_exif_goes_and_the_pixels_stay() -> None:
    bare = without_metadata(photo())

    assert b"Li Hua" in photo()
    assert b"Li Hua" not in bare
    assert pixels(bare) == pixels(photo())


def test_a_comment_goes_and_a_colour_profile_stays() -> None:
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    made = picture("JPEG", comment=b"taken at home", icc_profile=profile)

    bare = without_metadata(made)

    assert b"taken at home" not in bare
    assert Image.open(io.BytesIO(bare)).info["icc_profile"] == profile


@pytest.mark.parametrize(
    "data", [b"", b"GIF89a", b"\xff\xd8", b"\xff\xd8\xff\xe0\x00\x00", b"\xff\xd8abcdef", picture()[:60]]
)
def test_what_is_no_jpeg_is_told(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        without_metadata(data)
