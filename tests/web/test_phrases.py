"""Names, amounts and times are said exactly, in the visitor's language."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from lotproof.lots.story import Somebody
from lotproof_web.phrases import minute, offset, phrasebook

EN, ZH, HANT = phrasebook("en"), phrasebook("zh_Hans"), phrasebook("zh_Hant")


@pytest.mark.parametrize(
    ("amount", "uom", "english", "chinese"),
    [
        ("50250", "KGM", "50,250 kg", "50,250 千克"),
        ("1234567.50", "LTR", "1,234,567.5 l", "1,234,567.5 升"),
        ("0.000001", "TNE", "0.000001 t", "0.000001 吨"),
        ("-1200", "EA", "-1,200 pieces", "-1,200 件"),
        ("12", "ZZZ", "12 ZZZ", "12 ZZZ"),
        ("999", None, "999", "999"),
    ],
)
def test_amounts_are_exact_with_grouped_thousands_and_the_units_name(
    amount: str, uom: str | None, english: str, chinese: str
) -> None:
    assert EN.amount(Decimal(amount), uom) == english
    assert ZH.amount(Decimal(amount), uom) == chinese


def test_an_amount_that_is_not_recorded_is_not_zero() -> None:
    assert EN.amount(None, "KGM") == ""


def test_a_name_falls_back_to_one_without_language_then_to_any() -> None:
    assert ZH.name({"en": "Apple", "zh_Hans": "苹果"}) == "苹果"
    assert HANT.name({"en": "Apple", "zh_Hans": "苹果"}) == "苹果"
    assert HANT.name({"zh_Hans": "苹果", "zh_Hant": "蘋果"}) == "蘋果"
    assert ZH.name({"en": "Apple", "": "Äpfel"}) == "Äpfel"
    assert EN.name({"zh_Hant": "蘋果"}) == "蘋果"
    assert EN.name({}) == ""


def test_somebody_without_a_name_is_called_by_its_key() -> None:
    assert EN.somebody(Somebody("https://id.gs1.org/414/9521300000119", {})) == "place 9521300000119"
    assert ZH.somebody(Somebody("https://id.gs1.org/417/9521300000119", {})) == "主体 9521300000119"
    assert EN.somebody(Somebody("urn:epc:id:sgln:1.2.3", {})) == "urn:epc:id:sgln:1.2.3"
    assert EN.somebody(None) == ""


def test_a_lots_key_is_shown_decoded() -> None:
    assert EN.key("https://id.gs1.org/01/09521237770012/10/X-1%2F7") == "09521237770012/X-1/7"


def test_a_time_is_shown_at_its_own_offset() -> None:
    at = datetime(2026, 11, 23, 14, 5, tzinfo=timezone(timedelta(hours=8)))
    newfoundland = at.astimezone(timezone(-timedelta(hours=3, minutes=30)))

    assert (minute(at), offset(at)) == ("2026-11-23 14:05", "UTC+8")
    assert (minute(newfoundland), offset(newfoundland)) == ("2026-11-23 02:35", "UTC−3:30")
    assert offset(at.astimezone(UTC)) == "UTC"


def test_values_that_are_codes_are_said_in_words_and_peoples_text_stays_as_typed() -> None:
    assert ZH.value("4.50 CEL") == "4.5 °C"
    assert ZH.value("non_conformant") == "不合格"
    assert EN.value("2026-11-23T14:05:09.120+08:00") == "2026-11-23 14:05 UTC+8"
    assert ZH.value("Looked fine to me, 100%") == "Looked fine to me, 100%"
