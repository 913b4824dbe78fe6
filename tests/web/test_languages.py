"""A visitor gets a language that there is, whatever a browser sends."""

import pytest

from lotproof_web.languages import choose, from_tag


@pytest.mark.parametrize("tag", ["zh", "zh-CN", "zh-Hans", "zh-SG", "zh_Hans", "zh-Hans-CN", "ZH-cn"])
def test_simplified_chinese_is_known_by_all_its_tags(tag: str) -> None:
    assert from_tag(tag).code == "zh_Hans"  # type: ignore[union-attr]


@pytest.mark.parametrize("tag", ["zh-TW", "zh-HK", "zh-Hant", "zh-Hant-TW", "zh-MO"])
def test_traditional_chinese_is_known_by_all_its_tags(tag: str) -> None:
    assert from_tag(tag).code == "zh_Hant"  # type: ignore[union-attr]


@pytest.mark.parametrize("tag", ["", "-", "fr", "x" * 500, "zz-ZZ", "*", "e n", "../en"])
def test_a_tag_that_is_not_known_is_no_language(tag: str) -> None:
    assert from_tag(tag) is None


def test_the_address_wins_over_the_cookie_and_the_cookie_over_the_browser() -> None:
    assert choose("en", "zh-Hans", ["zh-CN"]).code == "en"
    assert choose(None, "zh-Hans", ["en"]).code == "zh_Hans"
    assert choose(None, None, ["fr", "zh-TW", "en"]).code == "zh_Hant"
    assert choose("tlh", "??", ["fr"]).code == "en"
