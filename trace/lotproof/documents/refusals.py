"""Why a file is not taken, or was refused when it was looked into: stable codes, and what to do next. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from lotproof.kernel.errors import LotproofError


class WrongFileError(LotproofError):
    """A file of a kind that is not taken, or that is not what its name says."""


class FileTooLargeError(LotproofError):
    """A file with more bytes than are taken."""


class BadFileError(LotproofError):
    """A file of a kind that is taken, whose content is not."""


class Refusal(NamedTuple):
    """What is said of a refused document."""

    message: str
    hint: str


REFUSALS: Mapping[str, Refusal] = {
    "empty_file": Refusal("the file is empty", "send it again"),
    "harmful_file": Refusal("the file holds a known virus", "do not open it; make the document anew"),
    "unreadable_file": Refusal(
        "the file is damaged, or is not what it seems", "make it anew, or take a photo"
    ),
    "locked_file": Refusal("the file asks for a password", "save it without one"),
    "too_many_pages": Refusal("the file has too many pages", "send it in parts"),
    "too_many_pixels": Refusal(
        "the picture is too large to be opened", "send a smaller one, up to 40 megapixels"
    ),
    "several_pictures": Refusal("the file holds several pictures", "send them one by one, or as a PDF"),
    "too_costly_file": Refusal(
        "opening the file takes too much time or memory", "make it anew, or take a photo"
    ),
}
"""Code -> what is said, for files that are opened after they were received, too."""


def bad_file(code: str) -> BadFileError:
    """The error of a code of `REFUSALS`."""
    return BadFileError(code, *REFUSALS[code])
