"""Errors that only HTTP knows, in the one shape of all errors."""

from lotproof.kernel.errors import LotproofError


class TooLargeError(LotproofError):
    """What was sent is larger than this address takes (413)."""


class UnsupportedMediaTypeError(LotproofError):
    """What was sent is not in a format that this address reads (415)."""
