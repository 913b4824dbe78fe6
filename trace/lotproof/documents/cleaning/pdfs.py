"""PDFs, written anew from their pages alone: what is drawn stays, what acts, hides or links goes.

Kept is a list, not a ban: a new file gets the pages with the keys of `_PAGE_KEYS`, and nothing of the old catalogue, so
scripts, actions, embedded files, XFA and forms have no place to be. Comments, stamps and filled fields are drawn into
their page first. Source of the keys: ISO 32000-2:2020, tables 29, 31, 57, 87 and 93.
"""

from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pypdfium2

from lotproof.documents.cleaning.bounds import MOST_PAGES, PAGE_SIDE
from lotproof.documents.cleaning.images import write_page
from lotproof.documents.cleaning.jpegs import without_metadata
from lotproof.documents.cleaning.outcome import CLEAN, Outcome
from lotproof.documents.formats import PDF
from lotproof.documents.refusals import bad_file

_PAGE_KEYS = frozenset(
    {"/Type", "/Parent", "/Resources", "/Contents", "/MediaBox", "/CropBox", "/Rotate", "/Group", "/UserUnit"}
)
_NEVER = (
    "/AA", "/A", "/OpenAction", "/JS", "/JavaScript", "/Launch", "/URI", "/EF", "/AF", "/EmbeddedFiles", "/Names",
    "/XFA", "/AcroForm", "/Annots", "/RichMediaContent", "/Metadata", "/PieceInfo", "/OPI", "/Ref", "/Thumb",
    "/LastModified", "/StructParent", "/StructParents", "/Measure", "/PtData",
)  # fmt: skip
_OUTSIDE = ("/F", "/FFilter", "/FDecodeParms")
"""Of a stream: its bytes are in another file."""
_JPEG = (pikepdf.Name.DCTDecode, pikepdf.Array([pikepdf.Name.DCTDecode]))
_LARGEST_SCALE = 4.0


def clean_pdf(source: Path, out: Path) -> Outcome:
    """Write a clean copy and its pages. Raises: BadFileError; pikepdf's and pypdfium2's errors for what is damaged."""
    try:
        _rewrite(source, out / CLEAN)
    except pikepdf.PasswordError:
        raise bad_file("locked_file") from None
    return Outcome("", PDF, list(_draw_pages(out / CLEAN, out)))


def _rewrite(source: Path, target: Path) -> None:
    with pikepdf.open(source) as old, pikepdf.new() as new:
        if len(old.pages) > MOST_PAGES:
            raise bad_file("too_many_pages")
        if not len(old.pages):
            raise bad_file("unreadable_file")
        old.generate_appearance_streams()
        old.flatten_annotations("screen")
        for page in old.pages:
            for key in set(page.obj.keys()) - _PAGE_KEYS:
                del page.obj[key]
        new.pages.extend(old.pages)
        for part in new.objects:
            _strip(part)
            if isinstance(part, pikepdf.Stream) and part.get("/Filter") in _JPEG:
                _strip_picture(part)
        del new.docinfo
        new.remove_unreferenced_resources()
        new.save(
            target,
            static_id=True,
            compress_streams=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )


def _strip(part: pikepdf.Object) -> None:
    """Take out of an object, and of those that stand in it, what is not drawn."""
    todo = [part]
    while todo:
        one = todo.pop()
        if isinstance(one, pikepdf.Array):
            todo += [inner for inner in one if not _stands_apart(inner)]
        elif isinstance(one, pikepdf.Dictionary | pikepdf.Stream):
            for key in [*_NEVER, *(_OUTSIDE if isinstance(one, pikepdf.Stream) else ())]:
                if key in one:
                    del one[key]
            todo += [one[key] for key in one.keys() if not _stands_apart(one[key])]  # noqa: SIM118


def _strip_picture(part: pikepdf.Stream) -> None:
    """Take out of a photo what the camera wrote into it. Raises: BadFileError for what only says that it is one."""
    try:
        bare = without_metadata(part.read_raw_bytes())
    except ValueError:
        raise bad_file("unreadable_file") from None
    how = part.get("/DecodeParms")
    parms = how if isinstance(how, pikepdf.Dictionary | pikepdf.Array) else None
    part.write(bare, filter=pikepdf.Name.DCTDecode, decode_parms=parms)


def _stands_apart(value: object) -> bool:
    """Whether it is an object of its own, which has its own turn, or nothing that could hold others."""
    return not isinstance(value, pikepdf.Array | pikepdf.Dictionary) or value.is_indirect


def _draw_pages(path: Path, out: Path) -> Iterator[tuple[int, int]]:
    document = pypdfium2.PdfDocument(path)
    try:
        for number in range(1, len(document) + 1):
            page = document[number - 1]
            picture = page.render(scale=_scale(page.get_size())).to_pil()
            yield write_page(picture.convert("RGB"), out, number)
            page.close()
    finally:
        document.close()


def _scale(size: tuple[float, float]) -> float:
    """Pixels for each point (1/72 inch), so that the longer side fits the viewer."""
    return min(_LARGEST_SCALE, PAGE_SIDE / max(*size, 1.0))
