"""What people type about themselves: one line of plain text, of bounded length. Pure."""

from collections.abc import Sequence
from unicodedata import category, normalize

from lotproof.kernel.errors import InvalidInputError, Problem

_NOT_SHOWN = frozenset({"Cc", "Cs", "Cn", "Zl", "Zp"})
_TURNING = frozenset("\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def one_line(where: str, text: str, most: int, problems: list[Problem], *, optional: bool = False) -> str:
    """Return the text as it is kept (NFC, no space around it); what is wrong with it is added to `problems`."""
    kept = normalize("NFC", text).strip()
    if not kept and not optional:
        problems.append(Problem(where, "missing", "this is needed"))
    elif len(kept) > most:
        problems.append(Problem(where, "too_long", f"at most {most} characters"))
    elif any(category(char) in _NOT_SHOWN or char in _TURNING for char in kept):
        problems.append(Problem(where, "not_plain", "one line of plain text, without control characters"))
    return kept


def refuse(problems: Sequence[Problem]) -> None:
    """Raises: InvalidInputError `invalid_form` with every problem, where there is one."""
    if problems:
        raise InvalidInputError(
            "invalid_form", "something in the form is not right", "mend each field that is named", problems
        )
