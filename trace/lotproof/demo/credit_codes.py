"""Unified social credit codes for the demonstration: right in form and check digit, of a region code that is not used.

Source: GB 32100-2015, 5 (18 characters: department, kind, six digits of the region, nine of the body, check digit).
The region 999999 is in no list of GB/T 2260, so that a code cannot be anybody's.
"""

from stdnum.cn import uscc

from lotproof.demo.chance import Dice

_DEPARTMENTS = {"company": "91", "cooperative": "93", "sole_trader": "92", "family_farm": "92"}
_REGION = "999999"
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def credit_code(dice: Dice, kind: str, *whose: object) -> str:
    """Return the code of somebody of this kind of organisation; the same for the same `whose`."""
    body = "".join(_ALPHABET[dice.between(0, 30, "credit code", place, *whose)] for place in range(9))
    first = _DEPARTMENTS[kind] + _REGION + body
    return first + str(uscc.calc_check_digit(first + "0"))
