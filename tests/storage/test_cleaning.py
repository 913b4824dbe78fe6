"""Hostile files, each in the process that opens it: refused with its reason, or harmless afterwards."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pikepdf
import pytest
from PIL import Image

from lotproof.documents.cleaner import Cleaned, clean
from lotproof.documents.cleaning.bounds import LONGEST_SIDE, MOST_PAGES, PAGE_SIDE
from support.papers import noise, pdf, photo, picture, with_everything


def cleaned(tmp_path: Path, data: bytes) -> Cleaned:
    """Clean a file."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.write_bytes(data)
    out.mkdir()
    return clean(source, out)


def opened(done: Cleaned) -> Image.Image:
    assert done.copy is not None, done.problem
    return Image.open(io.BytesIO(done.copy.path.read_bytes()))


def test_a_photo_loses_its_exif_and_is_turned_upright(tmp_path: Path) -> None:
    done = cleaned(tmp_path, photo())

    copy = opened(done)
    assert (copy.size, dict(copy.getexif()), copy.info.get("exif")) == ((40, 60), {}, None)
    red, blue = copy.getpixel((20, 5)), copy.getpixel((20, 55))
    assert isinstance(red, tuple)
    assert isinstance(blue, tuple)
    assert red[0] > 200 > 50 > red[2], "red was on the left, and the camera held upright"
    assert blue[2] > 200
    assert done.copy is not None
    assert b"behind the end" not in done.copy.path.read_bytes()


@pytest.mark.parametrize(
    ("kind", "media_type"), [("PNG", "image/png"), ("WEBP", "image/jpeg"), ("TIFF", "image/jpeg")]
)
def test_pictures_of_other_kinds_are_written_anew(tmp_path: Path, kind: str, media_type: str) -> None:
    done = cleaned(tmp_path, picture(kind))

    assert done.media_type == media_type
    assert opened(done).size == (60, 40)
    assert [(page.width, page.height) for page in done.pages] == [(60, 40)]


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P", "1", "CMYK", "I;16", "L"])
def test_pictures_of_every_depth_are_read(tmp_path: Path, mode: str) -> None:
    out = io.BytesIO()
    Image.new(mode, (10, 10)).save(out, "TIFF" if mode == "CMYK" else "PNG")

    done = cleaned(tmp_path, out.getvalue())

    assert opened(done).mode in ("RGB", "L")


