"""What the text of a paper may mean: told by its form, or not at all."""

from __future__ import annotations

import pytest

from lotproof.demo.chance import Dice
from lotproof.demo.credit_codes import credit_code
from lotproof.documents.suggesting import Line, Suggestion, suggest

CODE = credit_code(Dice(1), "company", 1)


def line(text: str, x: int = 0, y: int = 0, certainty: int = 90) -> Line:
    return Line(text, certainty, x, y, 30)


def test_a_licence_gives_code_name_and_days() -> None:
    lines = [
        line("营业执照", 600, 10, 100),
        line(f"统一社会信用代码 {CODE}", 400, 100, 98),
        line("名称", 100, 200, 100),
        line("杭州青山茶业有限公司", 400, 206, 97),
        line("法定代表人", 100, 260),
        line("李娜", 400, 262),
        line("成立日期", 100, 320, 99),
        line("2018年03月12日", 400, 318, 96),
        line("营业期限", 100, 380),
        line("2018年03月12日至2038年03月11日", 400, 380, 95),
    ]

    assert suggest(lines) == [
        Suggestion("credit_code", CODE, 98),
        Suggestion("name", "杭州青山茶业有限公司", 97),
        Suggestion("valid_from", "2018-03-12", 96),
        Suggestion("valid_to", "2038-03-11", 90),
    ]


def test_a_certificate_gives_its_number() -> None:
    found = suggest([line("证书编号：101OP2600123"), line("有效期至：2027-06-30", y=60)])

    assert found == [Suggestion("number", "101OP2600123", 90), Suggestion("valid_to", "2027-06-30", 90)]


@pytest.mark.parametrize(
    "text",
    [
        CODE[:-1] + ("0" if CODE[-1] != "0" else "1"),  # a wrong check digit
        f"7{CODE}",  # longer than a code
        "有效期至 2027年13月40日",
        "名称",
        "示例 SAMPLE",
        "",
    ],
)
def test_what_cannot_be_told_by_its_form_is_not_suggested(text: str) -> None:
    assert suggest([line(text)]) == []


def test_the_more_certain_of_two_is_suggested() -> None:
    other = credit_code(Dice(1), "company", 2)

    assert suggest([line(other, certainty=50), line(CODE, y=50, certainty=80)]) == [
        Suggestion("credit_code", CODE, 80)
    ]
