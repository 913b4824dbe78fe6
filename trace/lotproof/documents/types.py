"""What a paper is: one word for each type. Pure."""

from lotproof.kernel.errors import InvalidInputError
from lotproof.parties.document_types import DOCUMENT_TYPES

TYPES = (*DOCUMENT_TYPES, "test_report", "conformity_commitment", "photo", "other")
"""Papers that a qualification may stand on, and others. 检验报告, 承诺达标合格证."""


def require_type(word: str) -> str:
    """Return the word. Raises: InvalidInputError `unknown_document_type`."""
    if word not in TYPES:
        raise InvalidInputError(
            "unknown_document_type", f"{word!r} is no type of document", f"use one of {', '.join(TYPES)}"
        )
    return word
