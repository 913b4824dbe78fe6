"""Numbers of papers and certificates: which shapes and check digits are right. Pure.

Each check returns the number as it is kept, or raises ValueError with what is wrong. Where no source states a shape,
a number is one line of plain text.
"""

import re
from collections.abc import Callable

from stdnum.cn import uscc
from stdnum.exceptions import ValidationError

Check = Callable[[str], str]
_MOST = 60
_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_JOINTS = re.compile(r"[\s\-]+")


def plain_text(number: str) -> str:
    """One line of text, of at most 60 characters."""
    number = " ".join(number.split())
    if not number or len(number) > _MOST or not number.isprintable():
        raise ValueError(f"must be one line of at most {_MOST} characters")
    return number


def credit_code(number: str) -> str:
    """统一社会信用代码, 18 characters, the last a check character.  Source: GB 32100-2015, by python-stdnum."""
    try:
        return str(uscc.validate(number.upper()))
    except ValidationError as error:
        raise ValueError(
            "must be a unified social credit code of 18 characters, and its check character must fit"
        ) from error


def is_credit_code(number: str | None) -> bool:
    """Whether it is a unified code, which stands for the tax and organisation numbers too."""
    return number is not None and bool(uscc.is_valid(number.upper()))


def licence_number(number: str) -> str:
    """A business licence: the unified code, or the 15 digits of licences from before October 2015.

    Source: GB 32100-2015; of the older ones (工商注册号, GS 15-2006) the last digit is ISO 7064 MOD 11,10.
    """
    digits = _JOINTS.sub("", number)
    if re.fullmatch(r"\d{15}", digits):
        if _mod_11_10(digits) != 1:
            raise ValueError("must be a registration number of 15 digits, and its check digit must fit")
        return digits
    return credit_code(number)


def organisation_code(number: str) -> str:
    """组织机构代码: eight characters and a check character, kept as 12345678-9.  Source: GB 11714-1997."""
    text = _JOINTS.sub("", number).upper()
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", text):
        raise ValueError("must be an organisation code of 8 characters and a check character")
    rest = -sum(weight * _ALPHABET.index(char) for weight, char in zip(_WEIGHTS, text, strict=False)) % 11
    if text[8] != ("X" if rest == 10 else str(rest)):
        raise ValueError("must be an organisation code whose check character fits")
    return f"{text[:8]}-{text[8]}"


def tax_number(number: str) -> str:
    """纳税人识别号: the unified code, or six digits of a region and an organisation code, 15 in all."""
    text = _JOINTS.sub("", number).upper()
    if re.fullmatch(r"\d{6}[0-9A-Z]{9}", text):
        organisation_code(text[6:])
        return text
    return credit_code(number)


def shaped(pattern: str, example: str) -> Check:
    """A check of a shape only: no published rule says how its check digit is made."""
    fits = re.compile(pattern)

    def check(number: str) -> str:
        text = re.sub(r"\s+", "", number).upper()
        if not fits.fullmatch(text):
            raise ValueError(f"must look like {example}")
        return text

    return check


food_licence = shaped(r"(?:JY|SC)\d{14}", "JY13101120000001 or SC11731010000001")
"""食品经营许可证 JY and 食品生产许可证 SC, each with 14 digits.  Source: 食品经营许可管理办法 and 食品生产许可管理办法
(SAMR orders 78 of 2023 and 24 of 2020), on the number of the licence."""
organic = shaped(r"(?:\d{3,4}|F\d{2})OP\d{7}(?:-\d{1,4})?", "123OP2600001 or 0123OP2600001-1")
"""有机产品认证证书: the certifier's number, OP, two digits of the year, five of the series, perhaps a part.
Source: CNCA, 有机产品认证证书编号规则, editions of 2019 (three digits) and 2022 (four)."""
cma = shaped(r"\d{12}", "260100340001")
"""检验检测机构资质认定: 12 digits.  Source: 检验检测机构资质认定管理办法 (order 163), its annexes."""
cnas = shaped(r"(?:CNAS)?L\d{4,5}", "CNASL1234")
"""CNAS accreditation of a laboratory: L and its number.  Source: as the register of cnas.org.cn lists them."""


def _mod_11_10(digits: str) -> int:
    """ISO 7064 MOD 11,10: 1 where the check digit fits."""
    rest = 10
    for digit in digits[:-1]:
        rest = ((rest + int(digit)) % 10 or 10) * 2 % 11
    return (rest + int(digits[-1])) % 10
