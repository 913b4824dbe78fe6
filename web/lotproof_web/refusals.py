"""Errors that only HTTP knows, in the one shape of all errors."""

from lotproof.kernel.errors import LotproofError


class TooLargeError(LotproofError):
    """What was sent is larger than this address takes (413)."""


class ShapeError(LotproofError):
    """What was sent can be read, and its fields are not as they should be (422); every problem is named."""


class TooManyError(LotproofError):
    """The caller asks too often (429). after_s: how long to wait."""

    def __init__(self, code: str, message: str, hint: str = "", *, after_s: int = 60) -> None:
        super().__init__(code, message, hint)
        self.after_s = after_s


class UnsupportedMediaTypeError(LotproofError):
    """What was sent is not in a format that this address reads (415)."""
