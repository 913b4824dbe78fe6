from __future__ import annotations

import re

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import LotId
from lotproof.lots.label_sheet import MOST_LABELS, labels_pdf

HOST = "https://lots.example"
NAMES = {"en": "Fuji apples", "zh_Hans": "富士苹果"}


def lots(n: int) -> list[tuple[LotId, dict[str, str]]]:
    return [(LotId("09520000100018", f"L{at}"), NAMES) for at in range(n)]


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))


def test_a_label_printer_gets_a_page_for_each_label() -> None:
    assert pages(labels_pdf(lots(3), HOST, "40x30", "single")) == 3


def test_a_sheet_of_a4_holds_as_many_as_fit() -> None:
    assert pages(labels_pdf(lots(36), HOST, "40x30", "a4")) == 1
    assert pages(labels_pdf(lots(37), HOST, "40x30", "a4")) == 2
    assert pages(labels_pdf(lots(22), HOST, "60x40", "a4")) == 2


def test_the_same_labels_are_the_same_bytes() -> None:
    assert labels_pdf(lots(5), HOST, "60x40", "a4") == labels_pdf(lots(5), HOST, "60x40", "a4")


@pytest.mark.parametrize(("n", "code"), [(0, "no_lots"), (MOST_LABELS + 1, "too_many_lots")])
def test_none_and_too_many_are_refused(n: int, code: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        labels_pdf(lots(n), HOST, "40x30", "a4")
    assert caught.value.code == code
