"""Which files are taken: by the end of their name and by their content, which must agree. Pure.

SVG and HTML can run scripts and are never taken; neither is what can hold other files.
"""

from collections.abc import Mapping
from pathlib import PurePosixPath

from lotproof.documents.refusals import WrongFileError

PDF, JPEG, PNG, WEBP, TIFF = "application/pdf", "image/jpeg", "image/png", "image/webp", "image/tiff"
BY_EXTENSION: Mapping[str, str] = {
    "pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG, "webp": WEBP, "tif": TIFF, "tiff": TIFF,
}  # fmt: skip
EXTENSION_OF: Mapping[str, str] = {PDF: "pdf", JPEG: "jpg", PNG: "png", WEBP: "webp", TIFF: "tif"}
ACCEPT = ",".join(f".{one}" for one in BY_EXTENSION)
"""For `<input accept>`."""
_STARTS: Mapping[str, tuple[bytes, ...]] = {
    PDF: (b"%PDF-",),
    JPEG: (b"\xff\xd8\xff",),
    PNG: (b"\x89PNG\r\n\x1a\n",),
    WEBP: (b"RIFF",),
    TIFF: (b"II*\0", b"MM\0*"),
}
"""Libmagic and the PDF readers forgive bytes before the start; a file that is two things at once needs that."""
_NAMES = "PDF, JPEG, PNG, WebP or TIFF"


def format_of_name(name: str) -> str:
    """Return the media type that a name promises. Raises: WrongFileError `file_type_not_taken`."""
    extension = PurePosixPath(name.replace("\\", "/")).suffix.lower().removeprefix(".")
    if extension not in BY_EXTENSION:
        what = f"files that end in .{extension[:20]}" if extension else "files whose name has no ending"
        raise WrongFileError("file_type_not_taken", f"{what} are not taken", f"send {_NAMES}")
    return BY_EXTENSION[extension]


def require_format(promised: str, sniffed: str, head: bytes) -> str:
    """Return the media type of a file that is what its name says.

    promised: by its name.  sniffed: by libmagic.  head: its first bytes.
    Raises: WrongFileError `file_type_not_taken`, `file_type_differs`.
    """
    if sniffed not in EXTENSION_OF:
        raise WrongFileError(
            "file_type_not_taken", f"the content is {sniffed or 'of no known kind'}", f"send {_NAMES}"
        )
    if sniffed != promised or not head.startswith(_STARTS[promised]):
        raise WrongFileError(
            "file_type_differs",
            f"the name says {promised}, the content is {sniffed}",
            "send the file as it was made; do not rename it",
        )
    return sniffed
