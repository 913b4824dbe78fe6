"""Errors that only HTTP knows, in the one shape of all errors."""

from lotproof.kernel.errors import LotproofError


class TooLargeError(LotproofError):
    """What was sent is larger than this address takes (413)."""


class ShapeError(LotproofError):
    """What was sent can be read, and its fields are not as they should be (422); every problem is named."""


class UnsupportedMediaTypeError(LotproofError):
    """What was sent is not in a format that this address reads (415)."""
