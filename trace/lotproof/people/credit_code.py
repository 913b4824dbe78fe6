"""统一社会信用代码, under which the state knows an organisation: 18 characters, the last a check character. Pure.

Source: GB 32100-2015; the check character by modulo 31 (GB/T 17710). Checked by python-stdnum.
"""

from unicodedata import normalize

from stdnum.cn import uscc
from stdnum.exceptions import InvalidChecksum, InvalidFormat, InvalidLength, ValidationError

from lotproof.kernel.errors import Problem
from lotproof.people.roles import HAS_CREDIT_CODE, OrganisationKind

FIELD = "credit_code"


def check_credit_code(kind: OrganisationKind, text: str, problems: list[Problem]) -> str | None:
    """Return the code as it is kept, None for kinds that have none; what is wrong is added to `problems`."""
    typed = normalize("NFKC", text[:100])
    if kind not in HAS_CREDIT_CODE:
        return None
    if not typed.strip():
        problems.append(
            Problem(FIELD, "missing", "this kind of organisation is registered under such a code")
        )
        return None
    try:
        return str(uscc.validate(typed))
    except ValidationError as wrong:
        problems.append(Problem(FIELD, "invalid_credit_code", _what(wrong)))
        return None


def _what(wrong: ValidationError) -> str:
    if isinstance(wrong, InvalidLength):
        return "it has 18 digits and capital letters; compare it with the licence"
    if isinstance(wrong, InvalidChecksum):
        return (
            "its check character is wrong: one is mistyped, or two are swapped; compare it with the licence"
        )
    if isinstance(wrong, InvalidFormat):
        return "it begins with 8 digits, and holds no I, O, S, V or Z; compare it with the licence"
    return "compare it with the licence"