def test_a_large_picture_is_made_as_large_as_a_page_needs(tmp_path: Path) -> None:
    done = cleaned(tmp_path, picture("JPEG", (6000, 3000)))

    assert opened(done).size == (LONGEST_SIDE, LONGEST_SIDE // 2)
    assert (done.pages[0].width, done.pages[0].height) == (PAGE_SIDE, PAGE_SIDE // 2)


def test_forty_megapixels_fit_into_the_memory(tmp_path: Path) -> None:
    assert not cleaned(tmp_path, picture("PNG", (8000, 5000))).problem


def test_a_hundred_megapixels_are_refused_before_they_are_decoded(tmp_path: Path) -> None:
    done = cleaned(tmp_path, picture("PNG", (10_000, 10_000)))

    assert done.problem == "too_many_pixels"


def test_a_picture_that_moves_is_refused(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (10, 10), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

    assert cleaned(tmp_path, out.getvalue()).problem == "several_pictures"


@pytest.mark.parametrize(
    "data",
    [
        picture("JPEG", (600, 400))[:900],
        b"\xff\xd8\xff" + noise(5000),
        b"\x89PNG\r\n\x1a\n" + noise(5000),
        b"%PDF-1.7\n" + noise(5000),
        b"%PDF-1.7\n%%EOF",
        b"GIF89a" + noise(50),
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    ],
)
def test_what_is_damaged_or_no_picture_is_refused(tmp_path: Path, data: bytes) -> None:
    assert cleaned(tmp_path, data).problem == "unreadable_file"


def test_a_pdf_keeps_its_pages_and_nothing_that_acts_or_hides(tmp_path: Path) -> None:
    done = cleaned(tmp_path, pdf(with_everything, pages=2))

    assert done.copy is not None, done.problem
    with pikepdf.open(done.copy.path) as copy:
        assert len(copy.pages) == 2
        assert set(copy.Root.keys()) <= {"/Type", "/Pages"}
        assert not copy.attachments
        assert "/Info" not in copy.trailer or not dict(copy.docinfo)
        everything = b"\n".join(one.unparse(resolved=True) for one in copy.objects)
    for word in (
        b"JavaScript",
        b"/URI",
        b"Launch",
        b"EmbeddedFile",
        b"XFA",
        b"/AA",
        b"evil",
        b"Li Hua",
        b"/Annots",
    ):
        assert word not in everything
        assert word not in done.copy.path.read_bytes()
    assert [(page.width, page.height) for page in done.pages] == [(800, 400)] * 2


def test_a_photo_inside_a_pdf_loses_its_exif_and_looks_the_same(tmp_path: Path) -> None:
    def draw(made: pikepdf.Pdf) -> None:
        sent = photo((200, 100))
        image = made.make_stream(sent)
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 200, 100, 8
        image.ColorSpace, image.Filter = pikepdf.Name.DeviceRGB, pikepdf.Name.DCTDecode
        page = made.pages[0].obj
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = made.make_stream(b"200 0 0 100 0 0 cm /I Do")

    done = cleaned(tmp_path, pdf(draw))

    assert done.copy is not None, done.problem
    written = done.copy.path.read_bytes()
    assert b"DCTDecode" in written
    assert b"Li Hua" not in written
    assert b"Exif" not in written
    page = Image.open(io.BytesIO(done.pages[0].path.read_bytes())).convert("RGB")
    left, right = page.getpixel((20, 20)), page.getpixel((page.width - 20, 20))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert left[0] > 200 > 50 > left[2]
    assert right[2] > 200


def test_what_was_filled_into_a_form_stays_to_be_seen(tmp_path: Path) -> None:
    def fill(made: pikepdf.Pdf) -> None:
        look = made.make_stream(b"1 0 0 rg 0 0 100 50 re f")
        look.Type, look.Subtype, look.BBox = pikepdf.Name.XObject, pikepdf.Name.Form, [0, 0, 100, 50]
        stamp = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Stamp, Rect=[0, 0, 100, 50], F=4,
            AP=pikepdf.Dictionary(N=look),
        )  # fmt: skip
        made.pages[0].obj.Annots = pikepdf.Array([made.make_indirect(stamp)])

    done = cleaned(tmp_path, pdf(fill))

    page = Image.open(io.BytesIO(done.pages[0].path.read_bytes())).convert("RGB")
    corner, middle = page.getpixel((20, page.height - 20)), page.getpixel((page.width - 20, 20))
    assert isinstance(corner, tuple)
    assert isinstance(middle, tuple)
    assert corner[0] > 200 > 60 > corner[1]
    assert min(middle) > 240


def test_a_pdf_with_a_password_is_refused_and_one_without_need_of_it_is_not(tmp_path: Path) -> None:
    locked = pdf(encryption=pikepdf.Encryption(owner="o", user="u"))
    open_to_all = pdf(encryption=pikepdf.Encryption(owner="o", user=""))
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()

    assert cleaned(tmp_path / "a", locked).problem == "locked_file"
    assert not cleaned(tmp_path / "b", open_to_all).problem


def test_a_pdf_has_so_many_pages_and_no_more(tmp_path: Path) -> None:
    assert cleaned(tmp_path, pdf(pages=MOST_PAGES + 1)).problem == "too_many_pages"


def test_a_pdf_that_grows_without_end_is_stopped(tmp_path: Path) -> None:
    def grow(made: pikepdf.Pdf) -> None:
        made.pages[0].obj.Contents = made.make_stream(b"0 0 m " * 60_000_000)

    bomb = pdf(grow, compress_streams=True)

    assert len(bomb) < 1_000_000
    assert cleaned(tmp_path, bomb).problem == "too_costly_file"


def test_a_huge_picture_inside_a_pdf_does_no_harm(tmp_path: Path) -> None:
    def draw(made: pikepdf.Pdf) -> None:
        image = made.make_stream(bytes(30_000 * 30_000 // 8))
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 30_000, 30_000, 1
        image.ColorSpace = pikepdf.Name.DeviceGray
        page = made.pages[0].obj
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=image))
        page.Contents = made.make_stream(b"200 0 0 100 0 0 cm /I Do")

    assert cleaned(tmp_path, pdf(draw, compress_streams=True)).problem in ("", "too_costly_file")


def test_what_takes_too_long_is_given_up(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    os.mkfifo(source)  # nobody ever writes
    out.mkdir()

    assert clean(source, out, wait_s=0.5).problem == "too_costly_file"


def test_a_link_in_place_of_a_file_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret, out = tmp_path / "secret", tmp_path / "out"
    secret.write_text("secret")
    out.mkdir()
    (out / "outcome.json").write_text('{"problem": "", "media_type": "image/png", "pages": [[1, 1]]}')
    (out / "clean").symlink_to(secret)
    (out / "page-1").symlink_to(secret)
    monkeypatch.setattr("lotproof.documents.cleaner._run", lambda *_: True)

    done = clean(tmp_path / "in", out)

    assert (done.problem, done.copy) == ("unreadable_file", None)


def test_the_process_has_little_memory_no_secrets_and_no_network() -> None:
    program = (
        "import resource, os, socket\n"
        "from lotproof.documents.cleaning.confine import confine\n"
        "left = confine()\n"
        "print(resource.getrlimit(resource.RLIMIT_AS)[1], resource.getrlimit(resource.RLIMIT_CORE)[1])\n"
        "try:\n"
        "    bytearray(600 << 20)\n"
        "except MemoryError:\n"
        "    print('no memory')\n"
        "print(left, len(socket.if_nameindex()), sorted(name for name in os.environ if 'LOTPROOF' in name))\n"
    )
    from lotproof.documents.cleaner import _LEAST_ENVIRONMENT

    done = subprocess.run(
        [sys.executable, "-I", "-c", program],
        env=_LEAST_ENVIRONMENT,
        capture_output=True,
        text=True,
        check=True,
    )

    limits, memory, rest = done.stdout.splitlines()
    assert limits == f"{512 << 20} 0"
    assert memory == "no memory"
    assert rest in ("True 1 []", "True 0 []") or rest.startswith("False")
